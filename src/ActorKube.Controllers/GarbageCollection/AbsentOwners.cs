using ActorKube.Api.Names;

namespace ActorKube.Controllers.GarbageCollection;

/// <summary>
/// Owners known to be gone for good: a uid never comes back. What is known is that it is not in one place: whoever names an owner of another namespace says nothing about that owner. Bounded; what was
/// learnt first is forgotten first, which costs a lookup.
/// </summary>
internal sealed class AbsentOwners(int capacity)
{
    private readonly HashSet<(GroupResource, ObjectKey, string)> _known = [];
    private readonly Queue<(GroupResource, ObjectKey, string)> _order = new();

    public bool Contains(GroupResource resource, ObjectKey key, string uid) => _known.Contains((resource, key, uid));

    public void Add(GroupResource resource, ObjectKey key, string uid)
    {
        if (!_known.Add((resource, key, uid)))
            return;
        _order.Enqueue((resource, key, uid));
        if (_order.Count > capacity)
            _known.Remove(_order.Dequeue());
    }
}
