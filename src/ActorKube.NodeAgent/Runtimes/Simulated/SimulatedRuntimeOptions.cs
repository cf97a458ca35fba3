using System.Collections.Immutable;

namespace ActorKube.NodeAgent.Runtimes.Simulated;

/// <summary>How a <see cref="SimulatedRuntime"/> is set up.</summary>
internal sealed record SimulatedRuntimeOptions
{
    /// <summary>The clock of everything that happens in it.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>First half of all ids: choose it at random for each start of a node, or ids of an earlier life come again.</summary>
    public required ulong IdSeed { get; init; }

    /// <summary>Where containers print to; null keeps it in memory.</summary>
    public IContainerLogFiles? LogFiles { get; init; }

    /// <summary>Pod ranges known from the start; without any the network is not ready until <see cref="IContainerRuntime.UpdatePodCidrsAsync"/>.</summary>
    public ImmutableArray<string> PodCidrs { get; init; } = [];

    /// <summary>Runtime handlers known besides the default.</summary>
    public ImmutableArray<string> Handlers { get; init; } = [];

    /// <summary>Behaviour by image: the full reference (<c>docker.io/library/busybox:1.36</c>) or the name without tag, the former first.</summary>
    public ImmutableDictionary<string, SimulationScript> ImageScripts { get; init; } = ImmutableDictionary<string, SimulationScript>.Empty;

    /// <summary>Images that are present without a pull.</summary>
    public ImmutableArray<string> Images { get; init; } = [];

    /// <summary>The script for an image.</summary>
    public SimulationScript ScriptFor(ImageReference image) =>
        ImageScripts.Count == 0 ? SimulationScript.Default
        : ImageScripts.GetValueOrDefault(image.ToString()) ?? ImageScripts.GetValueOrDefault(image.Name) ?? SimulationScript.Default;
}
