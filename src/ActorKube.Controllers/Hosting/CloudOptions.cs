using ActorKube.Controllers.Cloud.Providers.Addresses;
using ActorKube.Machinery.Queues;
using ActorKube.Protocol.Hosting;

namespace ActorKube.Controllers.Hosting;

/// <summary><c>cloud</c>.</summary>
public sealed record CloudOptions
{
    /// <summary><c>provider</c>: a name of <see cref="CloudProviders"/>.</summary>
    public required string Provider { get; init; }

    /// <summary>How long a call to the cloud may take.</summary>
    public required TimeSpan CallDeadline { get; init; }

    /// <summary>How often the machines of all nodes are looked at.</summary>
    public required TimeSpan NodeSyncInterval { get; init; }

    /// <summary>How often the cloud is asked about nodes that are not ready.</summary>
    public required TimeSpan NodeMonitorPeriod { get; init; }

    /// <summary>Waits after failures about load balancers.</summary>
    public required BackoffPolicy BalancerBackoff { get; init; }

    /// <summary>Whether routes are kept in the cloud's network.</summary>
    public required bool RoutesEnabled { get; init; }

    /// <summary>How often the cloud's routes are looked at.</summary>
    public required TimeSpan RouteInterval { get; init; }

    /// <summary>Pools of load balancers' addresses.</summary>
    public required IReadOnlyList<string> BalancerPools { get; init; }

    /// <summary><c>cloud.simulated</c>.</summary>
    public required SimulatedCloudOptions Simulated { get; init; }

    internal static CloudOptions From(SettingsReader known) => new()
    {
        Provider = known.Choice("cloud.provider", [.. CloudProviders.Names.Select(n => (n, n))]),
        CallDeadline = known.Time("cloud.call-deadline"),
        NodeSyncInterval = known.Time("cloud.node-sync-interval"),
        NodeMonitorPeriod = known.Time("cloud.node-monitor-period"),
        BalancerBackoff = new BackoffPolicy(known.Time("cloud.load-balancer-backoff-first"), known.Time("cloud.load-balancer-backoff-longest")),
        RoutesEnabled = known.Switch("cloud.routes.enabled"),
        RouteInterval = known.Time("cloud.routes.interval"),
        BalancerPools = Pools(known, "cloud.load-balancer-pools"),
        Simulated = new SimulatedCloudOptions
        {
            Region = known.NonEmpty("cloud.simulated.region"),
            Zones = known.Texts("cloud.simulated.zones") is { Count: > 0 } zones ? zones : throw known.Bad("cloud.simulated.zones", "a list that is not empty"),
            InstanceType = known.NonEmpty("cloud.simulated.instance-type"),
            Delay = known.Time("cloud.simulated.delay", zero: true),
            FailureRate = known.Fraction("cloud.simulated.failure-rate", 1),
        },
    };

    private static IReadOnlyList<string> Pools(SettingsReader known, string key)
    {
        var pools = known.Texts(key);
        try
        {
            _ = AddressPools.Parse(pools);
            return pools;
        }
        catch (FormatException malformed)
        {
            throw known.Bad(key, $"a list of pools such as lan=192.168.1.240-192.168.1.250,fd00::/120 ({malformed.Message})");
        }
    }
}

/// <summary><c>cloud.simulated</c>.</summary>
public sealed record SimulatedCloudOptions
{
    /// <summary>Region of all its machines.</summary>
    public required string Region { get; init; }

    /// <summary>Zones of its machines, at least one.</summary>
    public required IReadOnlyList<string> Zones { get; init; }

    /// <summary>Kind of all its machines.</summary>
    public required string InstanceType { get; init; }

    /// <summary>How long each call takes.</summary>
    public required TimeSpan Delay { get; init; }

    /// <summary>Share of calls that fail, from 0 to 1.</summary>
    public required double FailureRate { get; init; }
}
