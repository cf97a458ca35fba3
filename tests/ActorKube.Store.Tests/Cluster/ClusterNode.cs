using ActorKube.Protocol.Store;
using ActorKube.Store.Hosting;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;

namespace ActorKube.Store.Tests.Cluster;

/// <summary>One server of a cluster: an actor system of its own in this process, with real remoting.</summary>
internal sealed class ClusterNode : IAsyncDisposable
{
    private ClusterNode(ActorSystem system, IResourceStore store)
    {
        System = system;
        Store = store;
    }

    public ActorSystem System { get; }

    public IResourceStore Store { get; }

    public Address Address => Akka.Cluster.Cluster.Get(System).SelfAddress;

    /// <summary>Starts a server and waits until it is a member.</summary>
    public static async Task<ClusterNode> Start(JournalChoice journal, ClusterNode? seed = null, StoreOptions? options = null)
    {
        var (config, setups) = ClusterStore.Prepare(journal);
        var system = ActorSystem.Create("actorkube", setups.Aggregate((ActorSystemSetup)ActorSystemSetup.Create(BootstrapSetup.Create().WithConfig(Settings.WithFallback(config))), static (all, one) => all.And(one)));
        var cluster = Akka.Cluster.Cluster.Get(system);
        var store = ClusterStore.Start(system, journal, options).Store;
        var up = new TaskCompletionSource();
        cluster.RegisterOnMemberUp(() => up.TrySetResult());
        cluster.Join(seed?.Address ?? cluster.SelfAddress);
        await up.Task.WaitAsync(TimeSpan.FromSeconds(30));
        return new ClusterNode(system, store);
    }

    /// <summary>Leaves the cluster, handing its shards off.</summary>
    public Task Leave() => CoordinatedShutdown.Get(System).Run(CoordinatedShutdown.ClusterLeavingReason.Instance);

    public async ValueTask DisposeAsync() => await System.Terminate();

    private static readonly Config Settings = ConfigurationFactory.ParseString(
        """
        akka.loglevel = OFF
        akka.stdout-loglevel = OFF
        akka.log-dead-letters = off
        akka.log-dead-letters-during-shutdown = off
        akka.actor.provider = cluster
        akka.remote.dot-netty.tcp { hostname = 127.0.0.1, port = 0, maximum-frame-size = 8 MiB, send-buffer-size = 8 MiB, receive-buffer-size = 8 MiB }
        akka.cluster {
          roles = [control-plane]
          gossip-interval = 200ms
          leader-actions-interval = 200ms
          periodic-tasks-initial-delay = 100ms
          min-nr-of-members = 1
          distributed-data.durable.keys = []
          sharding { state-store-mode = ddata, retry-interval = 200ms, waiting-for-state-timeout = 2s, rebalance-interval = 2s }
        }
        akka.coordinated-shutdown.run-by-clr-shutdown-hook = off
        akka.coordinated-shutdown.exit-clr = off
        akka.coordinated-shutdown.run-by-actor-system-terminate = off
        """);
}
