using System.Collections.Immutable;

namespace ActorKube.NodeAgent.Runtimes;

/// <summary>Use of CPU time.</summary>
/// <param name="Timestamp">When it was measured.</param>
/// <param name="TotalNanoseconds">CPU time since the start, over all cores.</param>
/// <param name="NanoCores">Current rate in billionths of a core; null where the runtime does not compute it.</param>
internal sealed record CpuUsage(DateTimeOffset Timestamp, ulong TotalNanoseconds, ulong? NanoCores);

/// <summary>Use of memory, in bytes.</summary>
/// <param name="Timestamp">When it was measured.</param>
/// <param name="WorkingSetBytes">What cannot be reclaimed easily: the figure that eviction and <c>kubectl top</c> use.</param>
/// <param name="UsageBytes">All of it, caches included.</param>
/// <param name="RssBytes">Anonymous memory.</param>
/// <param name="AvailableBytes">What is left below the limit; null without a limit.</param>
/// <param name="PageFaults">Minor faults since the start.</param>
/// <param name="MajorPageFaults">Major faults since the start.</param>
internal sealed record MemoryUsage(
    DateTimeOffset Timestamp, ulong WorkingSetBytes, ulong UsageBytes, ulong RssBytes, ulong? AvailableBytes, ulong PageFaults, ulong MajorPageFaults);

/// <summary>Traffic of one network interface since it came up.</summary>
internal sealed record InterfaceUsage(string Name, ulong ReceivedBytes, ulong ReceiveErrors, ulong SentBytes, ulong SendErrors);

/// <summary>Resource use of a container; what the runtime did not tell is null.</summary>
internal sealed record ContainerStats
{
    /// <summary>The container.</summary>
    public required string Id { get; init; }

    /// <summary>Which container of its pod it is.</summary>
    public required ContainerMetadata Metadata { get; init; }

    /// <summary>Its labels.</summary>
    public ImmutableDictionary<string, string> Labels { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>CPU.</summary>
    public CpuUsage? Cpu { get; init; }

    /// <summary>Memory.</summary>
    public MemoryUsage? Memory { get; init; }

    /// <summary>What it wrote into its own layer.</summary>
    public FileSystemUsage? WritableLayer { get; init; }
}

/// <summary>Resource use of a pod; what the runtime did not tell is null.</summary>
internal sealed record SandboxStats
{
    /// <summary>The sandbox.</summary>
    public required string Id { get; init; }

    /// <summary>Whose sandbox it is.</summary>
    public required SandboxMetadata Metadata { get; init; }

    /// <summary>CPU of the whole pod.</summary>
    public CpuUsage? Cpu { get; init; }

    /// <summary>Memory of the whole pod.</summary>
    public MemoryUsage? Memory { get; init; }

    /// <summary>The pod's interfaces, the default one first.</summary>
    public ImmutableArray<InterfaceUsage> Interfaces { get; init; } = [];

    /// <summary>Number of processes; null where the runtime does not tell.</summary>
    public ulong? ProcessCount { get; init; }

    /// <summary>Its containers.</summary>
    public ImmutableArray<ContainerStats> Containers { get; init; } = [];
}
