using Akka.Actor;
using Akka.Event;
using Akka.Persistence;

namespace ActorKube.Protocol.Persistence;

/// <summary>
/// Saves snapshots of one persistent actor and then deletes what they make superfluous: encoding runs on the thread pool, deletion in steps, each waiting for
/// the one before, so that no writer notices. One thing at a time; a failure is told and retried with the next snapshot due: until one works, journal and recovery grow. So is an answer that never comes,
/// but not before the plugin itself has given up and cancelled what it was about. Answers that come later than that end nothing that was begun since. Belongs to the actor and its thread.
/// </summary>
/// <param name="persistenceId">Id of the actor's journal.</param>
/// <param name="actor">The actor, which hands its messages to <see cref="Handle"/>.</param>
/// <param name="plugins">Where snapshots and events are.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Told of failures.</param>
/// <param name="step">Events that one step deletes.</param>
public sealed class SnapshotKeeper(string persistenceId, IActorRef actor, PersistencePlugins plugins, TimeProvider time, ILoggingAdapter log, long step = SnapshotKeeper.All)
{
    /// <summary>Everything in one step: for short journals.</summary>
    public const long All = long.MaxValue;

    private Request? _underWay;
    private long _neededFrom = 1;

    /// <summary>Number of the last event that has been deleted, as far as is known.</summary>
    public long CompactedTo { get; private set; }

    /// <summary>Takes over what recovery has found.</summary>
    /// <param name="savedTo">Number of the last event that is in a snapshot.</param>
    /// <param name="compactedTo">Number of the last event that is known to be deleted.</param>
    public void Recovered(long savedTo, long compactedTo)
    {
        _neededFrom = savedTo + 1;
        CompactedTo = compactedTo;
    }

    /// <summary>Whether something is under way, so that nothing else may be begun.</summary>
    public bool IsBusy()
    {
        if (_underWay is { } request && time.GetElapsedTime(request.AskedAt) >= plugins.Patience)
        {
            _underWay = null;
            log.Warning("A snapshot of {0} is given up: journal or snapshot store do not answer", persistenceId);
        }
        return _underWay is not null;
    }

    /// <summary>Saves a snapshot, and then deletes what is older; not while <see cref="IsBusy"/>.</summary>
    /// <param name="number">Number of the last event that is in it.</param>
    /// <param name="encode">Gives what the snapshot store is to serialize; called on another thread.</param>
    public void Save(long number, Func<object> encode)
    {
        Begin(RequestKind.Save, number);
        _ = Task.Run(() => new Encoded(number, encode())).PipeTo(actor, failure: cause => new EncodingFailed(number, cause));
    }

    /// <summary>Deletes events that are not needed any more though no snapshot has them; at once, or after what is under way.</summary>
    /// <param name="number">Number of the last of them.</param>
    public void DeleteTo(long number)
    {
        _neededFrom = Math.Max(_neededFrom, number + 1);
        if (!IsBusy())
            Compact();
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
                _neededFrom = Math.Max(_neededFrom, saved.Metadata.SequenceNr + 1);
                plugins.Snapshots.Tell(new DeleteSnapshots(persistenceId, new SnapshotSelectionCriteria(_neededFrom - 2)), actor);
                if (Ends(RequestKind.Save, saved.Metadata.SequenceNr))
                    Compact();
                return true;
            case DeleteMessagesSuccess deleted:
                CompactedTo = Math.Max(CompactedTo, deleted.ToSequenceNr);
                if (Ends(RequestKind.Compact, deleted.ToSequenceNr))
                    Compact();
                return true;
            case EncodingFailed failed:
                Failed(RequestKind.Save, failed.Number, "A snapshot of {0} could not be encoded", failed.Cause);
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

    private void Begin(RequestKind kind, long to) => _underWay = new Request(kind, to, time.GetTimestamp());

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
        if (_underWay is not { Kind: RequestKind.Save } request || request.To != encoded.Number)
            return;
        // Only now it is the store's turn.
        Begin(RequestKind.Save, encoded.Number);
        var metadata = new SnapshotMetadata(persistenceId, encoded.Number, time.GetUtcNow().UtcDateTime);
        plugins.Snapshots.Tell(new SaveSnapshot(metadata, encoded.Snapshot), actor);
    }

    private void Compact()
    {
        var last = _neededFrom - 1;
        if (CompactedTo >= last)
            return;
        var to = last - CompactedTo > step ? CompactedTo + step : last;
        Begin(RequestKind.Compact, to);
        plugins.Journal.Tell(new DeleteMessagesTo(persistenceId, to, actor), actor);
    }

    private enum RequestKind
    {
        Save,
        Compact,
    }

    private sealed record Request(RequestKind Kind, long To, long AskedAt);

    private sealed record Encoded(long Number, object Snapshot) : INoSerializationVerificationNeeded;

    private sealed record EncodingFailed(long Number, Exception Cause) : INoSerializationVerificationNeeded;
}
