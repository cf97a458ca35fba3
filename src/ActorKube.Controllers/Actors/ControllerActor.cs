using System.Diagnostics.CodeAnalysis;
using ActorKube.Api.Names;
using ActorKube.Controllers.Shell;
using ActorKube.Protocol.Inboxes;
using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using static ActorKube.Controllers.Actors.ControllerProtocol;

namespace ActorKube.Controllers.Actors;

/// <summary>
/// Runs one controller of one workspace. The truth it owns is small: pending requeues, what the reconciler wants remembered, and the decision log; everything else is rebuilt from lists. All
/// deciding happens on its thread, in <see cref="ControllerEngine"/>; reads and writes happen on tasks and come back as messages. Its timer is the TimeProvider's.
/// If deciding or the journal fails it stops, and the keeper's next ping starts it anew: begun anew at once it would meet in its start what it has just failed at.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "An actor releases what it owns in PostStop.")]
internal sealed class ControllerActor : ReceivePersistentActor
{
    // Changes that are taken note of before decisions follow.
    private const int MessagesPerTurn = 256;

    private readonly ControllerRuntime _runtime;
    private readonly Inbox<object> _inbox;
    private readonly ControllerEngine _engine;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly ControllerLedger _ledger;
    private int _sinceSnapshot;

    public ControllerActor(string controllerId, ControllerRuntime runtime)
    {
        PersistenceId = controllerId;
        JournalPluginId = runtime.JournalPluginId;
        SnapshotPluginId = runtime.SnapshotPluginId;
        _runtime = runtime;
        _ledger = new ControllerLedger(runtime.Settings.DecisionsKept);
        var self = Self;
        _inbox = new Inbox<object>(() => self.Tell(InboxFilled.Instance, ActorRefs.NoSender));
        _engine = new ControllerEngine(runtime, _inbox.Post, OnFinished);

        Recover<SnapshotOffer>(offer => _ledger.Recover((ControllerState)offer.Snapshot));
        Recover<WorkFinished>(_ledger.Recover);
        Recover<RecoveryCompleted>(_ => Begin());

        Command<InboxFilled>(_ => TakeMessages());
        Command<KeepAlive>(_ => { });
        Command<ReadDecisions>(OnReadDecisions);
        Command<SaveSnapshotSuccess>(OnSnapshotSaved);
        Command<SaveSnapshotFailure>(m => _log.Warning(m.Cause, "{0}: no snapshot could be saved; the journal grows until the next one", PersistenceId));
        Command<DeleteMessagesSuccess>(_ => { });
        Command<DeleteMessagesFailure>(m => _log.Warning(m.Cause, "{0}: old events could not be deleted", PersistenceId));
        Command<DeleteSnapshotsSuccess>(_ => { });
        Command<DeleteSnapshotsFailure>(m => _log.Warning(m.Cause, "{0}: old snapshots could not be deleted", PersistenceId));
    }

    public override string PersistenceId { get; }

    /// <summary>Creates the actor of a controller.</summary>
    public static Props Props(string controllerId, ControllerRuntime runtime) => Akka.Actor.Props.Create(() => new ControllerActor(controllerId, runtime));

    protected override void PostStop()
    {
        _runtime.OnRunning(false);
        _engine.Dispose();
        base.PostStop();
    }

    private void Begin()
    {
        _runtime.OnRunning(true);
        _engine.Start(_ledger.Written);
    }

    private void TakeMessages()
    {
        try
        {
            _engine.Handle(_inbox.Take(MessagesPerTurn));
        }
        catch (Exception failure)
        {
            _log.Error(failure, "{0} failed and stops; it is started anew when the controllers are next looked after. If this goes on, mend what the failure names", PersistenceId);
            Context.Stop(Self);
        }
    }

    private void OnFinished(Work work, PlanOutcome outcome, Finished finished)
    {
        if (work.Plan.Retry is { } retry)
            _log.Warning("{0}: {1} is retried: {2}", PersistenceId, work.Key, retry);
        if (outcome.Failure is { IsConflict: false } failure)
            _log.Info("{0}: {1} is retried: {2} {3} {4}: {5}", PersistenceId, work.Key, failure.Verb, failure.Address.Resource.Resource, failure.Address.Key, failure.Status.Message);
        if (_ledger.ToWrite(work, finished) is { } item)
            PersistAsync(item, OnPersisted);
    }

    private void OnPersisted(WorkFinished item)
    {
        _ledger.OnWritten(item);
        if (++_sinceSnapshot < _runtime.Settings.SnapshotEvery)
            return;
        _sinceSnapshot = 0;
        SaveSnapshot(_ledger.Written);
    }

    private void OnSnapshotSaved(SaveSnapshotSuccess saved)
    {
        DeleteMessages(saved.Metadata.SequenceNr);
        DeleteSnapshots(new SnapshotSelectionCriteria(saved.Metadata.SequenceNr - 1));
    }

    private void OnReadDecisions(ReadDecisions query) =>
        Sender.Tell(new DecisionsRead(PersistenceId, [.. _ledger.Written.Decisions.Where(d => (query.Since is not { } since || d.At >= since) && (query.About is not { } key || Concerns(d, key)))]));

    private static bool Concerns(Decision decision, ObjectKey key) =>
        decision.Key == key || decision.Cause.Object == key || decision.Writes.Any(w => w.Object == key);
}
