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

    public LocalRegion(StoreServices services) => _services = services;

    public static Props Props(StoreServices services) => Akka.Actor.Props.Create(() => new LocalRegion(services));

    protected override SupervisorStrategy SupervisorStrategy() => Akka.Actor.SupervisorStrategy.StoppingStrategy;

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case IResourceMessage addressed:
                Child(addressed.ResourceId).Forward(message);
                break;
            case StopResource stop:
                Context.Child(NameOf(stop.ResourceId)).Tell(Drain.Instance);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private IActorRef Child(string id)
    {
        var name = NameOf(id);
        var child = Context.Child(name);
        return child.IsNobody() ? Context.ActorOf(ResourceActor.Props(ResourceId.Parse(id), _services), name) : child;
    }

    private static string NameOf(string id) => Uri.EscapeDataString(id);
}

/// <summary>Makes a <see cref="LocalRegion"/> hand off one resource as a shard region does when a shard moves.</summary>
internal sealed record StopResource(string ResourceId);
