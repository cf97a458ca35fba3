using System.Diagnostics.CodeAnalysis;
using ActorKube.Protocol.Persistence;
using ActorKube.Scheduler.Scheduling;
using Akka.Actor;
using Akka.Event;
using static ActorKube.Scheduler.Actors.SchedulerProtocol;

namespace ActorKube.Scheduler.Actors;

/// <summary>
/// The scheduler of a workspace. The truth it owns: its epoch, one more than that of the scheduler before it and in the journal before the first binding carries it; and the
/// decision log. Everything else it rebuilds from lists. Decisions are journalled in batches behind the bindings' backs: while one is written, the next collects. If the journal fails, or a newer
/// scheduler is heard of, it stops, and <see cref="SchedulerSupervisor"/> starts it anew.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "An actor releases what it owns in PostStop.")]
internal sealed class SchedulerActor : PipelinedPersistentActor
{
    // Journal entries that are out of date are deleted so many at a time.
    private const int DeleteEvery = 256;
    private const int MostUnwritten = 10_000;

    private readonly Func<long, Action<Decision>, Action<object>, SchedulerEngine> _create;
    private readonly Action<bool> _onRunning;
    private readonly DecisionLog _decisions;
    private readonly SnapshotKeeper _journal;
    private readonly List<Decision> _unwritten = [];
    private SchedulerEngine? _engine;
    private long _epoch;
    private long _deletedTo;
    private bool _writing;

    public SchedulerActor(SchedulerActorSettings settings)
    {
        PersistenceId = settings.Id;
        JournalPluginId = settings.JournalPlugin;
        SnapshotPluginId = settings.SnapshotPlugin;
        _create = settings.CreateEngine;
        _onRunning = settings.OnRunning;
        _decisions = new DecisionLog(settings.DecisionsKept);
        _journal = new SnapshotKeeper(settings.Id, Self, new PersistencePlugins(Journal, SnapshotStore, settings.PluginPatience.Value), settings.Time, Log);
    }

    public override string PersistenceId { get; }

    /// <summary>Creates the actor.</summary>
    public static Props Props(SchedulerActorSettings settings) => Akka.Actor.Props.Create(() => new SchedulerActor(settings));

    protected override void OnReplayed(object message)
    {
        switch (message)
        {
            case EpochBegan began:
                _epoch = Math.Max(_epoch, began.Epoch);
                break;
            case DecisionsTaken taken:
                _epoch = Math.Max(_epoch, taken.Epoch);
                _decisions.Add(LastSequenceNr, taken.Batch);
                break;
            default:
                throw new InvalidOperationException($"The scheduler's journal holds a {message.GetType()}.");
        }
    }

    protected override void OnRecovered()
    {
        _epoch++;
        var number = NextSequenceNr;
        Pipeline(new EpochBegan(_epoch), 0, new Effect(() => Begin(number)));
    }

    protected override void OnPipelinedCommand(object message)
    {
        switch (message)
        {
            case ReadDecisions query:
                Sender.Tell(new DecisionsRead(_decisions.Read(query.About, query.Since)));
                break;
            default:
                // What is still on its way to an engine that was stopped is of no use.
                if (_journal.Handle(message) || _engine is null || Draining)
                    return;
                _engine.Handle(message);
                if (_engine.Superseded)
                    GiveUp();
                break;
        }
    }

    protected override void PostStop()
    {
        _onRunning(false);
        _engine?.Dispose();
        _engine = null;
        base.PostStop();
    }

    private void Begin(long number)
    {
        if (_decisions.Oldest is null)
            DeleteTo(number - 1);
        var self = Self;
        _engine = _create(_epoch, Keep, message => self.Tell(message));
        _engine.Start();
        _onRunning(true);
    }

    private void GiveUp()
    {
        Log.Warning("{0}: a newer scheduler has taken over from epoch {1}", PersistenceId, _epoch);
        Context.Stop(Self);
    }

    private void Keep(Decision decision)
    {
        if (_unwritten.Count < MostUnwritten)
            _unwritten.Add(decision);
        if (!_writing)
            Write();
    }

    private void Write()
    {
        var batch = DecisionBatch.Encode(_unwritten);
        _unwritten.Clear();
        _writing = true;
        var number = NextSequenceNr;
        Pipeline(new DecisionsTaken(_epoch, batch), batch.Json.Length, new Effect(() => OnWritten(number, batch)));
    }

    private void OnWritten(long number, DecisionBatch batch)
    {
        _writing = false;
        _decisions.Add(number, batch);
        if (_decisions.Oldest is { } oldest && oldest - 1 - _deletedTo >= DeleteEvery)
            DeleteTo(oldest - 1);
        if (_unwritten.Count > 0)
            Write();
    }

    private void DeleteTo(long number)
    {
        if (number <= _deletedTo)
            return;
        _deletedTo = number;
        _journal.DeleteTo(number);
    }

    // When something is lost the actor is about to stop: whatever was decided is decided again.
    private sealed class Effect(Action durable) : IPipelinedEffect
    {
        public void Durable() => durable();

        public void Lost(bool mayHaveHappened)
        {
        }
    }
}

/// <summary>What the scheduler's actor works with.</summary>
/// <param name="Id">See <see cref="SchedulerProtocol.IdOf"/>.</param>
/// <param name="JournalPlugin">Journal; empty for the actor system's default.</param>
/// <param name="SnapshotPlugin">Snapshot store; empty for the actor system's default.</param>
/// <param name="DecisionsKept">Decisions kept in the log.</param>
/// <param name="CreateEngine">Makes the engine for an epoch, given where its decisions and its messages go.</param>
internal sealed record SchedulerActorSettings(
    string Id, string JournalPlugin, string SnapshotPlugin, int DecisionsKept, Func<long, Action<Decision>, Action<object>, SchedulerEngine> CreateEngine)
{
    /// <summary>Told true when the scheduler has begun to work, and false when it has ended.</summary>
    public Action<bool> OnRunning { get; init; } = static _ => { };

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>How long journal and snapshot store are waited for.</summary>
    public required Lazy<TimeSpan> PluginPatience { get; init; }
}
