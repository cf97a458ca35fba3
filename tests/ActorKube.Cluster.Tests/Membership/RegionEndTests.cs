using System.Collections.Immutable;
using ActorKube.Protocol.Hosting;
using Akka.Actor;
using Akka.Cluster.Sharding;

namespace ActorKube.Cluster.Tests.Membership;

public sealed class RegionEndTests
{
    // Akka's own limit would end a region after nine seconds.
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(8);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Servers_that_all_leave_end_soon_although_messages_wait_for_a_home_of_their_shard(int servers)
    {
        await using var cluster = new TestCluster();
        var all = await cluster.FormAsync([.. Enumerable.Repeat(ClusterRoles.ControlPlane, servers)]);
        var places = new NoPlace();
        foreach (var server in all)
        {
            var region = await ClusterSharding.Get(server.System).StartAsync("waiting", _ => Props.Empty, ClusterShardingSettings.Create(server.System), new OneShard(), places, PoisonPill.Instance);
            RegionEnd.SoonAfterLastEntity(server.System, region, () => true, TimeProvider.System);
            region.Tell("somebody there?");
        }
        await places.Asked.WaitAsync(TestCluster.Limit);
        await Task.WhenAll(all.Select(s => s.DisposeAsync().AsTask())).WaitAsync(Soon, TestContext.Current.CancellationToken);
    }

    /// <summary>Looks for a place for a shard for ever.</summary>
    private sealed class NoPlace : IShardAllocationStrategy
    {
        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Asked => _asked.Task;

        public Task<IActorRef> AllocateShard(IActorRef requester, string shardId, IImmutableDictionary<IActorRef, IImmutableList<string>> currentShardAllocations)
        {
            _asked.TrySetResult();
            return new TaskCompletionSource<IActorRef>().Task;
        }

        public Task<IImmutableSet<string>> Rebalance(IImmutableDictionary<IActorRef, IImmutableList<string>> currentShardAllocations, IImmutableSet<string> rebalanceInProgress) =>
            Task.FromResult<IImmutableSet<string>>(ImmutableHashSet<string>.Empty);
    }

    private sealed class OneShard() : HashCodeMessageExtractor(1)
    {
        public override string? EntityId(object message) => message as string;
    }
}
