using System.Collections.Immutable;

namespace ActorKube.NodeAgent.Runtimes;

/// <summary>Which container of its pod it is.</summary>
/// <param name="Name">Container name in the pod spec.</param>
/// <param name="Attempt">Restart count: how many containers of this name the pod had before.</param>
internal sealed record ContainerMetadata(string Name, uint Attempt);

/// <summary>State of a container.</summary>
internal enum ContainerState
{
    /// <summary>Created, not started.</summary>
    Created,

    /// <summary>Running.</summary>
    Running,

    /// <summary>Ended, or failed to start.</summary>
    Exited,

    /// <summary>The runtime cannot tell.</summary>
    Unknown,
}

/// <summary>One container to create.</summary>
internal sealed record ContainerConfig
{
    /// <summary>Which container of its pod it is.</summary>
    public required ContainerMetadata Metadata { get; init; }

    /// <summary>Image reference: what <see cref="IContainerRuntime.PullImageAsync"/> returned, or a reference that is present.</summary>
    public required string Image { get; init; }

    /// <summary>The image as the pod spec says it, for the runtime's records.</summary>
    public string UserSpecifiedImage { get; init; } = "";

    /// <summary>Replaces the image's entry point; empty keeps it.</summary>
    public ImmutableArray<string> Command { get; init; } = [];

    /// <summary>Replaces the image's arguments; empty keeps them unless <see cref="Command"/> is set.</summary>
    public ImmutableArray<string> Args { get; init; } = [];

    /// <summary>Working directory; empty for the image's.</summary>
    public string WorkingDirectory { get; init; } = "";

    /// <summary>Environment, in order; later entries win.</summary>
    public ImmutableArray<EnvironmentVariable> Environment { get; init; } = [];

    /// <summary>Mounts, in order.</summary>
    public ImmutableArray<ContainerMount> Mounts { get; init; } = [];

    /// <summary>Devices of the node.</summary>
    public ImmutableArray<ContainerDevice> Devices { get; init; } = [];

    /// <summary>Labels, searchable by <see cref="ContainerFilter"/>.</summary>
    public ImmutableDictionary<string, string> Labels { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Annotations, handed back as they are.</summary>
    public ImmutableDictionary<string, string> Annotations { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Log file, relative to the sandbox's log directory (<c>web/0.log</c>); the caller makes its directory. Empty logs nothing.</summary>
    public string LogPath { get; init; } = "";

    /// <summary>Whether others wait for its end: an init container that is no sidecar, or a container of a job. What it runs ends it; a simulated one, which runs nothing, ends because of this.</summary>
    public bool EndsByItself { get; init; }

    /// <summary>Whether standard input stays open for attach.</summary>
    public bool Stdin { get; init; }

    /// <summary>Whether standard input closes when the first attached client leaves.</summary>
    public bool StdinOnce { get; init; }

    /// <summary>Whether it gets a terminal.</summary>
    public bool Tty { get; init; }

    /// <summary>Resources; what is unset is unlimited.</summary>
    public ContainerResources Resources { get; init; } = ContainerResources.Unset;

    /// <summary>Security settings.</summary>
    public ContainerSecurity Security { get; init; } = ContainerSecurity.Default;
}

/// <summary>A variable of the environment.</summary>
internal readonly record struct EnvironmentVariable(string Name, string Value);

/// <summary>What lists and statuses both tell of a container.</summary>
internal abstract record ContainerDescription
{
    /// <summary>The runtime's id.</summary>
    public required string Id { get; init; }

    /// <summary>Which container of its pod it is.</summary>
    public required ContainerMetadata Metadata { get; init; }

    /// <summary>Its state.</summary>
    public required ContainerState State { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Image reference it was created with.</summary>
    public string Image { get; init; } = "";

    /// <summary>What was really used: a digest reference where the runtime knows one, else the image id.</summary>
    public string ImageRef { get; init; } = "";

    /// <summary>Labels it was created with.</summary>
    public ImmutableDictionary<string, string> Labels { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Annotations it was created with.</summary>
    public ImmutableDictionary<string, string> Annotations { get; init; } = ImmutableDictionary<string, string>.Empty;
}

/// <summary>A container as a list shows it.</summary>
internal sealed record ContainerInfo : ContainerDescription
{
    /// <summary>The sandbox it belongs to.</summary>
    public required string SandboxId { get; init; }
}

/// <summary>A container with what only its status tells.</summary>
internal sealed record ContainerStatus : ContainerDescription
{
    /// <summary>When it started; null before.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended; null before.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Exit code once it has ended: 128 + signal when a signal ended it.</summary>
    public int ExitCode { get; init; }

    /// <summary>Why it ended: <c>Completed</c>, <c>Error</c>, <c>OOMKilled</c>, <c>StartError</c> …</summary>
    public string Reason { get; init; } = "";

    /// <summary>For people.</summary>
    public string Message { get; init; } = "";

    /// <summary>Full path of the log file; empty when it logs nothing.</summary>
    public string LogPath { get; init; } = "";

    /// <summary>Mounts it really has.</summary>
    public ImmutableArray<ContainerMount> Mounts { get; init; } = [];

    /// <summary>Resources it really has; null where the runtime does not tell.</summary>
    public ContainerResources? Resources { get; init; }

    /// <summary>Who its first process runs as; null where the runtime does not tell.</summary>
    public ContainerUser? User { get; init; }
}

/// <summary>Who a container's first process runs as.</summary>
internal sealed record ContainerUser(long Uid, long Gid, ImmutableArray<long> SupplementalGroups);

/// <summary>Which containers to list; what is unset matches all.</summary>
internal sealed record ContainerFilter
{
    /// <summary>All containers.</summary>
    public static readonly ContainerFilter All = new();

    /// <summary>Only this id.</summary>
    public string? Id { get; init; }

    /// <summary>Only in this sandbox.</summary>
    public string? SandboxId { get; init; }

    /// <summary>Only in this state.</summary>
    public ContainerState? State { get; init; }

    /// <summary>Only with all of these labels.</summary>
    public ImmutableDictionary<string, string> Labels { get; init; } = ImmutableDictionary<string, string>.Empty;
}

/// <summary>What a command in a container gave.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Stdout">What it printed.</param>
/// <param name="Stderr">What it printed as errors.</param>
internal sealed record ExecResult(int ExitCode, ReadOnlyMemory<byte> Stdout, ReadOnlyMemory<byte> Stderr);
