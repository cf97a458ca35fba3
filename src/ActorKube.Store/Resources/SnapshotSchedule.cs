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

    /// <summary>The newest noted state that the window no longer reaches back to; null when there is none.</summary>
    public SnapshotCandidate? Ready { get; private set; }

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

    /// <summary>The window of history has moved. However long nobody takes what is ready, only the newest is kept: what is noted is bounded by the window.</summary>
    public void Advance(long historyFloor)
    {
        while (_candidates.TryPeek(out var candidate) && candidate.Revision <= historyFloor)
            Ready = _candidates.Dequeue();
    }

    /// <summary>What was <see cref="Ready"/> is being saved.</summary>
    public void Taken() => Ready = null;
}

/// <summary>A state worth saving.</summary>
internal sealed record SnapshotCandidate(ResourceState State, long Revision);
