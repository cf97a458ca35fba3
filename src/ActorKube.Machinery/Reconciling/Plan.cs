using System.Collections.Immutable;
using ActorKube.Machinery.Recording;

namespace ActorKube.Machinery.Reconciling;

/// <summary>How the steps of a stage are carried out.</summary>
public enum StageMode
{
    /// <summary>All at once; every one is attempted.</summary>
    Parallel,

    /// <summary>In batches of 1, 2, 4 …; after a batch with a failure the rest is skipped, so that what is bound to fail (a quota) fails once, not a thousand times.</summary>
    SlowStart,
}

/// <summary>Steps that may happen at the same time. Stages follow each other; after a stage with a failure the plan ends.</summary>
/// <param name="Mode">How.</param>
/// <param name="Steps">What.</param>
public sealed record Stage(StageMode Mode, ImmutableArray<PlanStep> Steps);

/// <summary>What a reconciler wants done about one key.</summary>
public sealed record Plan
{
    /// <summary>All is as it should be.</summary>
    public static readonly Plan Nothing = new();

    /// <summary>The writes, in order.</summary>
    public ImmutableArray<Stage> Stages { get; init; } = [];

    /// <summary>Events to record whatever becomes of the writes.</summary>
    public ImmutableArray<EventSpec> Events { get; init; } = [];

    /// <summary>Why, for the decision log: short sentences.</summary>
    public ImmutableArray<string> Reasons { get; init; } = [];

    /// <summary>Reads to answer before the decision can be taken; then everything else is empty.</summary>
    public ImmutableArray<LiveRead> Reads { get; init; } = [];

    /// <summary>Calls to another system to answer before the decision can be taken; then everything else but events is empty.</summary>
    public ImmutableArray<OutsideCall> Calls { get; init; } = [];

    /// <summary>Look again after this time even if nothing changes; null for not.</summary>
    public TimeSpan? RequeueAfter { get; init; }

    /// <summary>True when <see cref="RequeueAfter"/> is mere routine and need not survive a restart.</summary>
    public bool Polling { get; init; }

    /// <summary>Set when the key cannot be handled now for this reason: it is retried with back-off.</summary>
    public string? Retry { get; init; }

    /// <summary>
    /// What the reconciler wants to find in <see cref="ReconcileContext.Memory"/> from now on, also after a restart: what cannot be read off objects. Kept when the writes went well.
    /// Null leaves it as it is; empty forgets.
    /// </summary>
    public string? Memory { get; init; }

    /// <summary>
    /// True when there is nothing left to do once the writes have gone well and the caches show them, as long as nothing else changes and no more time passes than until <see cref="RequeueAfter"/>. To be shown
    /// them is then no reason for a turn. False where the next step is decided when this one has been seen.
    /// </summary>
    public bool Settled { get; init; }

    /// <summary>True when the plan writes something.</summary>
    public bool Writes => !Stages.IsEmpty;

    /// <summary>True when the reconciler has to be called again with answers.</summary>
    public bool Asks => !Reads.IsEmpty || !Calls.IsEmpty;

    /// <summary>A plan that asks for reads.</summary>
    public static Plan Ask(params ReadOnlySpan<LiveRead> reads) => new() { Reads = [.. reads] };
}
