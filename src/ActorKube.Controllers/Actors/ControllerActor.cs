using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using ActorKube.Api.Names;
using ActorKube.Controllers.Shell;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Queues;
using ActorKube.Machinery.Reconciling;
using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using static ActorKube.Controllers.Actors.ControllerProtocol;

namespace ActorKube.Controllers.Actors;

/// <summary>
/// Runs one controller of one workspace. The truth it owns is small: pending requeues, what the reconciler wants remembered, and the decision log; everything else is rebuilt from lists. All
/// deciding happens on its thread, in <see cref="ControllerCore"/>; reads and writes happen on tasks and come back as messages. Its timer is the TimeProvider's.
/// If the journal fails it stops, and the keeper's next ping starts it anew.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "An actor releases what it owns in PostStop.")]
internal sealed class ControllerActor : ReceivePersistentActor
{
    // Decisions without writes that may follow each other before the mailbox gets its turn.
    private const int TurnsPerMessage = 64;
    private static readonly ListOptions HeadOnly = new() { Limit = 1 };

    private readonly ControllerRuntime _runtime;
    private readonly ControllerInformers _informers;
    private readonly ControllerCore _core;
    private readonly PlanExecutor _executor;
    private readonly CancellationTokenSource _stop = new();
    private readonly DueTimer _timer;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private IDisposable? _catalog;
    private ControllerState _state = ControllerState.Empty;
    private int _sinceSnapshot;

    public ControllerActor(string controllerId, ControllerRuntime runtime)
    {
        PersistenceId = controllerId;
        JournalPluginId = runtime.JournalPluginId;
        SnapshotPluginId = runtime.SnapshotPluginId;
        _runtime = runtime;
        var self = Self;
        var reconciler = runtime.CreateReconciler();
        _informers = new ControllerInformers(reconciler, runtime.Informers, item => self.Tell(item));
        _core = new ControllerCore(reconciler, _informers, runtime.Time, runtime.Settings);
        _executor = new PlanExecutor(runtime.Client, runtime.Record);
        _timer = new DueTimer(runtime.Time, () => self.Tell(Pump.Now));

        Recover<SnapshotOffer>(offer => _state = (ControllerState)offer.Snapshot);
        Recover<WorkFinished>(Evolve);
        Recover<RecoveryCompleted>(_ => Begin());

        Command<InformerEvent>(OnInformer);
        Command<Pump>(_ => Run());
        Command<Answered>(OnAnswered);
        Command<Executed>(OnExecuted);
        Command<HeadsRead>(OnHeads);
        Command<CatalogChanged>(_ => OnCatalog());
        Command<KeepAlive>(_ => { });
        Command<Status.Failure>(m => throw new InvalidOperationException("A task of the shell failed.", m.Cause));
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
        _stop.Cancel();
        _catalog?.Dispose();
        _informers.Dispose();
        _timer.Dispose();
        _stop.Dispose();
        base.PostStop();
    }

    private void Begin()
    {
        _runtime.OnRunning(true);
        foreach (var pending in _state.Requeues.Values)
            _core.Restore(pending);
        foreach (var (key, memory) in _state.Memories)
            _core.Restore(key, memory);
        var self = Self;
        _catalog = _runtime.Catalog.OnChange(() => self.Tell(CatalogChanged.Now));
        _informers.Follow(_runtime.Catalog.Current);
        _ = ReadHeadsAsync(_stop.Token).PipeTo(self);
        _timer.Arm(_core.NextDue);
    }

    // See ControllerInformers.WaitFor. A controller whose API does not answer yet waits here, however long it takes.
    private async Task<HeadsRead> ReadHeadsAsync(CancellationToken cancel)
    {
        var resources = _informers.Resources.ToArray();
        await _informers.SyncedAsync(_runtime.Time, _runtime.Settings.Patience, cancel);
        var heads = await Task.WhenAll(resources.Select(r => HeadAsync(r, cancel)));
        return new HeadsRead([.. resources.Zip(heads, KeyValuePair.Create)]);
    }

    private async Task<long> HeadAsync(GroupVersionResource resource, CancellationToken cancel)
    {
        try
        {
            return long.Parse((await _runtime.Reader.ListAsync(resource, null, HeadOnly, cancel)).ResourceVersion);
        }
        catch (Exception) when (!cancel.IsCancellationRequested)
        {
            // Not even knowing the head, the cache as it is has to do; compare-and-set and deterministic names guard the writes.
            return 0;
        }
    }

    private void OnHeads(HeadsRead heads)
    {
        _informers.WaitFor(heads.Revisions);
        Run();
    }

    private void OnCatalog()
    {
        _informers.Follow(_runtime.Catalog.Current);
        Run();
    }

    private void OnInformer(InformerEvent item)
    {
        _informers.On(item);
        _core.On(item);
        Run();
    }

    private void Run()
    {
        _timer.Forget();
        for (var turn = 0; _core.Next() is { } work; turn++)
        {
            Start(work);
            if (turn < TurnsPerMessage)
                continue;
            Self.Tell(Pump.Now);
            return;
        }
        _timer.Arm(_core.NextDue);
    }

    private void Start(Work work)
    {
        if (!work.Plan.Reads.IsEmpty)
            _ = Task.Run(() => _executor.ReadAsync(work.Plan.Reads, _stop.Token), _stop.Token).PipeTo(Self, success: answers => new Answered(work, answers));
        else if (work.Plan.Writes || !work.Plan.Events.IsEmpty)
            _ = Task.Run(() => _executor.ExecuteAsync(work.Plan, _stop.Token), _stop.Token).PipeTo(Self, success: outcome => new Executed(work, outcome));
        else
            Finish(work, PlanOutcome.Empty);
    }

    private void OnAnswered(Answered done)
    {
        Start(_core.Answered(done.Work, done.Answers));
        // The answers may have led to no more than a time to look again, which has to be waited for.
        Run();
    }

    private void OnExecuted(Executed done)
    {
        Finish(done.Work, done.Outcome);
        Run();
    }

    private void Finish(Work work, PlanOutcome outcome)
    {
        if (work.Plan.Retry is { } retry)
            _log.Warning("{0}: {1} is retried: {2}", PersistenceId, work.Key, retry);
        if (outcome.Failure is { IsConflict: false } failure)
            _log.Info("{0}: {1} is retried: {2} {3} {4}: {5}", PersistenceId, work.Key, failure.Verb, failure.Address.Resource.Resource, failure.Address.Key, failure.Status.Message);
        var finished = _core.Finish(work, outcome);
        var item = new WorkFinished(work.Key, finished.Decision, finished.Requeue) { Memory = finished.Memory };
        if (_state.IsChangedBy(item))
            PersistAsync(item, OnPersisted);
    }

    private void OnPersisted(WorkFinished item)
    {
        Evolve(item);
        if (++_sinceSnapshot < _runtime.Settings.SnapshotEvery)
            return;
        _sinceSnapshot = 0;
        SaveSnapshot(_state);
    }

    private void OnSnapshotSaved(SaveSnapshotSuccess saved)
    {
        DeleteMessages(saved.Metadata.SequenceNr);
        DeleteSnapshots(new SnapshotSelectionCriteria(saved.Metadata.SequenceNr - 1));
    }

    private void OnReadDecisions(ReadDecisions query) =>
        Sender.Tell(new DecisionsRead(PersistenceId, [.. _state.Decisions.Where(d => (query.Since is not { } since || d.At >= since) && (query.About is not { } key || Concerns(d, key)))]));

    private static bool Concerns(Decision decision, ObjectKey key) =>
        decision.Key == key || decision.Cause.Object == key || decision.Writes.Any(w => w.Object == key);

    private void Evolve(WorkFinished item) => _state = _state.After(item, _runtime.Settings.DecisionsKept);

    private sealed class Pump
    {
        public static readonly Pump Now = new();
    }

    private sealed class CatalogChanged
    {
        public static readonly CatalogChanged Now = new();
    }

    private sealed record Answered(Work Work, ImmutableArray<KeyValuePair<LiveRead, LiveAnswer>> Answers);

    private sealed record Executed(Work Work, PlanOutcome Outcome);

    private sealed record HeadsRead(ImmutableArray<KeyValuePair<GroupVersionResource, long>> Revisions);
}
