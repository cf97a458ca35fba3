using System.Collections.Immutable;

namespace ActorKube.NodeAgent.Pods;

/// <summary>Why an action failed.</summary>
/// <param name="Reason">For containers a waiting reason, else an event reason.</param>
/// <param name="Message">For people.</param>
internal sealed record ActionFailure(string Reason, string Message)
{
    /// <summary>The pod's volumes that are not in place, when that is what failed.</summary>
    public ImmutableArray<string> Volumes { get; init; } = [];
}

/// <summary>What became of an action: what the runtime shows now, and whether it worked.</summary>
/// <param name="Action">The action.</param>
internal sealed record ActionResult(PodAction Action)
{
    /// <summary>Why it failed; null when it worked.</summary>
    public ActionFailure? Failure { get; init; }

    /// <summary>It was abandoned because the pod changed; its effect is unknown and nobody's failure.</summary>
    public bool Cancelled { get; init; }

    /// <summary>Sandboxes as they are now.</summary>
    public ImmutableArray<SandboxSeen> Sandboxes { get; init; } = [];

    /// <summary>Containers as they are now.</summary>
    public ImmutableArray<ContainerSeen> Containers { get; init; } = [];

    /// <summary>Ids of sandboxes that are gone.</summary>
    public ImmutableArray<string> GoneSandboxes { get; init; } = [];

    /// <summary>Ids of containers that are gone.</summary>
    public ImmutableArray<string> GoneContainers { get; init; } = [];

    /// <summary>In how long volumes are due for an update; null for never.</summary>
    public TimeSpan? RefreshVolumesIn { get; init; }

    /// <summary>What was found ends the pod; null when it does not.</summary>
    public PodVerdict? Verdict { get; init; }

    /// <summary>What the runtime shows after it.</summary>
    public PodSeen Update(PodSeen seen)
    {
        foreach (var id in GoneContainers)
            seen = seen.WithoutContainer(id);
        foreach (var id in GoneSandboxes)
            seen = seen.WithoutSandbox(id);
        foreach (var sandbox in Sandboxes)
            seen = seen.With(sandbox);
        foreach (var container in Containers)
            seen = seen.With(container);
        return seen;
    }
}
