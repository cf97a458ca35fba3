using ActorKube.Store.Journal;
using ActorKube.Store.Resources;
using Akka.Actor;
using Akka.Event;
using Akka.Persistence;

namespace ActorKube.Store.Actors;

/// <summary>
/// Saves snapshots of one resource and then deletes what they make superfluous: encoding runs on the thread pool, deletion in small steps, each waiting for
/// the one before, so that no writer notices. One snapshot at a time; a failure is told and retried with the next one due: until one works, journal and recovery grow. So is an answer that has not
/// come for a minute, long after the plugins give up by themselves.
/// </summary>
internal sealed class SnapshotKeeper(string persistenceId, StoreServices services, IActorRef actor, IActorRef snapshotStore, IActorRef journal, ILoggingAdapter log)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly SnapshotSchedule _schedule = new(services.Options.SnapshotMinimumTail);
    private bool _busy;
    private long _askedAt;
    private long _savedTo;
    private long _compactedTo;

    public void Recovered(ResourceSnapshotData snapshot)
    {
        _schedule.Recovered(snapshot.Revision);
        _savedTo = snapshot.Revision;
        _compactedTo = snapshot.CompactedTo;
    }

    public void Committed(ResourceState state, long revision) => _schedule.Committed(state, revision);

    /// <summary>Saves the newest noted state that lies before the window of history.</summary>
    public void SaveWhenReady(long historyFloor)
    {
        _schedule.Advance(historyFloor);
        if (_schedule.Ready is not { } candidate || IsBusy())
            return;
        _schedule.Taken();
        Asked();
        var data = new ResourceSnapshotData(candidate.State, candidate.Revision, _compactedTo);
        _ = Task.Run(() => new Encoded(candidate.Revision, SnapshotFormat.Write(data))).PipeTo(actor, failure: cause => new EncodingFailed(cause));
    }

    /// <summary>Handles the answers of journal and snapshot store; false for any other message.</summary>
    public bool Handle(object message)
    {
        switch (message)
        {
            case Encoded encoded:
                var metadata = new SnapshotMetadata(persistenceId, encoded.Revision, services.Time.GetUtcNow().UtcDateTime);
                snapshotStore.Tell(new SaveSnapshot(metadata, new EncodedSnapshot(encoded.Bytes)), actor);
                return true;
            case SaveSnapshotSuccess saved:
                _savedTo = Math.Max(_savedTo, saved.Metadata.SequenceNr);
                snapshotStore.Tell(new DeleteSnapshots(persistenceId, new SnapshotSelectionCriteria(_savedTo - 1)), actor);
                Compact();
                return true;
            case DeleteMessagesSuccess deleted:
                _compactedTo = Math.Max(_compactedTo, deleted.ToSequenceNr);
                Compact();
                return true;
            case EncodingFailed failed:
                GiveUp("A snapshot of {0} could not be encoded", failed.Cause);
                return true;
            case SaveSnapshotFailure failed:
                GiveUp("A snapshot of {0} could not be saved", failed.Cause);
                return true;
            case DeleteMessagesFailure failed:
                GiveUp("The journal of {0} could not be compacted", failed.Cause);
                return true;
            case DeleteSnapshotsFailure failed:
                log.Warning(failed.Cause, "Old snapshots of {0} could not be deleted", persistenceId);
                return true;
            case DeleteSnapshotsSuccess:
                return true;
            default:
                return false;
        }
    }

    private bool IsBusy()
    {
        if (_busy && services.Time.GetElapsedTime(_askedAt) >= Patience)
            GiveUp("A snapshot of {0} is given up: journal or snapshot store do not answer", null);
        return _busy;
    }

    private void Asked()
    {
        _busy = true;
        _askedAt = services.Time.GetTimestamp();
    }

    private void GiveUp(string what, Exception? cause)
    {
        _busy = false;
        log.Warning(cause, what, persistenceId);
    }

    private void Compact()
    {
        _busy = false;
        if (_compactedTo >= _savedTo)
            return;
        Asked();
        journal.Tell(new DeleteMessagesTo(persistenceId, Math.Min(_compactedTo + services.Options.CompactionStep, _savedTo), actor), actor);
    }

    private sealed record Encoded(long Revision, byte[] Bytes) : INoSerializationVerificationNeeded;

    private sealed record EncodingFailed(Exception Cause) : INoSerializationVerificationNeeded;
}
