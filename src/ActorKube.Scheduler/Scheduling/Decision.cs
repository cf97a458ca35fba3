using System.Collections.Immutable;
using ActorKube.Api.Names;

namespace ActorKube.Scheduler.Scheduling;

/// <summary>What an attempt to schedule a pod came to.</summary>
public enum DecisionOutcome
{
    /// <summary>A node was chosen.</summary>
    Placed,
    /// <summary>No node fits.</summary>
    Unschedulable,
    /// <summary>Something went wrong, in choosing or in binding.</summary>
    Failed,
}

/// <summary>What one plugin contributed to a node's rank.</summary>
/// <param name="Plugin">The plugin.</param>
/// <param name="Score">Its score from 0 to 100, times its weight.</param>
public readonly record struct PluginScore(string Plugin, long Score);

/// <summary>A node that was ranked.</summary>
/// <param name="Node">Its name.</param>
/// <param name="Total">Sum of the scores.</param>
/// <param name="Scores">The scores; empty when there was nothing to choose from.</param>
public sealed record RankedNode(string Node, long Total, ImmutableArray<PluginScore> Scores);

/// <summary>A reason for which nodes were ruled out.</summary>
/// <param name="Plugin">The plugin that gave it.</param>
/// <param name="Reason">The reason.</param>
/// <param name="Nodes">Number of nodes.</param>
public readonly record struct RuledOut(string Plugin, string Reason, int Nodes);

/// <summary>One entry of the scheduler's decision log: why a pod is where it is, or nowhere.</summary>
public sealed record Decision
{
    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The pod.</summary>
    public required ObjectKey Pod { get; init; }

    /// <summary>Its incarnation.</summary>
    public required string Uid { get; init; }

    /// <summary>Attempts so far, this one included.</summary>
    public required int Attempt { get; init; }

    /// <summary>What it came to.</summary>
    public required DecisionOutcome Outcome { get; init; }

    /// <summary>The sentence for people, when no node was chosen; else empty.</summary>
    public string Message { get; init; } = "";

    /// <summary>Nodes in the cluster.</summary>
    public int Nodes { get; init; }

    /// <summary>Nodes that were looked at.</summary>
    public int Evaluated { get; init; }

    /// <summary>Nodes that fit.</summary>
    public int Feasible { get; init; }

    /// <summary>Why the others did not.</summary>
    public ImmutableArray<RuledOut> RuledOut { get; init; } = [];

    /// <summary>The node chosen.</summary>
    public RankedNode? Winner { get; init; }

    /// <summary>The best of the others.</summary>
    public RankedNode? RunnerUp { get; init; }
}
