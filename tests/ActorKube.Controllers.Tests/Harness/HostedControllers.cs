using ActorKube.Controllers.Hosting;
using ActorKube.Machinery.Client;
using ActorKube.Testing.Fakes;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Cluster;
using Akka.Cluster.Sharding;
using Akka.Configuration;
using static ActorKube.Controllers.Actors.ControllerProtocol;

namespace ActorKube.Controllers.Tests.Harness;

/// <summary>The controllers of a process that is a cluster of its own, against the API server in memory: shard region, keeper and serializer as in a server.</summary>
internal sealed class HostedControllers : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private HostedControllers(ActorSystem system, ControllerHost host)
    {
        System = system;
        Host = host;
    }

    public ActorSystem System { get; }

    public ControllerHost Host { get; }

    private static Config Usual { get; } = ConfigurationFactory.ParseString("""
        akka {
          loglevel = WARNING
          actor.provider = cluster
          actor.serialize-messages = off
          remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0 }
          cluster.roles = [control-plane]
          persistence.journal.plugin = "akka.persistence.journal.inmem"
          persistence.snapshot-store.plugin = "akka.persistence.snapshot-store.inmem"
          log-dead-letters = off
        }
        """).WithFallback(ControllerHost.Serialization).WithFallback(ClusterSharding.DefaultConfig());

    /// <summary>Starts them.</summary>
    /// <param name="cluster">The API server.</param>
    /// <param name="catalog">What it serves.</param>
    /// <param name="settings">Settings of the controllers.</param>
    /// <param name="config">Settings of the actor system, above the usual ones.</param>
    /// <param name="setups">What these need.</param>
    public static async Task<HostedControllers> StartAsync(MemoryCluster cluster, IResourceCatalog catalog, string settings, Config? config = null, params Setup[] setups)
    {
        var all = BootstrapSetup.Create().WithConfig(config is null ? Usual : config.WithFallback(Usual));
        var system = ActorSystem.Create("host", setups.Aggregate((ActorSystemSetup)ActorSystemSetup.Create(all), (sum, one) => sum.And(one)));
        await JoinAsync(system, Cluster.Get(system).SelfAddress);
        return new HostedControllers(system, ControllerHost.Start(system, new ControllerServices
        {
            ClientFor = _ => cluster,
            Catalog = catalog,
            RootCa = "PEM",
            Keys = Signing.Keys,
            Time = TimeProvider.System,
            Random = () => 0.5,
        }, ControllersOptions.From(ConfigurationFactory.ParseString(settings))));
    }

    /// <summary>Another process joins, which hosts nothing, and leaves.</summary>
    public async Task ComeAndGoAsync()
    {
        var other = ActorSystem.Create("host", Usual);
        await JoinAsync(other, Cluster.Get(System).SelfAddress);
        await Cluster.Get(other).LeaveAsync().WaitAsync(Patience);
        await other.Terminate();
    }

    /// <summary>Asks for decisions until they are as expected.</summary>
    public async Task<DecisionsRead> DecisionsAsync(string controller, Func<DecisionsRead, bool> until)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            limit.Token.ThrowIfCancellationRequested();
            try
            {
                var read = await Host.Region.Ask<DecisionsRead>(new ReadDecisions(IdOf("root", controller), null, null), TimeSpan.FromSeconds(1));
                if (until(read))
                    return read;
            }
            catch (AskTimeoutException)
            {
                // The question came to an entity that was just ending, and went down with it.
            }
        }
    }

    private static async Task JoinAsync(ActorSystem system, Address address)
    {
        var member = Cluster.Get(system);
        var up = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        member.RegisterOnMemberUp(() => up.TrySetResult());
        member.Join(address);
        await up.Task.WaitAsync(Patience);
    }

    public async ValueTask DisposeAsync()
    {
        await System.Terminate();
        await Host.DisposeAsync();
    }
}
