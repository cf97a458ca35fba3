using Akka;
using Akka.Actor;
using Akka.Cluster;

namespace ActorKube.Protocol.Hosting;

/// <summary>
/// The end of a shard region in which nothing lives any more. A region that ends waits until all messages that it keeps for shards without a home have found one. That is never when its process is the
/// last and shards were just being placed, or when all servers leave together; only Akka's limit of nine seconds would end it.
/// </summary>
public static class RegionEnd
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(50);

    // What another server takes over finds its way within tenths of a second.
    private static readonly TimeSpan OthersPatience = TimeSpan.FromSeconds(1.5);

    /// <summary>When the process leaves, ends the region soon after the last entity: at once without another server that could take what it keeps. What it keeps then is lost, as if the process had been killed.</summary>
    /// <param name="system">The region's actor system.</param>
    /// <param name="region">The region; of role <see cref="ClusterRoles.ControlPlane"/>.</param>
    /// <param name="isEmpty">Whether no entity of the region works in this process. One that is still recovering has promised nothing to anybody.</param>
    /// <param name="time">The clock.</param>
    public static void SoonAfterLastEntity(ActorSystem system, IActorRef region, Func<bool> isEmpty, TimeProvider time)
    {
        var cluster = Cluster.Get(system);
        CoordinatedShutdown.Get(system).AddTask(CoordinatedShutdown.PhaseClusterShardingShutdownRegion, $"end-{region.Path.Name}", async () =>
        {
            var ended = region.WatchAsync();
            long? emptySince = null;
            while (!ended.IsCompleted)
            {
                emptySince = isEmpty() ? emptySince ?? time.GetTimestamp() : null;
                if (emptySince is { } since && (IsAlone(cluster) || time.GetElapsedTime(since) > OthersPatience))
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
