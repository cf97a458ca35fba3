using System.Diagnostics.CodeAnalysis;
using ActorKube.Api.Names;
using ActorKube.Controllers.Shell;
using ActorKube.Machinery.Queues;
using ActorKube.Protocol.Inboxes;
using ActorKube.Protocol.Persistence;
using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using static ActorKube.Controllers.Actors.ControllerProtocol;

namespace ActorKube.Controllers.Actors;

/// <summary>
/// Runs one controller of one workspace. The truth it owns is small: pending requeues, what the reconciler wants remembered, and the decision log; everything else is rebuilt from lists. All
/// deciding happens on its thread, in <see cref="ControllerEngine"/>; reads and writes happen on tasks and come back as messages. Its timer is the TimeProvider's.
/// What it journals it pipelines: decisions do not wait for the journal. Whatever fails, the journal included, it stops, and the keeper's next ping starts it anew: begun anew at once it would meet in
/// its start what it has just failed at. One that fails again and again rests before it begins to work, longer each time (ADR 0151). Asked to drain, it decides no more and stops once the journal has
/// everything (ADR 0177).
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "An actor releases what it owns in PostStop.")]
internal sealed class ControllerActor : PipelinedPersistentActor, IEngineOwner
{
    /// <summary>How long a controller that has failed rests before it works again.</summary>
    public static readonly BackoffPolicy Rests = new(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));

    // Changes that are taken note of before decisions follow.
    private const int MessagesPerTurn = 256;

    private readonly ControllerRuntime _runtime;
    private readonly RestartBackoff _backoff;
    private readonly Inbox<object> _inbox;
    private readonly ControllerLedger _ledger;
    private readonly SnapshotKeeper _snapshots;
    private ControllerEngine? _engine;
    private int _sinceSnapshot;
    private bool _hindered;
    private ITimer? _rest;

    public ControllerActor(string controllerId, ControllerRuntime runtime, RestartBackoff backoff)
    {
        PersistenceId = controllerId;
        JournalPluginId = runtime.JournalPluginId;
        SnapshotPluginId = runtime.SnapshotPluginId;
        _runtime = runtime;
        _backoff = backoff;
        _ledger = new ControllerLedger(runtime.Settings.DecisionsKept);
        _snapshots = new SnapshotKeeper(controllerId, Self, new PersistencePlugins(Journal, SnapshotStore, runtime.PluginPatience.Value), runtime.Time, Log);
        var self = Self;
        _inbox = new Inbox<object>(() => self.Tell(InboxFilled.Instance, ActorRefs.NoSender));
    }

    public override string PersistenceId { get; }

    /// <summary>Creates the actor of a controller.</summary>
    /// <param name="controllerId">Workspace and name.</param>
    /// <param name="runtime">What it works with.</param>
    /// <param name="backoff">Its failures in this process, over all its incarnations.</param>
    public static Props Props(string controllerId, ControllerRuntime runtime, RestartBackoff backoff) => Akka.Actor.Props.Create(() => new ControllerActor(controllerId, runtime, backoff));

    protected override void OnReplayed(object message)
    {
        switch (message)
        {
            case SnapshotOffer { Snapshot: ControllerState state } offer:
                _ledger.Recover(state);
                _snapshots.Recovered(savedTo: offer.Metadata.SequenceNr, compactedTo: 0);
                break;
            case WorkFinished item:
                _ledger.Recover(item);
                _sinceSnapshot++;
                break;
            default:
                throw new InvalidOperationException($"The journal of {PersistenceId} holds a {message.GetType().Name}, which no controller writes.");
        }
    }

    protected override void OnRecovered() => Rest();

    protected override void OnPipelinedCommand(object message)
    {
        switch (message)
        {
            case InboxFilled:
                _engine?.Handle(_inbox.Take(MessagesPerTurn));
                break;
            case Rested:
                Begin();
                break;
            case KeepAlive:
                break;
            case ReadDecisions query:
                OnReadDecisions(query);
                break;
            default:
                if (!_snapshots.Handle(message))
                    Unhandled(message);
                break;
        }
    }

    protected override void OnDraining() => End();

    // Here rather than in handlers: what the journal calls back passes by here, too.
    protected override bool AroundReceive(Receive receive, object message)
    {
        try
        {
            return base.AroundReceive(receive, message);
        }
        catch (SupersededException)
        {
            Log.Info("{0} has a successor and ends", PersistenceId);
            Context.Stop(Self);
            return true;
        }
        catch (Exception failure)
        {
            var rest = _backoff.Failed();
            Log.Error(failure, "{0} failed (failure {1} in a row) and stops; it is started anew when the controllers are next looked after, and works again in {2}. If this goes on, mend what the failure names",
                PersistenceId, _backoff.Failures, rest);
            Context.Stop(Self);
            return true;
        }
    }

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr)
    {
        base.OnPersistFailure(cause, @event, sequenceNr);
        _backoff.Failed();
    }

    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr)
    {
        base.OnPersistRejected(cause, @event, sequenceNr);
        _backoff.Failed();
    }

    // Not before: as long as the journal has not taken everything, the controller is here and nowhere else.
    protected override void PostStop()
    {
        End();
        _runtime.OnPhase(ControllerPhase.Ended);
        base.PostStop();
    }

    private void End()
    {
        _rest?.Dispose();
        _engine?.Dispose();
        _engine = null;
    }

    private void Rest()
    {
        if (_backoff.Remaining is not { Ticks: > 0 } rest)
        {
            Begin();
            return;
        }
        var self = Self;
        _rest = _runtime.Time.CreateTimer(_ => self.Tell(Rested.Instance, ActorRefs.NoSender), null, rest, Timeout.InfiniteTimeSpan);
    }

    private void Begin()
    {
        _backoff.Begun();
        _runtime.OnPhase(ControllerPhase.Beginning);
        _engine = new ControllerEngine(_runtime, _inbox.Post, this);
        _engine.Start(_ledger.Written);
    }

    void IEngineOwner.OnFinished(Work work, PlanOutcome outcome, Finished finished)
    {
        if (work.Plan.Retry is { } retry)
            Log.Warning("{0}: {1} is retried: {2}", PersistenceId, work.Key, retry);
        if (outcome.Failure is { IsConflict: false } failure)
            Log.Info("{0}: {1} is retried: {2} {3} {4}: {5}", PersistenceId, work.Key, failure.Verb, failure.Address.Resource.Resource, failure.Address.Key, failure.Status.Message);
        if (_ledger.ToWrite(work, finished) is { } item)
            Pipeline(item, 0, new Written(this, item));
    }

    void IEngineOwner.OnHindered(string reason)
    {
        _hindered = true;
        Log.Warning("{0} decides nothing yet: {1}. It keeps trying, and says when it has begun", PersistenceId, reason);
    }

    void IEngineOwner.OnReady()
    {
        _runtime.OnPhase(ControllerPhase.Working);
        // As loud as what it answers.
        if (_hindered)
            Log.Warning("{0} has begun, and decides from now on", PersistenceId);
    }

    private void OnWritten(WorkFinished item)
    {
        _ledger.OnWritten(item);
        if (++_sinceSnapshot < _runtime.Settings.SnapshotEvery || _snapshots.IsBusy())
            return;
        _sinceSnapshot = 0;
        var state = _ledger.Written;
        _snapshots.Save(LastSequenceNr, () => state);
    }

    private void OnReadDecisions(ReadDecisions query) =>
        Sender.Tell(new DecisionsRead(PersistenceId, [.. _ledger.Written.Decisions.Where(d => (query.Since is not { } since || d.At >= since) && (query.About is not { } key || Concerns(d, key)))])
        {
            Waiting = _engine is { } engine ? engine.Waiting : "it rests after a failure",
        });

    private static bool Concerns(Decision decision, ObjectKey key) =>
        decision.Key == key || decision.Cause.Object == key || decision.Writes.Any(w => w.Object == key);

    // What is lost was decided for nothing: the successor looks at everything anew.
    private sealed class Written(ControllerActor controller, WorkFinished item) : IPipelinedEffect
    {
        public void Durable() => controller.OnWritten(item);

        public void Lost(bool mayHaveHappened)
        {
        }
    }

    private sealed class Rested
    {
        public static readonly Rested Instance = new();
    }
}
