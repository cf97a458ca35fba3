namespace ActorKube.Store.Resources;

/// <summary>
/// Decides when to take snapshots. A state is noted whenever the events since the last noted one outnumber the live objects (so the cost per write stays
/// constant), but it is saved only once the window of history starts after it: recovery then replays, and so rebuilds, the whole window,
/// and what lies before the snapshot may be deleted.
/// </summary>
internal sealed class SnapshotSchedule(int minimumTail)
{
    private readonly Queue<SnapshotCandidate> _candidates = new();
    private long _noted;

    /// <summary>Recovery found a snapshot at this revision (0: none).</summary>
    public void Recovered(long revision) => _noted = revision;

    /// <summary>Notes the state when the tail has grown enough.</summary>
    public void Committed(ResourceState state, long revision)
    {
        if (revision - _noted < Math.Max(minimumTail, state.Objects.Count))
            return;
        _noted = revision;
        _candidates.Enqueue(new SnapshotCandidate(state, revision));
    }

    /// <summary>The newest noted state that the window no longer reaches back to; null when there is none.</summary>
    public SnapshotCandidate? TakeReady(long historyFloor)
    {
        SnapshotCandidate? ready = null;
        while (_candidates.TryPeek(out var candidate) && candidate.Revision <= historyFloor)
            ready = _candidates.Dequeue();
        return ready;
    }
}

/// <summary>A state worth saving.</summary>
internal sealed record SnapshotCandidate(ResourceState State, long Revision);
