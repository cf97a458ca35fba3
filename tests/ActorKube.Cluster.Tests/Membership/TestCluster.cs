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

    /// <summary>Starts processes that are all members, and know it.</summary>
    public async Task<ClusterSystem[]> FormAsync(params string[] roles)
    {
        foreach (var role in roles)
            Start(role);
        await Task.WhenAll(_systems.Select(s => MemberWatch.UntilAsync(s, m => m.Up == roles.Length, Limit)));
        return [.. _systems];
    }

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

    private static Task BlockAsync(ClusterSystem from, Address to)
    {
        // The adapter knows peers by the address beneath it.
        var beneath = new Address("ssl.tcp", to.System, to.Host, to.Port);
        var provider = (IRemoteActorRefProvider)((ExtendedActorSystem)from.System).Provider;
        return provider.Transport.ManagementCommand(new SetThrottle(beneath, Direction.Both, Blackhole.Instance));
    }
}
