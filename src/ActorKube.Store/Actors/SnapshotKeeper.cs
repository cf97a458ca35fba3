using ActorKube.Store.Journal;
using ActorKube.Store.Resources;
using Akka.Actor;
using Akka.Event;
using Akka.Persistence;

namespace ActorKube.Store.Actors;

/// <summary>
/// Saves snapshots of one resource and then deletes what they make superfluous: encoding runs on the thread pool, deletion in small steps, each waiting for
/// the one before, so that no writer notices. One thing at a time; a failure is told and retried with the next snapshot due: until one works, journal and recovery grow. So is an answer that never comes,
/// but not before the plugin itself has given up and cancelled what it was about. Answers that come later than that end nothing that was begun since.
/// </summary>
internal sealed class SnapshotKeeper(string persistenceId, StoreServices services, IActorRef actor, PersistencePlugins plugins, ILoggingAdapter log)
{
    private readonly SnapshotSchedule _schedule = new(services.Options.SnapshotMinimumTail);
    private Request? _underWay;
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
        Begin(RequestKind.Save, candidate.Revision);
        var data = new ResourceSnapshotData(candidate.State, candidate.Revision, _compactedTo);
        _ = Task.Run(() => new Encoded(candidate.Revision, SnapshotFormat.Write(data))).PipeTo(actor, failure: cause => new EncodingFailed(candidate.Revision, cause));
    }

    /// <summary>Handles the answers of journal and snapshot store; false for any other message.</summary>
    public bool Handle(object message)
    {
        switch (message)
        {
            case Encoded encoded:
                Save(encoded);
                return true;
            case SaveSnapshotSuccess saved:
                _savedTo = Math.Max(_savedTo, saved.Metadata.SequenceNr);
                plugins.Snapshots.Tell(new DeleteSnapshots(persistenceId, new SnapshotSelectionCriteria(_savedTo - 1)), actor);
                if (Ends(RequestKind.Save, saved.Metadata.SequenceNr))
                    Compact();
                return true;
            case DeleteMessagesSuccess deleted:
                _compactedTo = Math.Max(_compactedTo, deleted.ToSequenceNr);
                if (Ends(RequestKind.Compact, deleted.ToSequenceNr))
                    Compact();
                return true;
            case EncodingFailed failed:
                Failed(RequestKind.Save, failed.Revision, "A snapshot of {0} could not be encoded", failed.Cause);
                return true;
            case SaveSnapshotFailure failed:
                Failed(RequestKind.Save, failed.Metadata.SequenceNr, "A snapshot of {0} could not be saved", failed.Cause);
                return true;
            case DeleteMessagesFailure failed:
                Failed(RequestKind.Compact, failed.ToSequenceNr, "The journal of {0} could not be compacted", failed.Cause);
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
        if (_underWay is { } request && services.Time.GetElapsedTime(request.AskedAt) >= plugins.Patience)
        {
            _underWay = null;
            log.Warning("A snapshot of {0} is given up: journal or snapshot store do not answer", persistenceId);
        }
        return _underWay is not null;
    }

    private void Begin(RequestKind kind, long to) => _underWay = new Request(kind, to, services.Time.GetTimestamp());

    private bool Ends(RequestKind kind, long to)
    {
        if (_underWay is not { } request || request.Kind != kind || request.To != to)
            return false;
        _underWay = null;
        return true;
    }

    // Of what was given up nothing is told twice.
    private void Failed(RequestKind kind, long to, string what, Exception cause)
    {
        if (Ends(kind, to))
            log.Warning(cause, what, persistenceId);
    }

    private void Save(Encoded encoded)
    {
        if (_underWay is not { Kind: RequestKind.Save } request || request.To != encoded.Revision)
            return;
        // Only now it is the store's turn.
        Begin(RequestKind.Save, encoded.Revision);
        var metadata = new SnapshotMetadata(persistenceId, encoded.Revision, services.Time.GetUtcNow().UtcDateTime);
        plugins.Snapshots.Tell(new SaveSnapshot(metadata, new EncodedSnapshot(encoded.Bytes)), actor);
    }

    private void Compact()
    {
        if (_compactedTo >= _savedTo)
            return;
        var to = Math.Min(_compactedTo + services.Options.CompactionStep, _savedTo);
        Begin(RequestKind.Compact, to);
        plugins.Journal.Tell(new DeleteMessagesTo(persistenceId, to, actor), actor);
    }

    private enum RequestKind
    {
        Save,
        Compact,
    }

    private sealed record Request(RequestKind Kind, long To, long AskedAt);

    private sealed record Encoded(long Revision, byte[] Bytes) : INoSerializationVerificationNeeded;

    private sealed record EncodingFailed(long Revision, Exception Cause) : INoSerializationVerificationNeeded;
}
