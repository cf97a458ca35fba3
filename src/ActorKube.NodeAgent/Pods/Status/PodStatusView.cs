using System.Collections.Immutable;

namespace ActorKube.NodeAgent.Pods.Status;

/// <summary>The part of a pod's status that the agent owns. Immutable; two views are compared part by part to patch only what changed.</summary>
internal sealed record PodStatusView
{
    /// <summary><c>Pending</c>, <c>Running</c>, <c>Succeeded</c> or <c>Failed</c>.</summary>
    public required string Phase { get; init; }

    /// <summary>Why the agent ended the pod; empty else.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The same for people.</summary>
    public string Message { get; init; } = "";

    /// <summary>Addresses of the node, the primary first.</summary>
    public ImmutableArray<string> HostIps { get; init; } = [];

    /// <summary>Addresses of the pod, the primary first.</summary>
    public ImmutableArray<string> PodIps { get; init; } = [];

    /// <summary>When the agent took the pod on; whole seconds.</summary>
    public DateTimeOffset? StartTime { get; init; }

    /// <summary><c>metadata.generation</c> that the status is about; 0 when unknown.</summary>
    public long ObservedGeneration { get; init; }

    /// <summary>The conditions the agent owns.</summary>
    public ImmutableArray<PodConditionView> Conditions { get; init; } = [];

    /// <summary>Statuses of init containers, in spec order.</summary>
    public ImmutableArray<ContainerStatusView> Init { get; init; } = [];

    /// <summary>Statuses of regular containers, in spec order.</summary>
    public ImmutableArray<ContainerStatusView> Regular { get; init; } = [];

    /// <summary>Statuses of containers added for debugging, in spec order.</summary>
    public ImmutableArray<ContainerStatusView> Ephemeral { get; init; } = [];

    /// <summary>Whether the pod has ended.</summary>
    public bool IsTerminal => Phase is PodPhases.Succeeded or PodPhases.Failed;
}

/// <summary>A condition of a pod.</summary>
/// <param name="Type">Type.</param>
/// <param name="Status"><c>True</c> or <c>False</c>.</param>
/// <param name="Reason">Reason, or empty.</param>
/// <param name="Message">Message, or empty.</param>
/// <param name="Transition">When the status last changed; whole seconds.</param>
internal sealed record PodConditionView(string Type, bool Status, string Reason, string Message, DateTimeOffset Transition);

/// <summary>State of a container as the API shows it.</summary>
internal abstract record ContainerStateView;

/// <summary>Not running (yet).</summary>
internal sealed record WaitingState(string Reason, string Message = "") : ContainerStateView;

/// <summary>Running.</summary>
internal sealed record RunningState(DateTimeOffset? StartedAt) : ContainerStateView;

/// <summary>Ended.</summary>
internal sealed record TerminatedState(int ExitCode, string Reason, string Message, DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt, string ContainerId) : ContainerStateView;

/// <summary>Status of a container as the API shows it.</summary>
internal sealed record ContainerStatusView
{
    /// <summary>Container name.</summary>
    public required string Name { get; init; }

    /// <summary>Current state.</summary>
    public required ContainerStateView State { get; init; }

    /// <summary>How the run before ended; null when there was none.</summary>
    public TerminatedState? LastState { get; init; }

    /// <summary>Whether it serves (regular, sidecar) or has done its work (init).</summary>
    public bool Ready { get; init; }

    /// <summary>Whether it runs and has passed its start.</summary>
    public bool Started { get; init; }

    /// <summary>Restart count.</summary>
    public uint RestartCount { get; init; }

    /// <summary>Image.</summary>
    public required string Image { get; init; }

    /// <summary>Digest reference or image id; empty before the container exists.</summary>
    public string ImageId { get; init; } = "";

    /// <summary><c>containerd://…</c>; empty before the container exists.</summary>
    public string ContainerId { get; init; } = "";

    /// <summary>What it repeats of the spec; null before the container exists.</summary>
    public SpecStatus? Spec { get; init; }

    /// <summary>Who the container's first process runs as; null where the runtime does not tell.</summary>
    public UserStatus? User { get; init; }
}

/// <summary>Who a container's first process runs as.</summary>
/// <param name="Uid">User.</param>
/// <param name="Gid">Group.</param>
/// <param name="Groups">Further groups, separated by commas.</param>
internal sealed record UserStatus(long Uid, long Gid, string Groups)
{
    /// <summary>From numbers.</summary>
    public static UserStatus Of(long uid, long gid, IEnumerable<long> groups) => new(uid, gid, string.Join(',', groups));
}
