using System.Collections.Immutable;
using ActorKube.Machinery.Recording;

namespace ActorKube.Machinery.Reconciling;

/// <summary>Collects a plan. Used within one decision and thrown away.</summary>
public sealed class PlanBuilder
{
    private readonly ImmutableArray<Stage>.Builder _stages = ImmutableArray.CreateBuilder<Stage>();
    private readonly ImmutableArray<EventSpec>.Builder _events = ImmutableArray.CreateBuilder<EventSpec>();
    private readonly ImmutableArray<string>.Builder _reasons = ImmutableArray.CreateBuilder<string>();
    private readonly ImmutableArray<OutsideCall>.Builder _calls = ImmutableArray.CreateBuilder<OutsideCall>();
    private TimeSpan? _requeueAfter;
    private string? _retry;
    private bool _polling;
    private bool _settled;
    private bool _repeats;
    private string? _memory;

    /// <summary>True when a write was added.</summary>
    public bool Writes => _stages.Count > 0;

    /// <summary>One write, after all those added before.</summary>
    public PlanBuilder Do(PlanStep step) => Do(StageMode.Parallel, [step]);

    /// <summary>Writes that may happen together, after all those added before.</summary>
    public PlanBuilder Do(StageMode mode, IEnumerable<PlanStep> steps)
    {
        var stage = new Stage(mode, [.. steps]);
        if (!stage.Steps.IsEmpty)
            _stages.Add(stage);
        return this;
    }

    /// <summary>A call to be answered before the decision is taken; the plan then writes nothing.</summary>
    public PlanBuilder Call(OutsideCall call)
    {
        _calls.Add(call);
        return this;
    }

    /// <summary>An event to record.</summary>
    /// <param name="item">The event.</param>
    /// <param name="once">True when it is told together with the writes, and the next turn would not tell it again.</param>
    public PlanBuilder Record(EventSpec item, bool once = false)
    {
        _events.Add(item);
        _repeats |= !once;
        return this;
    }

    /// <summary>A reason for the decision log.</summary>
    public PlanBuilder Because(string reason)
    {
        _reasons.Add(reason);
        return this;
    }

    /// <summary>Look again after a time; of several the shortest counts.</summary>
    public PlanBuilder Again(TimeSpan after)
    {
        if (after < TimeSpan.Zero)
            after = TimeSpan.Zero;
        if (_requeueAfter is not { } known || after < known)
            _requeueAfter = after;
        return this;
    }

    /// <summary>Look again after a time, as a matter of routine: a restart looks at every key anyway, so this is not worth a journal entry.</summary>
    public PlanBuilder Poll(TimeSpan after)
    {
        _polling = _requeueAfter is null || _polling;
        return Again(after);
    }

    /// <summary>What to find again the next time, when the writes went well; empty forgets.</summary>
    public PlanBuilder Remember(string memory)
    {
        _memory = memory;
        return this;
    }

    /// <summary>With these writes all is done (<see cref="Plan.Settled"/>). Not believed of a plan that tells events which come again with the next turn, or that wants to be retried.</summary>
    public PlanBuilder Settle()
    {
        _settled = true;
        return this;
    }

    /// <summary>Retry with back-off after the writes.</summary>
    public PlanBuilder RetryBecause(string reason)
    {
        _retry = reason;
        return this;
    }

    /// <summary>The plan.</summary>
    public Plan Build() =>
        new()
        {
            Stages = _stages.ToImmutable(),
            Events = _events.ToImmutable(),
            Reasons = _reasons.ToImmutable(),
            Calls = _calls.ToImmutable(),
            RequeueAfter = _requeueAfter,
            Polling = _polling,
            Retry = _retry,
            Settled = _settled && Writes && !_repeats && _retry is null,
            Memory = _memory,
        };
}
