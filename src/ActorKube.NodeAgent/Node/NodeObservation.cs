using System.Collections.Immutable;
using ActorKube.NodeAgent.Runtimes;

namespace ActorKube.NodeAgent.Node;

/// <summary>The node as it is at one moment: all that its status is made from.</summary>
internal sealed record NodeObservation
{
    /// <summary>The machine.</summary>
    public required MachineInfo Machine { get; init; }

    /// <summary>What is short.</summary>
    public MachinePressure Pressure { get; init; }

    /// <summary>The runtime; null when it does not answer.</summary>
    public RuntimeVersion? Runtime { get; init; }

    /// <summary>What it says about itself; null when it does not answer.</summary>
    public RuntimeStatus? RuntimeStatus { get; init; }

    /// <summary>Why it does not answer.</summary>
    public string RuntimeError { get; init; } = "";

    /// <summary>Images present.</summary>
    public ImmutableArray<ImageInfo> Images { get; init; } = [];

    /// <summary>Port of the agent's HTTPS server; 0 while it does not serve.</summary>
    public int DaemonPort { get; init; }

    /// <summary>Whether nothing at all differs from another moment. A runtime may name the same things in another order, so false says little.</summary>
    public bool IsSameAs(NodeObservation other) =>
        Machine == other.Machine && Pressure == other.Pressure && Runtime == other.Runtime && RuntimeError == other.RuntimeError && DaemonPort == other.DaemonPort
        && (RuntimeStatus is null ? other.RuntimeStatus is null : other.RuntimeStatus is { } status && RuntimeStatus.Conditions.SequenceEqual(status.Conditions))
        && Images.AsSpan().SequenceEqual(other.Images.AsSpan(), SameImage.Instance);

    private sealed class SameImage : EqualityComparer<ImageInfo>
    {
        public static readonly SameImage Instance = new();

        public override bool Equals(ImageInfo? x, ImageInfo? y) =>
            ReferenceEquals(x, y) || (x is not null && y is not null && x.Id == y.Id && x.SizeBytes == y.SizeBytes
            && x.RepoTags.AsSpan().SequenceEqual(y.RepoTags.AsSpan()) && x.RepoDigests.AsSpan().SequenceEqual(y.RepoDigests.AsSpan()));

        public override int GetHashCode(ImageInfo obj) => obj.Id.GetHashCode(StringComparison.Ordinal);
    }
}
