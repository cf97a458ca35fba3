using System.Collections.Immutable;

namespace ActorKube.NodeAgent.Runtimes;

/// <summary>Use of CPU time.</summary>
/// <param name="Timestamp">When it was measured.</param>
/// <param name="TotalNanoseconds">CPU time since the start, over all cores.</param>
internal sealed record CpuUsage(DateTimeOffset Timestamp, ulong TotalNanoseconds);

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

    /// <summary>Bytes of memory that cannot be reclaimed easily: the figure that <c>kubectl top</c> shows.</summary>
    public ulong? WorkingSetBytes { get; init; }

    /// <summary>Bytes that it wrote into its own layer.</summary>
    public ulong? WrittenBytes { get; init; }
}
