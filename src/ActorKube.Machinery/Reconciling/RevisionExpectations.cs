using ActorKube.Api.Names;

namespace ActorKube.Machinery.Reconciling;

/// <summary>
/// Keeps a reconciler from acting on a cache that does not yet show its own last writes. Because every write answers with its revision and each resource has one order of changes, it is
/// enough to wait until the cache has reached that revision: nothing is counted, and a lost or merged watch event cannot leave a count behind. (Upstream counts creations and deletions; see ADR 0020.)
/// </summary>
/// <param name="patience">After this time without seeing the revision, the key is worked on all the same: the cache may have lost its source.</param>
public sealed class RevisionExpectations(TimeSpan patience)
{
    private readonly Dictionary<ObjectKey, Expected> _expected = [];

    /// <summary>After a write for <paramref name="key"/>: its caches have to show this revision. Like all times here, <paramref name="now"/> is time that only passes.</summary>
    public void Expect(ObjectKey key, GroupVersionResource resource, long revision, TimeSpan now)
    {
        if (!_expected.TryGetValue(key, out var entry))
            _expected.Add(key, entry = new Expected([], now + patience));
        entry.Revisions[resource] = Math.Max(revision, entry.Revisions.GetValueOrDefault(resource));
    }

    /// <summary>
    /// What the key has to wait for: the first cache that does not show what its last plan wrote; null when it need not wait. <paramref name="revisionOf"/> gives a cache's revision, or null for
    /// a resource that is not cached, which is not waited for.
    /// </summary>
    public Awaited? Missing(ObjectKey key, Func<GroupVersionResource, long?> revisionOf, TimeSpan now)
    {
        if (!_expected.TryGetValue(key, out var entry))
            return null;
        if (now < entry.Until)
            foreach (var (resource, revision) in entry.Revisions)
                if (revisionOf(resource) is { } seen && seen < revision)
                    return new Awaited(resource, revision, entry.Until);
        _expected.Remove(key);
        return null;
    }

    private sealed record Expected(Dictionary<GroupVersionResource, long> Revisions, TimeSpan Until);
}

/// <summary>A revision that a cache has not reached.</summary>
/// <param name="Resource">The cache.</param>
/// <param name="Revision">The revision.</param>
/// <param name="Until">When waiting ends in any case, as time that only passes.</param>
public readonly record struct Awaited(GroupVersionResource Resource, long Revision, TimeSpan Until);
