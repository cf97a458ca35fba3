namespace ActorKube.Testing.Simulation;

/// <summary>What is simulated.</summary>
public sealed record SimulationOptions
{
    /// <summary>Decides everything that chance decides: order, latencies, names, uids.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>What the clock shows first.</summary>
    public DateTimeOffset Start { get; init; } = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Nodes by name; each renews its lease every 10 s if <see cref="Heartbeats"/> says so.</summary>
    public IReadOnlyList<string> Nodes { get; init; } = ["node-1", "node-2", "node-3"];

    /// <summary>Whether nodes renew leases and quiet watches show that they live. Without, what takes months is not spent on heartbeats; the node lifecycle controller must not run then.</summary>
    public bool Heartbeats { get; init; } = true;

    /// <summary>Longest time that a write is under way, each way.</summary>
    public TimeSpan Latency { get; init; }

    /// <summary>Controllers that run; <c>*</c> stands for all, a minus takes one out again.</summary>
    public IReadOnlyList<string> Controllers { get; init; } = ["*"];
}
