using System.Collections.Immutable;

namespace ActorKube.NodeAgent.Runtimes.Simulated;

/// <summary>A pod's sandbox in a <see cref="SimulatedNode"/>. Kept small: thousands of them live in one process.</summary>
internal sealed class SimulatedSandbox(string id, SandboxConfig config, string handler, DateTimeOffset createdAt)
{
    public string Id { get; } = id;

    public SandboxConfig Config { get; } = config;

    public string Handler { get; } = handler;

    public DateTimeOffset CreatedAt { get; } = createdAt;

    public SandboxState State { get; set; } = SandboxState.Ready;

    public ImmutableArray<string> Ips { get; set; } = [];

    public List<SimulatedContainer> Containers { get; } = new(1);

    public bool Matches(SandboxFilter filter) =>
        (filter.Id is null || filter.Id == Id) && (filter.State is null || filter.State == State) && Labels.Match(filter.Labels, Config.Labels);

    public SandboxInfo ToInfo() => new()
    {
        Id = Id,
        Metadata = Config.Metadata,
        State = State,
        CreatedAt = CreatedAt,
        Labels = Config.Labels,
        Annotations = Config.Annotations,
        RuntimeHandler = Handler,
    };

    public SandboxStatus ToStatus() => new()
    {
        Id = Id,
        Metadata = Config.Metadata,
        State = State,
        CreatedAt = CreatedAt,
        Labels = Config.Labels,
        Annotations = Config.Annotations,
        RuntimeHandler = Handler,
        Ips = Ips,
        Namespaces = Config.Security.Namespaces,
    };
}
