using ActorKube.Protocol.Persistence;
using ActorKube.Store.Journal;
using ActorKube.Store.Resources;

namespace ActorKube.Store.Actors;

/// <summary>When snapshots of one resource are saved, and of which state: the newest that was noted and lies before the window of history.</summary>
internal sealed class ResourceSnapshots(SnapshotKeeper keeper, int minimumTail)
{
    private readonly SnapshotSchedule _schedule = new(minimumTail);

    public void Recovered(ResourceSnapshotData snapshot)
    {
        _schedule.Recovered(snapshot.Revision);
        keeper.Recovered(snapshot.Revision, snapshot.CompactedTo);
    }

    public void Committed(ResourceState state, long revision) => _schedule.Committed(state, revision);

    /// <summary>Saves what is due, unless the last one has not ended.</summary>
    public void SaveWhenReady(long historyFloor)
    {
        _schedule.Advance(historyFloor);
        if (_schedule.Ready is not { } candidate || keeper.IsBusy())
            return;
        _schedule.Taken();
        var data = new ResourceSnapshotData(candidate.State, candidate.Revision, keeper.CompactedTo);
        keeper.Save(candidate.Revision, () => new EncodedSnapshot(SnapshotFormat.Write(data)));
    }

    /// <summary>Handles the answers of journal and snapshot store; false for any other message.</summary>
    public bool Handle(object message) => keeper.Handle(message);
}
