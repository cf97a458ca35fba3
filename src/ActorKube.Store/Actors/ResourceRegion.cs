using ActorKube.Protocol.Hosting;
using ActorKube.Protocol.Store;
using Akka.Actor;
using Akka.Cluster.Sharding;

namespace ActorKube.Store.Actors;

/// <summary>The shard region <c>resources</c>: spreads resource actors over the processes of the control plane.</summary>
internal static class ResourceRegion
{
    /// <summary>Name of the region; part of the protocol between processes.</summary>
    public const string Name = "resources";

    /// <summary>
    /// Number of shards; never changes while a cluster runs. There are some dozens of resources and a few of them are hot: with about one resource
    /// per shard they spread evenly.
    /// </summary>
    private const int Shards = 256;

    public static IActorRef Start(ActorSystem system, StoreServices services) => EntityRegion.Start(
        system,
        Name,
        id => ResourceActor.Props(ResourceId.Parse(id), services),
        new Extractor(),
        ShardAllocationStrategy.LeastShardAllocationStrategy(absoluteLimit: 20, relativeLimit: 0.2));

    private sealed class Extractor() : HashCodeMessageExtractor(Shards)
    {
        public override string? EntityId(object message) => (message as IResourceMessage)?.ResourceId;
    }
}
