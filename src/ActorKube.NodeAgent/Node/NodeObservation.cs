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
}
