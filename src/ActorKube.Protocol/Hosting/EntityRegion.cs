using ActorKube.Protocol.Persistence;
using Akka.Actor;
using Akka.Cluster.Sharding;

namespace ActorKube.Protocol.Hosting;

/// <summary>
/// Shard regions of <see cref="PipelinedPersistentActor"/>s. They live on servers, stay until their shard moves, and are asked to <see cref="Drain"/> before it does: what they have decided is in the
/// journal before anybody else reads it. Nothing remembers them (ADR 0174).
/// </summary>
public static class EntityRegion
{
    /// <summary>Starts this process's part of a region.</summary>
    /// <param name="system">A member of the cluster with role <see cref="ClusterRoles.ControlPlane"/>.</param>
    /// <param name="name">Name of the region; part of the protocol between processes.</param>
    /// <param name="entity">Makes the actor with an id.</param>
    /// <param name="extractor">Tells which entity a message is for.</param>
    /// <param name="placement">Where shards go; null for Akka's default.</param>
    /// <returns>The region, which takes messages for all entities wherever they are.</returns>
    public static IActorRef Start(ActorSystem system, string name, Func<string, Props> entity, IMessageExtractor extractor, IShardAllocationStrategy? placement = null)
    {
        // The extension brings the defaults that its settings are read from.
        var sharding = ClusterSharding.Get(system);
        var settings = ClusterShardingSettings.Create(system)
            .WithRole(ClusterRoles.ControlPlane)
            .WithRememberEntities(false)
            .WithPassivateIdleAfter(TimeSpan.Zero);
        return sharding.Start(name, entity, settings, extractor, placement ?? sharding.DefaultShardAllocationStrategy(settings), Drain.Instance);
    }
}
