using System.Collections.Immutable;

namespace ActorKube.NodeAgent.Runtimes.Simulated;

/// <summary>A container in a <see cref="SimulatedNode"/>; of its configuration only what statuses show is kept.</summary>
internal sealed class SimulatedContainer(
    string id, SimulatedSandbox sandbox, ContainerConfig config, SimulatedImage image, SimulationScript script, DateTimeOffset createdAt)
{
    private readonly string _logPath = config.LogPath;
    private readonly ImmutableArray<ContainerMount> _mounts = config.Mounts;
    private TaskCompletionSource? _ended;

    public string Id { get; } = id;

    public SimulatedSandbox Sandbox { get; } = sandbox;

    public ContainerMetadata Metadata { get; } = config.Metadata;

    public ImmutableDictionary<string, string> Labels { get; } = config.Labels;

    public ImmutableDictionary<string, string> Annotations { get; } = config.Annotations;

    public string Image { get; } = config.Image;

    public SimulationScript Script { get; } = script;

    /// <summary>What it uses; made when somebody first asks.</summary>
    public SimulatedUse? Use { get; set; }

    public ContainerResources Resources { get; set; } = config.Resources;

    public DateTimeOffset CreatedAt { get; } = createdAt;

    public ContainerState State { get; set; }

    public bool IsStarting { get; set; }

    public bool IsRemoved { get; set; }

    /// <summary>When it started, as time that only passes.</summary>
    public DateTimeOffset RunsSince { get; set; }

    public DateTimeOffset? StartedAt { get; set; }

    public DateTimeOffset? FinishedAt { get; private set; }

    public int ExitCode { get; private set; }

    public string Reason { get; private set; } = "";

    public string Message { get; private set; } = "";

    /// <summary>Full path of the log; empty without one.</summary>
    public string LogPath => _logPath.Length == 0 || Sandbox.Config.LogDirectory.Length == 0 ? "" : Path.Combine(Sandbox.Config.LogDirectory, _logPath);

    /// <summary>Completes when the container has ended.</summary>
    public Task Ended => State == ContainerState.Exited
        ? Task.CompletedTask
        : (_ended ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public void End(DateTimeOffset now, int exitCode, string reason, string message)
    {
        State = ContainerState.Exited;
        FinishedAt = now;
        ExitCode = exitCode;
        Reason = reason.Length > 0 ? reason : exitCode == 0 ? "Completed" : "Error";
        Message = message;
        _ended?.TrySetResult();
        _ended = null;
    }

    public void Explain(string reason) => Reason = reason;

    public bool Matches(ContainerFilter filter) =>
        (filter.Id is null || filter.Id == Id)
        && (filter.SandboxId is null || filter.SandboxId == Sandbox.Id)
        && (filter.State is null || filter.State == State)
        && Simulated.Labels.Match(filter.Labels, Labels);

    public ContainerInfo ToInfo() => new()
    {
        Id = Id,
        SandboxId = Sandbox.Id,
        Metadata = Metadata,
        State = State,
        CreatedAt = CreatedAt,
        Image = Image,
        ImageRef = image.Digest,
        Labels = Labels,
        Annotations = Annotations,
    };

    public ContainerStatus ToStatus() => new()
    {
        Id = Id,
        Metadata = Metadata,
        State = State,
        CreatedAt = CreatedAt,
        StartedAt = StartedAt,
        FinishedAt = FinishedAt,
        ExitCode = ExitCode,
        Reason = Reason,
        Message = Message,
        Image = Image,
        ImageRef = image.Digest,
        Labels = Labels,
        Annotations = Annotations,
        LogPath = LogPath,
        Mounts = _mounts,
        Resources = Resources,
    };
}
