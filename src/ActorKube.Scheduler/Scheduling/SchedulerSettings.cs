using ActorKube.Scheduler.Queue;

namespace ActorKube.Scheduler.Scheduling;

/// <summary>How the scheduler behaves, apart from its profiles.</summary>
internal sealed record SchedulerSettings
{
    /// <summary>Share of the nodes after which the search for fitting ones ends, in per cent; 0 for upstream's adaptive share.</summary>
    public int PercentageOfNodesToScore { get; init; }

    /// <summary>The queue.</summary>
    public QueueSettings Queue { get; init; } = new();

    /// <summary>Bindings on their way at the same time.</summary>
    public int ParallelBindings { get; init; } = 256;

    /// <summary>How long after a finished binding the watch may take to show it, before the pod is no longer counted on its node.</summary>
    public TimeSpan AssumedPodExpiry { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Decisions kept in the decision log.</summary>
    public int DecisionsKept { get; init; } = 5000;
}
