using ActorKube.Protocol.Persistence;
using ActorKube.Protocol.Store;
using ActorKube.Store.Resources;
using ActorKube.Store.Views;
using ActorKube.Store.Watching;
using ActorKube.Store.Writing;
using Akka.Actor;
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
    private readonly OwnedResource _owned;
    private readonly SnapshotKeeper _snapshots;
    private readonly ExpiryClock _expiry;
    private ResourceState _committed = ResourceState.Empty;
    private ResourceState _tentative = ResourceState.Empty;

    public ResourceActor(ResourceId id, StoreServices services)
    {
        _id = id;
        _services = services;
        PersistenceId = id.ToString();
        var self = Self;
        _owned = new OwnedResource(
            new ResourceView(services.Options.History, services.Options.WatchQueue),
            new WriteInbox(() => self.Tell(InboxFilled.Instance, ActorRefs.NoSender)));
        _snapshots = new SnapshotKeeper(PersistenceId, services, Self, SnapshotStore, Journal);
        _expiry = new ExpiryClock(services.Time, Self);
    }

    public override string PersistenceId { get; }

    public static Props Props(ResourceId id, StoreServices services) => Akka.Actor.Props.Create(() => new ResourceActor(id, services));

    protected override void OnReplayed(object message)
    {
        switch (message)
        {
            case SnapshotOffer { Snapshot: ResourceSnapshotData snapshot }:
                _committed = snapshot.State;
                _owned.View.Reset(_committed.Objects, snapshot.Revision);
                _snapshots.Recovered(snapshot);
                break;
            case ResourceEvent @event:
                _committed = _committed.Apply(@event, LastSequenceNr, out var change);
                if (@event is RevisionsRaised)
                    _owned.View.Reset(_committed.Objects, LastSequenceNr);
                else
                    _owned.View.Replay(_committed.Objects, LastSequenceNr, change);
                _snapshots.Committed(_committed, LastSequenceNr);
                break;
            default:
                throw new InvalidOperationException($"The journal of {_id} holds a {message.GetType().Name}, which a resource cannot be made from.");
        }
    }

    protected override void OnRecovered()
    {
        _tentative = _committed;
        _expiry.Start(_committed);
        if (LastSequenceNr == 0)
        {
            Pipeline(new ResourceCreated(_services.Time.GetUtcNow()), 0, new CreatedEffect(this));
            return;
        }
        // Numbers above the last event: a rejected write, or a tail that compaction has taken.
        if (LastSequenceNr > _owned.View.Cut.Revision)
            _owned.View.Replay(_committed.Objects, LastSequenceNr, null);
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
            case ActivateResource:
                break;
            default:
                if (!_snapshots.Handle(message))
                    Unhandled(message);
                break;
        }
    }

    protected override void PostStop()
    {
        _services.Directory.Disown(_id, _owned);
        _expiry.Dispose();
        base.PostStop();
        _owned.Inbox.Close();
        _owned.View.Hub.Close(null);
    }

    private void Open()
    {
        _owned.View.Open();
        _services.Directory.Own(_id, _owned);
    }

    private void TakeWrites()
    {
        _owned.Inbox.Open();
        while (_owned.Inbox.TryTake(out var write))
            Take(write);
    }

    private void Take(PendingWrite write)
    {
        if (Draining)
        {
            write.Lose(mayHaveHappened: false);
            return;
        }
        if (IsOverloaded && write.Command is not RemoveObject)
        {
            write.Complete(new WriteResult(WriteOutcome.Refused, null, _owned.View.Cut.Revision));
            return;
        }
        var decision = ResourceDecider.Decide(_tentative, write.Command, write.Head, NextSequenceNr, _services.Time.GetUtcNow());
        if (decision.Event is null)
            AfterInFlight(new RefusedEffect(this, write, decision));
        else
            Commit(decision.Event, write.Size, write);
    }

    private bool IsOverloaded => EventsInFlight >= _services.Options.MaxEventsInFlight || BytesInFlight >= _services.Options.MaxBytesInFlight;

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
            actor._owned.View.Publish(after.Objects, revision, change);
            if (@event is ObjectStored { ExpiresAt: { } at } stored)
                actor._expiry.Add(stored.Item.Key, new Expiry(at, revision), after);
            caller?.Complete(new WriteResult(WriteOutcome.Committed, change.Current ?? change.LastState, revision));
            actor._snapshots.Committed(after, revision);
            actor._snapshots.SaveWhenReady(actor._owned.View.History.Floor);
        }

        public void Lost(bool mayHaveHappened) => caller?.Lose(mayHaveHappened);
    }

    private sealed class RefusedEffect(ResourceActor actor, PendingWrite caller, Decision decision) : IPipelinedEffect
    {
        public void Durable() => caller.Complete(new WriteResult(decision.Outcome, decision.Object, actor._owned.View.Cut.Revision));

        public void Lost(bool mayHaveHappened) => caller.Lose(mayHaveHappened: false);
    }

    private sealed class CreatedEffect(ResourceActor actor) : IPipelinedEffect
    {
        public void Durable()
        {
            actor._owned.View.Reset(actor._committed.Objects, actor.LastSequenceNr);
            actor.Open();
        }

        public void Lost(bool mayHaveHappened) =>
            actor._services.Directory.Failed(actor._id, new InvalidOperationException($"The journal did not take the first event of {actor._id}."));
    }
}

/// <summary>The write inbox has something for the resource actor.</summary>
internal sealed class InboxFilled : INoSerializationVerificationNeeded
{
    public static readonly InboxFilled Instance = new();
}
