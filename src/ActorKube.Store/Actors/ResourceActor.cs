using ActorKube.Protocol.Inboxes;
using ActorKube.Protocol.Persistence;
using ActorKube.Protocol.Store;
using ActorKube.Store.Resources;
using ActorKube.Store.Views;
using ActorKube.Store.Watching;
using ActorKube.Store.Writing;
using Akka.Actor;
using Akka.Event;
using Akka.Persistence;

namespace ActorKube.Store.Actors;

/// <summary>
/// Owns the truth about one resource. Every write to it is decided here, one after the other, against the newest state; its journal's sequence number is
/// the revision. Readers never come here: they use the <see cref="ResourceView"/> that this actor publishes to after each durable event.
/// Fails as a whole: when the journal fails it stops, and the next message to the region recovers what is durable.
/// </summary>
internal sealed class ResourceActor : PipelinedPersistentActor
{
    private readonly StoreServices _services;
    private readonly ResourceId _id;
    private readonly ResourceAccess _access;
    private readonly ResourceSnapshots _snapshots;
    private readonly ExpiryClock _expiry;
    private readonly OwnershipCheck? _ownership;
    private readonly RemoteClients _remote;
    private readonly TenureBook _tenures = new();
    private ResourceState _committed = ResourceState.Empty;
    private ResourceState _tentative = ResourceState.Empty;

    public ResourceActor(ResourceId id, StoreServices services)
    {
        _id = id;
        _services = services;
        PersistenceId = id.ToString();
        var self = Self;
        _access = new ResourceAccess(
            new ResourceView(services.Options.History, services.Options.WatchQueue),
            new Inbox<PendingWrite>(() => self.Tell(InboxFilled.Instance, ActorRefs.NoSender), static write => write.Lose(mayHaveHappened: false)),
            services.SharedJournal ? new ReadBarrier(() => self.Tell(ReadsWaiting.Instance, ActorRefs.NoSender)) : null);
        var plugins = new PersistencePlugins(Journal, SnapshotStore, services.PluginPatience.Value);
        _snapshots = new ResourceSnapshots(new SnapshotKeeper(PersistenceId, Self, plugins, services.Time, Log, services.Options.CompactionStep), services.Options.SnapshotMinimumTail);
        _expiry = new ExpiryClock(services.Time, Self);
        _ownership = _access.Barrier is null ? null : new OwnershipCheck(PersistenceId, _access.Barrier, Self, Journal);
        _remote = new RemoteClients(PersistenceId, _access, services, Context);
    }

    public override string PersistenceId { get; }

    public static Props Props(ResourceId id, StoreServices services) => Akka.Actor.Props.Create(() => new ResourceActor(id, services));

    protected override void OnReplayed(object message)
    {
        switch (message)
        {
            case SnapshotOffer { Snapshot: ResourceSnapshotData snapshot }:
                _committed = snapshot.State;
                _access.View.Reset(_committed.Objects, snapshot.Revision);
                _snapshots.Recovered(snapshot);
                break;
            case ResourceEvent @event:
                if (_access.View.Cut.Revision == 0 && @event is not ResourceCreated)
                    throw BeginningIsMissing(LastSequenceNr);
                _committed = _committed.Apply(@event, LastSequenceNr, out var change);
                if (@event is RevisionsRaised)
                    _access.View.Reset(_committed.Objects, LastSequenceNr);
                else
                    _access.View.Replay(_committed.Objects, LastSequenceNr, change);
                _snapshots.Committed(_committed, LastSequenceNr);
                break;
            default:
                throw new InvalidOperationException($"The journal of {_id} holds a {message.GetType().Name}, which a resource cannot be made from.");
        }
    }

    protected override void OnRecovered()
    {
        if (_access.View.Cut.Revision == 0 && LastSequenceNr > 0)
        {
            OnRecoveryFailure(BeginningIsMissing(LastSequenceNr + 1));
            Context.Stop(Self);
            return;
        }
        _tentative = _committed;
        _expiry.Start(_committed);
        if (LastSequenceNr == 0)
        {
            Pipeline(new ResourceCreated(_services.Time.GetUtcNow()), 0, new CreatedEffect(this));
            return;
        }
        // Numbers above the last event: a rejected write, or a tail that compaction has taken.
        if (LastSequenceNr > _access.View.Cut.Revision)
            _access.View.Replay(_committed.Objects, LastSequenceNr, null);
        Open();
    }

    protected override void OnRecoveryFailure(Exception reason, object? message = null)
    {
        base.OnRecoveryFailure(reason, message);
        _services.Directory.Failed(_id, reason);
    }

    protected override void OnPipelinedCommand(object message)
    {
        switch (message)
        {
            case InboxFilled:
                TakeWrites();
                break;
            case ExpiryClock.Due:
                RemoveExpired();
                break;
            case ReadsWaiting:
                _ownership?.Ask(LastSequenceNr);
                break;
            case RecoverySuccess answer:
                ConfirmOwnership(answer.HighestSequenceNr);
                break;
            case ReplayMessagesFailure failure:
                Log.Error(failure.Cause, "The journal of {0} cannot be read", _id);
                Context.Stop(Self);
                break;
            default:
                if (!_snapshots.Handle(message) && !_remote.Handle(message, Sender))
                    Unhandled(message);
                break;
        }
    }

    protected override void PostStop()
    {
        _services.Directory.Remove(_id, _access);
        _expiry.Stop();
        base.PostStop();
        _ownership?.Close();
        _access.Close();
    }

    // What compaction has deleted is in the snapshot only. Without it everything in there would seem never to have been (ADR 0205).
    private InvalidOperationException BeginningIsMissing(long first) =>
        new($"the journal of {_id} begins at revision {first}, and there is no snapshot of what was before; bring the snapshots back, or restore a backup");

    private void Open()
    {
        _access.View.Open();
        _services.Directory.Add(_id, _access);
        _remote.Open();
    }

    private void TakeWrites()
    {
        _access.Inbox.Open();
        while (_access.Inbox.TryTake(out var write))
            Take(write);
    }

    private void Take(PendingWrite write)
    {
        if (Draining)
        {
            write.Lose(mayHaveHappened: false);
            return;
        }
        if (_tenures.Judge(write.Command) is { } outcome)
        {
            AfterInFlight(new AnsweredEffect(this, write, new Decision(outcome, null, null)));
            return;
        }
        if (IsOverloaded && !write.EndsObject)
        {
            write.Complete(new WriteResult(WriteOutcome.Refused, null, _access.View.Cut.Revision));
            return;
        }
        var decision = ResourceDecider.Decide(_tentative, write.Command, write.Head, NextSequenceNr, _services.Time.GetUtcNow());
        if (decision.Event is null)
            AfterInFlight(new AnsweredEffect(this, write, decision));
        else
            Commit(decision.Event, write.Size, write);
    }

    /// <summary>
    /// The journal has answered which entry is the last beyond those we know to be durable. One beyond all we have sent was written by another incarnation:
    /// stop, recover, answer nothing.
    /// </summary>
    private void ConfirmOwnership(long highest)
    {
        if (_ownership!.Answered() is not { } reads)
            return;
        if (highest >= NextSequenceNr)
        {
            Log.Warning("Another owner of {0} has written to its journal: this one stops and recovers", _id);
            reads.TrySetCanceled();
            Context.Stop(Self);
            return;
        }
        if (highest <= LastSequenceNr)
            reads.TrySetResult(_access.View.Cut.Revision);
        else
            AfterInFlight(new ConfirmedEffect(this, reads));
        _ownership.Ask(LastSequenceNr);
    }

    private bool IsOverloaded => _services.Space.IsShort || EventsInFlight >= _services.Options.MaxEventsInFlight || BytesInFlight >= _services.Options.MaxBytesInFlight;

    private void Commit(ResourceEvent @event, int size, PendingWrite? caller)
    {
        var revision = NextSequenceNr;
        _tentative = _tentative.Apply(@event, revision, out var change);
        Pipeline(@event, size, new CommittedEffect(this, _tentative, revision, change!, @event, caller));
    }

    /// <summary>Expired objects leave by ordinary removals, in steps between which other commands get their turn.</summary>
    private void RemoveExpired()
    {
        var now = _services.Time.GetUtcNow();
        for (var i = 0; i < _services.Options.ExpiryStep && !Draining; i++)
        {
            if (!_expiry.Schedule.TryTakeDue(_tentative, now, out var key, out var revision))
                break;
            var decision = ResourceDecider.Decide(_tentative, new RemoveObject(key, revision, null), null, NextSequenceNr, now);
            if (decision.Event is not null)
                Commit(decision.Event, 100, caller: null);
        }
        _expiry.Arm();
    }

    private sealed class CommittedEffect(
        ResourceActor actor, ResourceState after, long revision, HistoryEvent change, ResourceEvent @event, PendingWrite? caller) : IPipelinedEffect
    {
        public void Durable()
        {
            actor._committed = after;
            actor._access.View.Publish(after.Objects, revision, change);
            if (@event is ObjectStored { ExpiresAt: { } at } stored)
                actor._expiry.Add(stored.Item.Key, new Expiry(at, revision), after);
            actor._snapshots.Committed(after, revision);
            actor._snapshots.SaveWhenReady(actor._access.View.History.Floor);
            // Last: whoever has been answered cannot be told that something here has failed.
            caller?.Complete(new WriteResult(WriteOutcome.Committed, change.Current ?? change.LastState, revision));
        }

        public void Lost(bool mayHaveHappened) => caller?.Lose(mayHaveHappened);
    }

    private sealed class AnsweredEffect(ResourceActor actor, PendingWrite caller, Decision decision) : IPipelinedEffect
    {
        public void Durable() => caller.Complete(new WriteResult(decision.Outcome, decision.Object, actor._access.View.Cut.Revision));

        public void Lost(bool mayHaveHappened) => caller.Lose(mayHaveHappened: false);
    }

    private sealed class ConfirmedEffect(ResourceActor actor, TaskCompletionSource<long> reads) : IPipelinedEffect
    {
        public void Durable() => reads.TrySetResult(actor._access.View.Cut.Revision);

        public void Lost(bool mayHaveHappened) => reads.TrySetCanceled();
    }

    private sealed class CreatedEffect(ResourceActor actor) : IPipelinedEffect
    {
        public void Durable()
        {
            actor._access.View.Reset(actor._committed.Objects, actor.LastSequenceNr);
            actor.Open();
        }

        public void Lost(bool mayHaveHappened) =>
            actor._services.Directory.Failed(actor._id, new InvalidOperationException($"The journal did not take the first event of {actor._id}."));
    }
}
