using ActorKube.Api.Names;
using ActorKube.Api.Objects;

namespace ActorKube.Controllers.GarbageCollection;

/// <summary>
/// Who depends on whom: for every uid that is named as an owner, its dependents. Only edges are kept; an object without owners costs nothing here. Fed with every change of every
/// collected resource, in each resource's order.
/// </summary>
internal sealed class OwnerGraph
{
    private readonly Dictionary<string, HashSet<ObjectKey>> _dependents = [];

    /// <summary>Keys (see <see cref="GcKeys"/>) of the objects that name a uid as their owner.</summary>
    public IReadOnlyCollection<ObjectKey> DependentsOf(string uid) => _dependents.TryGetValue(uid, out var keys) ? keys : [];

    /// <summary>Forgets the objects of a resource that is no longer followed.</summary>
    public void Forget(GroupResource resource)
    {
        var group = resource.ToString();
        foreach (var (owner, keys) in _dependents)
            if (keys.RemoveWhere(k => k.Namespace == group) > 0 && keys.Count == 0)
                _dependents.Remove(owner);
    }

    public void Change(ObjectKey key, IReadOnlyList<OwnerReference> before, IReadOnlyList<OwnerReference> after)
    {
        foreach (var owner in before)
            if (!after.Any(o => o.Uid == owner.Uid) && _dependents.TryGetValue(owner.Uid, out var keys) && keys.Remove(key) && keys.Count == 0)
                _dependents.Remove(owner.Uid);
        foreach (var owner in after)
        {
            if (!_dependents.TryGetValue(owner.Uid, out var keys))
                _dependents.Add(owner.Uid, keys = []);
            keys.Add(key);
        }
    }
}
