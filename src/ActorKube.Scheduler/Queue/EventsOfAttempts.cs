using ActorKube.Scheduler.Framework;

namespace ActorKube.Scheduler.Queue;

/// <summary>
/// What happened in the cluster while pods were tried: a pod that is turned down then looks whether any of it could help (upstream: <c>inFlightEvents</c>). Kept as long as an attempt lasts that began before
/// it, and no more than a bounded number: a pod may wait for its volumes for minutes. For one thread.
/// </summary>
internal sealed class EventsOfAttempts
{
    /// <summary>Most events that are kept.</summary>
    public const int Most = 1000;

    private readonly Dictionary<string, long> _begun = [];
    private readonly Queue<(string Uid, long Begun)> _order = new();
    private readonly Queue<Happened> _events = new();
    private long _added;

    /// <summary>Number of the events that are kept.</summary>
    public int Count => _events.Count;

    private long First => _added - _events.Count;

    /// <summary>A pod is tried from now on.</summary>
    public void Begin(string uid)
    {
        _begun[uid] = _added;
        _order.Enqueue((uid, _added));
    }

    /// <summary>Something happened.</summary>
    /// <param name="item">What.</param>
    /// <param name="only">Uid of the one pod that it is about; null for all.</param>
    /// <param name="except">Uid of a pod that it cannot help; null for none.</param>
    public void Add(ClusterEvent item, string? only = null, string? except = null)
    {
        if (_begun.Count == 0)
            return;
        _events.Enqueue(new Happened(item, only, except));
        _added++;
        if (_events.Count > Most)
            _events.Dequeue();
    }

    /// <summary>What has happened since a pod's attempt began that could concern it; null when that is more than is kept.</summary>
    public IEnumerable<ClusterEvent>? Since(string uid)
    {
        var begun = _begun.GetValueOrDefault(uid, _added);
        return begun < First ? null : _events.Skip((int)(begun - First)).Where(e => (e.Only ?? uid) == uid && e.Except != uid).Select(static e => e.Item);
    }

    /// <summary>The attempt is over.</summary>
    public void End(string uid)
    {
        if (!_begun.Remove(uid))
            return;
        while (_order.TryPeek(out var oldest) && _begun.GetValueOrDefault(oldest.Uid, -1) != oldest.Begun)
            _order.Dequeue();
        var needed = _order.TryPeek(out var first) ? first.Begun : _added;
        while (_events.Count > 0 && First < needed)
            _events.Dequeue();
    }

    private readonly record struct Happened(ClusterEvent Item, string? Only, string? Except);
}
