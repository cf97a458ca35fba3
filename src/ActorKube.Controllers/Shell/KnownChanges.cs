using ActorKube.Api.Names;
using ActorKube.Machinery.Reconciling;

namespace ActorKube.Controllers.Shell;

/// <summary>A change by the resource it is in and the revision it made.</summary>
/// <param name="Resource">The resource.</param>
/// <param name="Revision">Its revision.</param>
internal readonly record struct Change(GroupVersionResource Resource, long Revision);

/// <summary>
/// What the last decision about each key knew of changes that the key has not heard of yet: those that the caches showed already when it was taken, and what it wrote itself, if that was all there was
/// to do (<see cref="Plan.Settled"/>). To hear of them is no reason to look again. Nothing here is needed by a successor, which looks at every key. ADR 0167.
/// </summary>
/// <param name="heard">Of a resource, the revision up to which everything has been heard.</param>
internal sealed class KnownChanges(Func<GroupVersionResource, long> heard)
{
    private const int FewEntries = 1024;

    private readonly Dictionary<ObjectKey, Known> _known = [];
    private int _sweepAt = FewEntries;

    /// <summary>Number of keys that something is kept of.</summary>
    public int Count => _known.Count;

    /// <summary>Whether the last decision about a key knew a change.</summary>
    public bool Has(ObjectKey key, Change change) => _known.TryGetValue(key, out var known) && known.Has(change);

    /// <summary>A decision has been carried out.</summary>
    /// <param name="key">What it was about.</param>
    /// <param name="seen">Revisions up to which caches showed everything when it was taken.</param>
    /// <param name="written">Changes of its own after which nothing is left to do.</param>
    public void Set(ObjectKey key, IReadOnlyList<Change> seen, IReadOnlyList<Change> written)
    {
        // What has been heard already counts, too: of what came while the key was worked on, it is judged now.
        if (seen.Count == 0 && written.Count == 0)
            _known.Remove(key);
        else
            _known[key] = new Known(seen, written);
        if (_known.Count < _sweepAt)
            return;
        foreach (var (other, past) in _known)
            if (IsPast(past))
                _known.Remove(other);
        _sweepAt = Math.Max(FewEntries, 2 * _known.Count);
    }

    // Nobody hears of these any more.
    private bool IsPast(Known known) => ArePast(known.Seen) && ArePast(known.Written);

    private bool ArePast(IReadOnlyList<Change> changes)
    {
        foreach (var change in changes)
            if (change.Revision > heard(change.Resource))
                return false;
        return true;
    }

    private readonly record struct Known(IReadOnlyList<Change> Seen, IReadOnlyList<Change> Written)
    {
        public bool Has(Change change)
        {
            foreach (var seen in Seen)
                if (seen.Resource == change.Resource && change.Revision <= seen.Revision)
                    return true;
            return Written.Contains(change);
        }
    }
}
