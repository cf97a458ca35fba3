using System.Net;
using ActorKube.ApiServer.Admission.Quotas;
using ActorKube.ApiServer.Allocation;

namespace ActorKube.ApiServer.Pipeline;

/// <summary>Settings of the request pipeline (HOCON <c>actorkube.api-server</c>).</summary>
public sealed record ApiServerOptions
{
    /// <summary>How long events are kept after they were last written.</summary>
    public TimeSpan EventTtl { get; init; } = TimeSpan.FromHours(1);

    /// <summary>A watch without a time limit of its own lasts between this and twice this.</summary>
    public TimeSpan MinimumWatch { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How often a patch that names no resource version is tried when other writers are faster.</summary>
    public int PatchAttempts { get; init; } = 5;

    /// <summary>How many objects one message of a collection's deletion carries.</summary>
    public int DeleteBatch { get; init; } = 500;

    /// <summary>How many changes by users are remembered with who made them; 0 for none.</summary>
    public int ChangesKept { get; init; } = 5000;

    /// <summary>Where the cluster addresses of services come from; the first one is that of the API itself.</summary>
    public IPNetwork ServiceRange { get; init; } = IPNetwork.Parse("10.96.0.0/12");

    /// <summary>The address at which pods find the API: the first one of the range.</summary>
    public IPAddress ApiAddress => IPAddress.Parse(new AddressRange(ServiceRange).First);

    /// <summary>Lowest port that nodes open for services.</summary>
    public int FirstNodePort { get; init; } = 30000;

    /// <summary>Highest port that nodes open for services.</summary>
    public int LastNodePort { get; init; } = 32767;

    /// <summary>How often services and what is reserved for them are compared.</summary>
    public TimeSpan ServiceRepairInterval { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>How often what every cluster has is looked at.</summary>
    public TimeSpan UpkeepInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Seconds a pod stays on a node that is not ready when it does not say.</summary>
    public long NotReadyTolerationSeconds { get; init; } = 300;

    /// <summary>Seconds a pod stays on a node out of reach when it does not say.</summary>
    public long UnreachableTolerationSeconds { get; init; } = 300;

    /// <summary>What may only be consumed where a quota covers it.</summary>
    public IReadOnlyList<LimitedResource> LimitedResources { get; init; } = [];

    /// <summary>How long the last report of what a node uses counts, unless its agent reports more seldom.</summary>
    public TimeSpan UsageRetention { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Checks that the settings make sense together.</summary>
    /// <exception cref="ArgumentException">They do not; the message names the setting.</exception>
    public void Validate()
    {
        Require(EventTtl > TimeSpan.Zero, "event-ttl has to be longer than nothing");
        Require(MinimumWatch > TimeSpan.Zero, "minimum-watch has to be longer than nothing");
        Require(PatchAttempts > 0, "patch-attempts has to be at least 1");
        Require(UsageRetention > TimeSpan.Zero, "usage-retention has to be longer than nothing");
        Require(ChangesKept >= 0, "changes-kept has to be at least 0");
        Require(DeleteBatch > 0, "delete-batch has to be at least 1");
        Require(ServiceRepairInterval > TimeSpan.Zero, "services.repair-interval has to be longer than nothing");
        Require(UpkeepInterval > TimeSpan.Zero, "upkeep.interval has to be longer than nothing");
        Require(
            AddressRange.IsPossible(ServiceRange),
            "services.range has to be IPv4 with a prefix between 8 and 30");
        Require(FirstNodePort is > 0 and <= 65535 && LastNodePort is > 0 and <= 65535 && FirstNodePort <= LastNodePort, "services.first-node-port and services.last-node-port have to be a range of ports");
        Require(NotReadyTolerationSeconds >= 0 && UnreachableTolerationSeconds >= 0, "tolerations cannot be negative");
    }

    private static void Require(bool condition, string sentence)
    {
        if (!condition)
            throw new ArgumentException($"actorkube.api-server: {sentence}.");
    }
}
