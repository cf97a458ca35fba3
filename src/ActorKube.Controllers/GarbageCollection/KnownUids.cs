using ActorKube.Api.Names;

namespace ActorKube.Controllers.GarbageCollection;

/// <summary>
/// Which uids there are in a resource, wherever they are. Nearly nobody asks, so a resource is walked through when the first does, and kept up to date with every change from then on: an index of
/// the cache would have every write of every resource pay for it.
/// </summary>
internal sealed class KnownUids
{
    private readonly Dictionary<GroupResource, HashSet<string>> _asked = [];

    /// <summary>Whether an object of the resource has that uid.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="uid">The uid.</param>
    /// <param name="all">Uids of all objects of the resource; walked through the first time only.</param>
    public bool Contains(GroupResource resource, string uid, IEnumerable<string> all)
    {
        if (!_asked.TryGetValue(resource, out var uids))
            _asked.Add(resource, uids = [.. all]);
        return uids.Contains(uid);
    }

    /// <summary>Takes note of a change. The cache that was walked through may have shown it already.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="before">Uid of what is gone; null when the object is new.</param>
    /// <param name="after">Uid of what is there; null when the object is gone.</param>
    public void Change(GroupResource resource, string? before, string? after)
    {
        if (before == after || !_asked.TryGetValue(resource, out var uids))
            return;
        if (before is not null)
            uids.Remove(before);
        if (after is not null)
            uids.Add(after);
    }

    /// <summary>Forgets a resource that is no longer followed.</summary>
    public void Forget(GroupResource resource) => _asked.Remove(resource);
}
