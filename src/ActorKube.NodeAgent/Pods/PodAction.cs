using System.Collections.Immutable;

namespace ActorKube.NodeAgent.Pods;

/// <summary>The next thing to do for a pod; the shell carries out one at a time.</summary>
internal abstract record PodAction
{
    /// <summary>Whether the typed pod is needed to carry it out: what is stopped and removed is found by what the runtime holds.</summary>
    public virtual bool NeedsPod => false;
}

/// <summary>Make the pod's directories and volumes.</summary>
internal sealed record SetUpVolumes : PodAction
{
    /// <inheritdoc/>
    public override bool NeedsPod => true;
}

/// <summary>Run a sandbox.</summary>
/// <param name="Attempt">How many the pod had before.</param>
internal sealed record RunSandbox(uint Attempt) : PodAction
{
    /// <inheritdoc/>
    public override bool NeedsPod => true;
}

/// <summary>Make sure of the image, create the container and start it.</summary>
/// <param name="Container">The container.</param>
/// <param name="Attempt">Its restart count.</param>
/// <param name="SandboxId">The sandbox to create it in.</param>
internal sealed record StartContainer(ContainerView Container, uint Attempt, string SandboxId) : PodAction
{
    /// <inheritdoc/>
    public override bool NeedsPod => true;
}

/// <summary>A container to stop.</summary>
/// <param name="Id">The runtime's id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Kind">Its role.</param>
/// <param name="Grace">Time between the polite and the final signal.</param>
/// <param name="Message">Why, for the <c>Killing</c> event.</param>
internal sealed record ContainerStop(string Id, string Name, ContainerKind Kind, TimeSpan Grace, string Message);

/// <summary>Stop containers, all at the same time.</summary>
/// <param name="Stops">Which.</param>
internal sealed record StopContainers(ImmutableArray<ContainerStop> Stops) : PodAction;

/// <summary>Stop sandboxes.</summary>
/// <param name="Ids">Which.</param>
internal sealed record StopSandboxes(ImmutableArray<string> Ids) : PodAction;

/// <summary>Remove dead containers and their logs.</summary>
/// <param name="Containers">Which.</param>
internal sealed record RemoveContainers(ImmutableArray<ContainerSeen> Containers) : PodAction;

/// <summary>Remove old sandboxes that hold no container any more.</summary>
/// <param name="Ids">Which.</param>
internal sealed record RemoveSandboxes(ImmutableArray<string> Ids) : PodAction;

/// <summary>Bring volumes whose content follows API objects up to date.</summary>
internal sealed record RefreshVolumes : PodAction
{
    /// <inheritdoc/>
    public override bool NeedsPod => true;
}

/// <summary>Remove what is left on the node: sandboxes, containers, volumes, directories, logs.</summary>
internal sealed record CleanUp : PodAction;

/// <summary>Delete the API object with grace 0, once its final status is written.</summary>
internal sealed record DeleteObject : PodAction;

/// <summary>Nothing is left to do for this pod, ever.</summary>
internal sealed record Forget : PodAction;

/// <summary>Look at containers and sandboxes again: caused by the runtime's events, or due as a second look.</summary>
/// <param name="Containers">Ids of containers with their sandboxes' ids.</param>
/// <param name="Sandboxes">Ids of sandboxes.</param>
internal sealed record LookAgain(IReadOnlyList<(string Id, string SandboxId)> Containers, IReadOnlyList<string> Sandboxes) : PodAction;

/// <summary>What the decider decided.</summary>
/// <param name="Memory">What to remember.</param>
/// <param name="Action">What to do now; null when there is nothing to do until something changes.</param>
/// <param name="WakeAt">When to decide again at the latest; null when only changes matter.</param>
/// <param name="Events">Events to record.</param>
internal sealed record PodDecision(PodMemory Memory, PodAction? Action, TimeSpan? WakeAt, ImmutableArray<PodEvent> Events);
