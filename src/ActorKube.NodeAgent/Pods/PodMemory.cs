using System.Collections.Immutable;
using ActorKube.Machinery.Times;
using ActorKube.NodeAgent.Pods.Status;

namespace ActorKube.NodeAgent.Pods;

/// <summary>Why a container does not run now; shown as its waiting state.</summary>
/// <param name="Reason">One of <see cref="WaitingReasons"/>.</param>
/// <param name="Message">For people.</param>
/// <param name="RetryAt">When to try again.</param>
/// <param name="ShownUntil">From then on the reason turns into the back-off one (image pulls); null when it stays.</param>
internal sealed record ContainerFailure(string Reason, string Message, TimeSpan RetryAt, TimeSpan? ShownUntil = null);

/// <summary>What has to be remembered of one container beyond what the runtime shows.</summary>
internal sealed record ContainerMemory
{
    /// <summary>Nothing happened yet.</summary>
    public static readonly ContainerMemory Empty = new();

    /// <summary>Back-off of restarts.</summary>
    public Backoff Restart { get; init; }

    /// <summary>Back-off of image pulls.</summary>
    public Backoff Pull { get; init; }

    /// <summary>Why it does not run; null when nothing is wrong.</summary>
    public ContainerFailure? Failure { get; init; }
}

/// <summary>A step of the whole pod that failed and is tried again.</summary>
/// <param name="RetryAt">When to try again.</param>
/// <param name="Count">How often it has failed in a row.</param>
internal sealed record PodFailure(TimeSpan RetryAt, int Count);

/// <summary>A pod whose volumes cannot be had yet.</summary>
/// <param name="Unmounted">Which, by the pod's names.</param>
/// <param name="ReportAt">When it is said that the pod has waited for too long.</param>
internal sealed record PodMountWait(ImmutableArray<string> Unmounted, TimeSpan ReportAt);

/// <summary>Why the agent ended a pod for good.</summary>
/// <param name="Reason"><c>status.reason</c>.</param>
/// <param name="Message"><c>status.message</c>.</param>
internal sealed record PodVerdict(string Reason, string Message)
{
    /// <summary>The pod gets no time to end on its own.</summary>
    public bool AtOnce { get; init; }
}

/// <summary>
/// What the decider remembers from one decision to the next. Immutable. All times but <see cref="StartTime"/> are <see cref="Present.Uptime"/>: whoever sets the clock changes nothing. ADR 0152.
/// </summary>
internal sealed record PodMemory
{
    /// <summary>When the agent first saw the pod: <c>status.startTime</c>.</summary>
    public required DateTimeOffset StartTime { get; init; }

    /// <summary>The same, to measure by.</summary>
    public required TimeSpan ActiveSince { get; init; }

    /// <summary>Per container name; only those with something to remember.</summary>
    public ImmutableDictionary<string, ContainerMemory> Containers { get; init; } = ImmutableDictionary<string, ContainerMemory>.Empty;

    /// <summary>Whether the volumes are in place.</summary>
    public bool VolumesReady { get; init; }

    /// <summary>Volumes that the pod waits for; null while none has failed.</summary>
    public PodMountWait? MountWait { get; init; }

    /// <summary>When volumes that follow API objects are due for an update; null when the pod has none.</summary>
    public TimeSpan? RefreshVolumesAt { get; init; }

    /// <summary>Containers to look at once more, the next one first.</summary>
    public ImmutableArray<SecondLook> SecondLooks { get; init; } = [];

    /// <summary>Set-up of volumes, sandbox, or the stopping of things failed.</summary>
    public PodFailure? Failure { get; init; }

    /// <summary>The agent ended the pod: it fails with this reason.</summary>
    public PodVerdict? Verdict { get; init; }

    /// <summary>How many containers for debugging were refused with an event.</summary>
    public int EphemeralRefused { get; init; }

    /// <summary>What containers were given, by name, where the spec asks for something else by now (see <see cref="PodResize"/>).</summary>
    public ImmutableDictionary<string, SpecStatus> Given { get; init; } = ImmutableDictionary<string, SpecStatus>.Empty;

    /// <summary>Generation of the last resize that was refused with an event.</summary>
    public long RefusedResize { get; init; }

    /// <summary>The object is gone from the API while the pod was here: tear everything down, write no status.</summary>
    public bool Orphaned { get; init; }

    /// <summary>Whether the pod reached a phase that it may not leave.</summary>
    public bool Terminal { get; init; }

    /// <summary>When the stopping of containers began; null before. Sidecars get what is left of the grace period.</summary>
    public TimeSpan? StoppingSince { get; init; }

    /// <summary>Whether sandboxes, volumes and directories were removed.</summary>
    public bool CleanedUp { get; init; }

    /// <summary>Whether the API server has accepted the deletion with grace 0; finalizers may still keep the object.</summary>
    public bool ObjectDeleted { get; init; }

    /// <summary>Highest restart count the API knew of per container, from before this agent started; the runtime may have lost the containers.</summary>
    public ImmutableDictionary<string, uint> PriorAttempts { get; init; } = ImmutableDictionary<string, uint>.Empty;

    /// <summary>What is remembered of a container.</summary>
    public ContainerMemory Of(string container) => Containers.GetValueOrDefault(container, ContainerMemory.Empty);

    /// <summary>With something remembered of a container.</summary>
    public PodMemory With(string container, ContainerMemory memory) =>
        this with { Containers = memory == ContainerMemory.Empty ? Containers.Remove(container) : Containers.SetItem(container, memory) };
}
