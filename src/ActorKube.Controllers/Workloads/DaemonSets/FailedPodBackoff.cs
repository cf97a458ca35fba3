namespace ActorKube.Controllers.Workloads.DaemonSets;

/// <summary>
/// Keeps a daemon set and a node agent that refuses its pods from chasing each other: failed pods of a set on a node are replaced after waits that double. Only in memory, as upstream: after a restart
/// the first one is replaced at once.
/// </summary>
/// <param name="first">The first wait.</param>
/// <param name="longest">The longest wait; after twice this time without failures all is forgotten.</param>
internal sealed class FailedPodBackoff(TimeSpan first, TimeSpan longest)
{
    private const int SweepFrom = 1000;
    private readonly Dictionary<(string Set, long Generation, string Node), (TimeSpan Wait, TimeSpan At)> _known = [];

    /// <summary>How long the failed pod of a set on a node has to wait; null when it may go now, which is remembered. Another generation of the set begins anew. The time is one that only passes.</summary>
    public TimeSpan? Wait(string set, long generation, string node, TimeSpan now)
    {
        var known = _known.TryGetValue((set, generation, node), out var entry) && !IsOld(entry.At, now);
        if (known && now - entry.At < entry.Wait)
            return entry.Wait - (now - entry.At);
        if (_known.Count >= SweepFrom)
            foreach (var (key, value) in _known)
                if (IsOld(value.At, now))
                    _known.Remove(key);
        _known[(set, generation, node)] = (known ? TimeSpan.FromTicks(Math.Min(entry.Wait.Ticks * 2, longest.Ticks)) : first, now);
        return null;
    }

    private bool IsOld(TimeSpan at, TimeSpan now) => now - at > 2 * longest;
}
