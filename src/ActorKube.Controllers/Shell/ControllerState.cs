using System.Collections.Immutable;
using ActorKube.Api.Names;

namespace ActorKube.Controllers.Shell;

/// <summary>The one thing a controller journals: a key has been worked on.</summary>
/// <param name="Key">The key.</param>
/// <param name="Decision">What was decided; null when nothing was done.</param>
/// <param name="Requeue">When the key has to come again; null takes an earlier one back.</param>
public sealed record WorkFinished(ObjectKey Key, Decision? Decision, PendingRequeue? Requeue)
{
    /// <summary>What the reconciler wants remembered of the key from now on; empty forgets, null leaves it as it is.</summary>
    public string? Memory { get; init; }
}

/// <summary>What a controller's journal adds up to.</summary>
/// <param name="Requeues">Keys that have to come again.</param>
/// <param name="Decisions">The decision log, oldest first.</param>
public sealed record ControllerState(ImmutableDictionary<ObjectKey, PendingRequeue> Requeues, ImmutableQueue<Decision> Decisions)
{
    /// <summary>A controller that has never run.</summary>
    public static readonly ControllerState Empty = new(ImmutableDictionary<ObjectKey, PendingRequeue>.Empty, []);

    /// <summary>What reconcilers want remembered, by key.</summary>
    public ImmutableDictionary<ObjectKey, string> Memories { get; init; } = ImmutableDictionary<ObjectKey, string>.Empty;

    /// <summary>Number of <see cref="Decisions"/>.</summary>
    public int DecisionCount { get; init; }

    /// <summary>True when <paramref name="finished"/> would change anything: only then is it worth a journal entry.</summary>
    public bool IsChangedBy(WorkFinished finished) =>
        finished.Decision is not null || finished.Memory is not null || Requeues.GetValueOrDefault(finished.Key) != finished.Requeue;

    /// <summary>The state after an event, with at most <paramref name="kept"/> decisions.</summary>
    public ControllerState After(WorkFinished finished, int kept)
    {
        var requeues = finished.Requeue is { } requeue ? Requeues.SetItem(finished.Key, requeue) : Requeues.Remove(finished.Key);
        var memories = finished.Memory switch
        {
            null => Memories,
            "" => Memories.Remove(finished.Key),
            var memory => Memories.SetItem(finished.Key, memory),
        };
        if (finished.Decision is not { } decision)
            return this with { Requeues = requeues, Memories = memories };
        var (log, count) = (Decisions.Enqueue(decision), DecisionCount + 1);
        for (; count > kept; count--)
            log = log.Dequeue();
        return new ControllerState(requeues, log) { DecisionCount = count, Memories = memories };
    }
}
