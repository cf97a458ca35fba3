namespace ActorKube.Controllers.GarbageCollection;

/// <summary>Uids known to be gone for good: a uid never comes back. Bounded; what was learnt first is forgotten first, which costs a lookup.</summary>
internal sealed class AbsentOwners(int capacity)
{
    private readonly HashSet<string> _uids = [];
    private readonly Queue<string> _order = new();

    public bool Contains(string uid) => _uids.Contains(uid);

    public void Add(string uid)
    {
        if (!_uids.Add(uid))
            return;
        _order.Enqueue(uid);
        if (_order.Count > capacity)
            _uids.Remove(_order.Dequeue());
    }
}
