using ActorKube.Protocol.Hosting;
using Akka.Actor;
using Akka.Configuration;
using Akka.Remote;
using Akka.Remote.Transport;
using static Akka.Remote.Transport.ThrottleTransportAdapter;

namespace ActorKube.Cluster.Tests.Membership;

/// <summary>Processes of one cluster inside this one, over TLS, with the shipped settings but shorter times, and links that can be cut.</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    private static readonly Config Quick = ConfigurationFactory.ParseString(
        """
        akka.loglevel = OFF
        akka.stdout-loglevel = OFF
        akka.remote.dot-netty.tcp.applied-adapters = ["trttl"]
        akka.scheduler.tick-duration = 10ms
        akka.coordinated-shutdown.run-by-actor-system-terminate = off
        akka.remote.dot-netty.tcp.connection-timeout = 2s
        akka.remote.retry-gate-closed-for = 100ms
        akka.cluster {
          gossip-interval = 100ms
          leader-actions-interval = 50ms
          failure-detector { heartbeat-interval = 100ms, acceptable-heartbeat-pause = 1s, expected-response-after = 300ms }
          split-brain-resolver.stable-after = 1s
          retry-unsuccessful-join-after = 300ms
        }
        """);

    // Nobody is taken for dead, and connections break off as they do in the product: the adapter that cuts links keeps it to itself when the other side closes one.
    private static readonly Config Patient = ConfigurationFactory.ParseString(
        """
        akka.remote.dot-netty.tcp.applied-adapters = []
        akka.cluster.failure-detector.acceptable-heartbeat-pause = 10m
        """).WithFallback(Quick);

    private readonly List<ClusterSystem> _systems = [];

    public TestAuthority Authority { get; } = new();

    public static CancellationToken Limit => new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token;

    /// <summary>Addresses of those started so far.</summary>
    public IReadOnlyList<string> Seeds => [.. _systems.Select(s => s.Address.ToString())];

    public ClusterSystemOptions Options(string role) => new()
    {
        Roles = [role],
        Identity = Authority.Identity(role),
        SeedNodes = Seeds,
        Settings = Quick,
    };

    public ClusterSystem Start(string role) => Start(Options(role));

    public ClusterSystem Start(ClusterSystemOptions options)
    {
        var system = ClusterSystem.Start(options);
        _systems.Add(system);
        return system;
    }

    /// <summary>Starts processes, beside those that there are, and waits until all are members, and know it.</summary>
    public Task<ClusterSystem[]> FormAsync(params string[] roles) => FormAsync(Quick, roles);

    /// <summary>The same with processes that take nobody for dead; their links cannot be cut.</summary>
    public Task<ClusterSystem[]> FormPatientAsync(params string[] roles) => FormAsync(Patient, roles);

    /// <summary>From now on nothing passes between the two sides.</summary>
    public static async Task CutAsync(IEnumerable<ClusterSystem> side, IEnumerable<ClusterSystem> other)
    {
        foreach (var one in side)
            foreach (var two in other)
            {
                await BlockAsync(one, two.Address);
                await BlockAsync(two, one.Address);
            }
    }

    /// <summary>From now on a process refuses another one for good, as it does when it was removed from the cluster as dead.</summary>
    public static void Refuse(ClusterSystem by, ClusterSystem refused) =>
        Provider(by).Quarantine(refused.Address, Akka.Cluster.Cluster.Get(refused.System).SelfUniqueAddress.Uid);

    /// <summary>Ends a process as a crash would: nobody is told.</summary>
    public async Task CrashAsync(ClusterSystem system)
    {
        await CutAsync([system], _systems.Where(s => s != system && !s.Ended.IsCompleted));
        await system.System.Terminate();
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_systems.Select(s => s.System.Terminate()));
        Authority.Dispose();
    }

    private async Task<ClusterSystem[]> FormAsync(Config settings, string[] roles)
    {
        foreach (var role in roles)
            Start(Options(role) with { Settings = settings });
        await Task.WhenAll(_systems.Select(s => MemberWatch.UntilAsync(s, m => m.Up == _systems.Count, Limit)));
        return [.. _systems];
    }

    private static Task<bool> BlockAsync(ClusterSystem from, Address to)
    {
        // The adapter knows peers by the address beneath it.
        var beneath = new Address("ssl.tcp", to.System, to.Host, to.Port);
        return Provider(from).Transport.ManagementCommand(new SetThrottle(beneath, Direction.Both, Blackhole.Instance));
    }

    private static IRemoteActorRefProvider Provider(ClusterSystem of) => (IRemoteActorRefProvider)((ExtendedActorSystem)of.System).Provider;
}
