using ActorKube.Api.Names;
using ActorKube.Api.Quotas;

namespace ActorKube.Controllers.ResourceQuotas;

/// <summary>
/// Tells how far a count may lower what a quota says is used. The API server charges a quota before it writes the object, so a charge may stand for an object that no count shows yet.
/// But charges only raise, and what was charged longer ago than the settling time has its object or never will: at most what was charged since is still under way.
/// Forgetting makes it more careful for that time, nothing else. All times here only pass, whatever the clock is set to. ADR 0100.
/// </summary>
/// <param name="settle">How long it takes at most from a charge until the caches show its object.</param>
/// <param name="rest">Shortest time between two counts.</param>
internal sealed class QuotaMemory(TimeSpan settle, TimeSpan rest)
{
    private readonly Dictionary<ObjectKey, Mark> _marks = [];
    private readonly HashSet<ObjectKey> _freed = [];

    /// <summary>The quota is gone, or nothing is known of what was last written.</summary>
    public void Forget(ObjectKey key)
    {
        _marks.Remove(key);
        _freed.Remove(key);
    }

    /// <summary>Something that the quota counts has gone.</summary>
    public void Freed(ObjectKey key) => _freed.Add(key);

    /// <summary>When the quota was counted last, if a new count would come to what the quota says; else null.</summary>
    public TimeSpan? IsCounted(ObjectKey key, Amounts used) =>
        _marks.TryGetValue(key, out var mark) && mark is { IsCount: true, NothingUnderWay: true } && !_freed.Contains(key) && mark.Used.SameAs(used) ? mark.At : null;

    /// <summary>From when on a count may be written.</summary>
    /// <param name="key">The quota.</param>
    /// <param name="used">What it says is used; null when it was never counted, and so never charged.</param>
    /// <param name="seen">Since when it has said so.</param>
    public TimeSpan CountsFrom(ObjectKey key, Amounts? used, TimeSpan seen)
    {
        if (!_marks.TryGetValue(key, out var mark))
            _marks.Add(key, mark = new Mark(used ?? new Amounts(), seen, NothingUnderWay: used is null));
        return mark.At + (mark.NothingUnderWay ? mark.IsCount ? rest : TimeSpan.Zero : settle);
    }

    /// <summary>What is to be written after a count: the count and what may be under way.</summary>
    /// <returns>The amounts, and whether something may be under way, so that it is to be counted again.</returns>
    public (Amounts Used, bool Again) Settle(ObjectKey key, Amounts used, Amounts count, TimeSpan now)
    {
        _freed.Remove(key);
        var underWay = used.Above(_marks[key].Used);
        var result = new Amounts();
        foreach (var (name, counted) in count)
        {
            var possible = counted + underWay[name];
            result.Add(name, used[name] <= counted ? counted : possible < used[name] ? possible : used[name]);
        }
        var again = underWay.Any(static a => !a.Value.IsZero);
        _marks[key] = new Mark(result, now, !again) { IsCount = true };
        return (result, again);
    }

    /// <summary>What is to be written when limits change at a time when a count may not lower: the larger of both.</summary>
    public Amounts Raise(ObjectKey key, Amounts used, Amounts count, TimeSpan now)
    {
        var larger = new Amounts();
        foreach (var (name, amount) in count)
            larger.Add(name, used[name] > amount ? used[name] : amount);
        _marks[key] = new Mark(larger, now, NothingUnderWay: false);
        return larger;
    }

    /// <summary>What a quota said at some time.</summary>
    private sealed record Mark(Amounts Used, TimeSpan At, bool NothingUnderWay)
    {
        /// <summary>It was counted at that time.</summary>
        public bool IsCount { get; init; }
    }
}
