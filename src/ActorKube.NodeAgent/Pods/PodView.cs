using System.Collections.Immutable;
using ActorKube.Api.Names;
using ActorKube.NodeAgent.Pods.Status;

namespace ActorKube.NodeAgent.Pods;

/// <summary>Which role a container plays in its pod.</summary>
internal enum ContainerKind
{
    /// <summary>Runs to completion before the next one starts.</summary>
    Init,

    /// <summary>An init container with <c>restartPolicy: Always</c>: started in the order of init containers, kept running until the regular ones have ended.</summary>
    Sidecar,

    /// <summary>One of <c>spec.containers</c>.</summary>
    Regular,

    /// <summary>One of <c>spec.ephemeralContainers</c>, added to a running pod for debugging.</summary>
    Ephemeral,
}

/// <summary><c>spec.restartPolicy</c>.</summary>
internal enum PodRestartPolicy
{
    /// <summary>Whatever the exit code.</summary>
    Always,

    /// <summary>Only after a failure.</summary>
    OnFailure,

    /// <summary>Not at all.</summary>
    Never,
}

/// <summary>What the life cycle needs to know of one container of a pod spec.</summary>
/// <param name="Name">Container name.</param>
/// <param name="Kind">Its role.</param>
/// <param name="Image">Image as the spec says it.</param>
/// <param name="Hash">Changes when the running container no longer fits the spec (see <see cref="ContainerHash"/>).</param>
internal sealed record ContainerView(string Name, ContainerKind Kind, string Image, uint Hash)
{
    /// <summary>What its status repeats of the spec.</summary>
    public SpecStatus Spec { get; init; } = SpecStatus.Empty;
}

/// <summary>
/// What the life cycle needs to know of a pod, taken from the API object once per change: a few hundred bytes that stay in memory, while the object
/// itself is parsed only when sandboxes and containers are set up.
/// </summary>
internal sealed record PodView
{
    /// <summary>Namespace and name.</summary>
    public required ObjectKey Key { get; init; }

    /// <summary>Uid: the incarnation.</summary>
    public required string Uid { get; init; }

    /// <summary><c>metadata.generation</c>; 0 when the server keeps none.</summary>
    public long Generation { get; init; }

    /// <summary>Init containers in order, sidecars among them.</summary>
    public ImmutableArray<ContainerView> Init { get; init; } = [];

    /// <summary>Regular containers in order.</summary>
    public required ImmutableArray<ContainerView> Regular { get; init; }

    /// <summary>Containers that were added for debugging.</summary>
    public ImmutableArray<ContainerView> Ephemeral { get; init; } = [];

    /// <summary>Why the node does not take the pod; null when it does.</summary>
    public PodVerdict? Rejection { get; init; }

    /// <summary>Restart policy of regular and plain init containers.</summary>
    public PodRestartPolicy RestartPolicy { get; init; }

    /// <summary>Seconds the pod may be active counted from its start; null for ever.</summary>
    public long? ActiveDeadlineSeconds { get; init; }

    /// <summary><c>spec.terminationGracePeriodSeconds</c>.</summary>
    public long TerminationGraceSeconds { get; init; } = 30;

    /// <summary>Whether the pod uses the node's network.</summary>
    public bool HostNetwork { get; init; }

    /// <summary>Condition types that the Ready condition waits for.</summary>
    public ImmutableArray<string> ReadinessGates { get; init; } = [];

    /// <summary>When deletion was asked for; null while it was not.</summary>
    public DateTimeOffset? Deleted { get; init; }

    /// <summary>Grace the deletion gives; only with <see cref="Deleted"/>.</summary>
    public long? DeletionGraceSeconds { get; init; }

    /// <summary>Upstream's way to name a pod in messages: <c>name_namespace(uid)</c>.</summary>
    public string Display => $"{Key.Name}_{Key.Namespace}({Uid})";

    /// <summary>Whether containers that failed are started again.</summary>
    public bool RestartsOnFailure => RestartPolicy != PodRestartPolicy.Never;
}
