using ActorKube.Machinery.Reconciling;

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

    /// <summary>Whether nodes also report their status every five minutes although nothing has changed.</summary>
    public bool StatusReports { get; init; }

    /// <summary>Longest time that a write is under way, each way.</summary>
    public TimeSpan Latency { get; init; }

    /// <summary>Whether the scheduler runs. Not needed where <see cref="Played"/> has pods run without nodes.</summary>
    public bool Scheduler { get; init; } = true;

    /// <summary>What is played beside the nodes, as the administrator: see <see cref="Nodes.Played"/>. What a long run is not about need not take its time.</summary>
    public IReadOnlyList<IReconciler> Played { get; init; } = [];

    /// <summary>Whether the cloud controllers run, too, with the simulated provider; its load balancers have the addresses of 203.0.113.0/24.</summary>
    public bool Cloud { get; init; }

    /// <summary>Controllers that run; <c>*</c> stands for all, a minus takes one out again.</summary>
    public IReadOnlyList<string> Controllers { get; init; } = ["*"];
}
