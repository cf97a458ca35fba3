using ActorKube.Protocol.Store;
using Akka.Actor;

namespace ActorKube.Store.Actors;

/// <summary>
/// One per process: finds out where a resource lives. If here, its actor enters itself into the directory; if elsewhere, the owner says so and a replica is
/// started.
/// </summary>
internal sealed class ReplicaManager : UntypedActor
{
    private readonly StoreServices _services;
    private readonly IActorRef _region;

    public ReplicaManager(StoreServices services, IActorRef region)
    {
        _services = services;
        _region = region;
    }

    public static Props Props(StoreServices services, IActorRef region) => Akka.Actor.Props.Create(() => new ReplicaManager(services, region));

    protected override SupervisorStrategy SupervisorStrategy() => Akka.Actor.SupervisorStrategy.StoppingStrategy;

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ActivateResource:
                _region.Tell(message);
                break;
            case ResourceHosted hosted:
                var name = Uri.EscapeDataString(hosted.ResourceId);
                if (Context.Child(name).IsNobody())
                    Context.ActorOf(ReplicaActor.Props(ResourceId.Parse(hosted.ResourceId), _services, _region), name);
                break;
            default:
                Unhandled(message);
                break;
        }
    }
}
