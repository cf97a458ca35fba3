using ActorKube.Protocol.Persistence;
using ActorKube.Protocol.Store;
using Akka.Actor;

namespace ActorKube.Store.Actors;

/// <summary>
/// Stands in for the shard region where a single process needs no cluster: starts the actor of a resource with its first message. Resource actors are not
/// restarted by supervision; the next message starts a new one, as in a region.
/// </summary>
internal sealed class LocalRegion : UntypedActor
{
    private readonly StoreServices _services;
    private readonly Dictionary<IActorRef, List<(object Message, IActorRef Sender)>> _stopping = [];

    public LocalRegion(StoreServices services) => _services = services;

    public static Props Props(StoreServices services) => Akka.Actor.Props.Create(() => new LocalRegion(services));

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(failure =>
    {
        // One that could not even be made is not tried again at once for ever: whoever waits is told, and may ask again.
        if (failure is ActorInitializationException)
            _services.Directory.Failed(ResourceId.Parse(Uri.UnescapeDataString(Sender.Path.Name)), failure);
        return Directive.Stop;
    });

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case IResourceMessage addressed:
                Route(addressed);
                break;
            case StopResource stop:
                Stop(Context.Child(NameOf(stop.ResourceId)));
                break;
            case Terminated stopped when _stopping.Remove(stopped.ActorRef, out var held):
                foreach (var (waiting, sender) in held)
                    Self.Tell(waiting, sender);
                break;
            case Terminated stopped:
                StartAgain(Uri.UnescapeDataString(stopped.ActorRef.Path.Name));
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Route(IResourceMessage message)
    {
        var name = NameOf(message.ResourceId);
        var child = Context.Child(name);
        if (_stopping.TryGetValue(child, out var held))
            held.Add((message, Sender));
        else if (child.IsNobody())
            Context.Watch(Context.ActorOf(ResourceActor.Props(ResourceId.Parse(message.ResourceId), _services), name)).Forward(message);
        else
            child.Forward(message);
    }

    private void Stop(IActorRef child)
    {
        if (!child.IsNobody() && _stopping.TryAdd(child, []))
            child.Tell(Drain.Instance);
    }

    /// <summary>A request that met an actor about to stop was lost with it; whoever made it still waits.</summary>
    private void StartAgain(string id)
    {
        if (_services.Directory.IsAwaited(ResourceId.Parse(id)))
            Self.Tell(new ActivateResource(id));
    }

    private static string NameOf(string id) => Uri.EscapeDataString(id);
}

/// <summary>Makes a <see cref="LocalRegion"/> hand off one resource as a shard region does when a shard moves.</summary>
internal sealed record StopResource(string ResourceId);
