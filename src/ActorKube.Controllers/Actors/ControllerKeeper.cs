using Akka.Actor;
using Akka.Cluster;
using static ActorKube.Controllers.Actors.ControllerProtocol;

namespace ActorKube.Controllers.Actors;

/// <summary>
/// Keeps the controllers of a workspace running: pings each of them through the shard region when it starts, when a process is gone, and regularly, so that one lost with its process, or stopped by
/// its journal, comes back where sharding puts it. One in every process of the control plane; more pings than needed do no harm. Owns nothing.
/// </summary>
internal sealed class ControllerKeeper : ReceiveActor
{
    // At once, a ping could still be sent to where the process was.
    private static readonly TimeSpan AfterRemoval = TimeSpan.FromMilliseconds(200);

    private readonly ITimer _timer;

    public ControllerKeeper(IActorRef region, IReadOnlyList<string> controllerIds, TimeProvider time, TimeSpan interval)
    {
        var self = Self;
        _timer = time.CreateTimer(_ => self.Tell(Ping.Now), null, TimeSpan.Zero, interval);
        Receive<Ping>(_ =>
        {
            foreach (var id in controllerIds)
                region.Tell(new KeepAlive(id));
        });
        Receive<ClusterEvent.MemberRemoved>(_ => _timer.Change(AfterRemoval, interval));
        Cluster.Get(Context.System).Subscribe(Self, ClusterEvent.InitialStateAsEvents, typeof(ClusterEvent.MemberRemoved));
    }

    protected override void PostStop()
    {
        Cluster.Get(Context.System).Unsubscribe(Self);
        _timer.Dispose();
    }

    private sealed class Ping
    {
        public static readonly Ping Now = new();
    }
}
