using Akka;
using Akka.Actor;
using Akka.Cluster;

namespace ActorKube.Protocol.Hosting;

/// <summary>
/// The end of a shard region whose process has nobody to hand over to. A region that ends waits until all messages that it keeps for shards without a home have found one; when its process is
/// the last, and shards were just being placed, that is never, and only a limit of ten seconds ends it.
/// </summary>
public static class LastRegion
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(50);

    /// <summary>When the process leaves, ends the region as soon as nothing lives in it and no other server could take what it keeps. What it keeps then is lost: whoever asked sees the process end.</summary>
    /// <param name="system">The region's actor system.</param>
    /// <param name="region">The region; of role <see cref="ClusterRoles.ControlPlane"/>.</param>
    /// <param name="isEmpty">Whether no entity of the region works in this process. One that is still recovering has promised nothing to anybody.</param>
    /// <param name="time">The clock.</param>
    public static void EndWhenEmpty(ActorSystem system, IActorRef region, Func<bool> isEmpty, TimeProvider time)
    {
        var cluster = Cluster.Get(system);
        CoordinatedShutdown.Get(system).AddTask(CoordinatedShutdown.PhaseClusterShardingShutdownRegion, $"end-last-{region.Path.Name}", async () =>
        {
            var ended = region.WatchAsync();
            while (!ended.IsCompleted)
            {
                if (isEmpty() && IsAlone(cluster))
                    system.Stop(region);
                await Task.WhenAny(ended, Task.Delay(LookInterval, time));
            }
            return Done.Instance;
        });
    }

    private static bool IsAlone(Cluster cluster)
    {
        var state = cluster.State;
        return !state.Members.Any(m => m.Status == MemberStatus.Up && m.HasRole(ClusterRoles.ControlPlane) && !m.UniqueAddress.Equals(cluster.SelfUniqueAddress) && !state.Unreachable.Contains(m));
    }
}
