using ActorKube.Api.Names;

namespace ActorKube.Store.Resources;

/// <summary>When objects have to go by themselves, soonest first. Entries that a later write made void are dropped when they come up.</summary>
internal sealed class ExpirySchedule
{
    private readonly PriorityQueue<(ObjectKey Key, long Revision), DateTimeOffset> _queue = new();

    /// <summary>When the next entry is due.</summary>
    public DateTimeOffset? Next => _queue.TryPeek(out _, out var at) ? at : null;

    public void Reset(ResourceState state)
    {
        _queue.Clear();
        foreach (var (key, expiry) in state.Expiries)
            Add(key, expiry);
    }

    /// <summary>Notes an expiry; rebuilds the queue when most of it has become void.</summary>
    public void Add(ObjectKey key, Expiry expiry, ResourceState state)
    {
        if (_queue.Count > 1000 && _queue.Count > 2 * state.Expiries.Count)
            Reset(state);
        else
            Add(key, expiry);
    }

    /// <summary>Takes the next key that is due and still valid in <paramref name="state"/>; false when there is none.</summary>
    public bool TryTakeDue(ResourceState state, DateTimeOffset now, out ObjectKey key, out long revision)
    {
        while (_queue.TryPeek(out var entry, out var at) && at <= now)
        {
            _queue.Dequeue();
            (key, revision) = entry;
            if (state.Expiries.TryGetValue(key, out var expiry) && expiry.Revision == revision)
                return true;
        }
        (key, revision) = (default, 0);
        return false;
    }

    private void Add(ObjectKey key, Expiry expiry) => _queue.Enqueue((key, expiry.Revision), expiry.At);
}
