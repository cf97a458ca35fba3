using System.Collections.Immutable;
using ActorKube.Protocol.Hosting;
using Akka.Actor;
using Akka.Cluster.Sharding;

namespace ActorKube.Cluster.Tests.Membership;

public sealed class LastRegionTests
{
    // Akka's own limit would end the region after nine seconds.
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(6);

    [Fact]
    public async Task The_last_server_ends_at_once_although_messages_wait_for_a_home_of_their_shard()
    {
        await using var cluster = new TestCluster();
        var only = cluster.Start(ClusterRoles.ControlPlane);
        await only.Joined.WaitAsync(TestCluster.Limit);
        var places = new NoPlace();
        var region = await ClusterSharding.Get(only.System).StartAsync("waiting", _ => Props.Empty, ClusterShardingSettings.Create(only.System), new OneShard(), places, PoisonPill.Instance);
        LastRegion.EndWhenEmpty(only.System, region, () => true, TimeProvider.System);

        region.Tell("somebody there?");
        await places.Asked.WaitAsync(TestCluster.Limit);
        await only.DisposeAsync().AsTask().WaitAsync(AtOnce, TestContext.Current.CancellationToken);
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
