using ActorKube.Api.Errors;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Queues;
using ActorKube.Protocol.Store;
using ActorKube.Store.Resources;
using ActorKube.Store.Views;
using ActorKube.Store.Watching;
using ActorKube.Store.Writing;
using ActorKube.Testing.Simulation.Serial;

namespace ActorKube.Testing.Simulation.Storage;

/// <summary>One resource: what <c>ResourceActor</c> does with each write, at once.</summary>
internal sealed class SerialResource : IDisposable
{
    // Timers cannot be set much further ahead than some weeks.
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    private readonly ResourceId _id;
    private readonly SerialStore _store;
    private readonly TimeProvider _time;
    private readonly ResourceView _view;
    private readonly ExpirySchedule _expiries = new();
    private readonly DueTimer _expiry;
    private readonly TenureBook _tenures = new();
    private ResourceState _state = ResourceState.Empty;
    private long _revision;

    public SerialResource(ResourceId id, SerialStore store, SerialLoop loop, TimeProvider time)
    {
        (_id, _store, _time) = (id, store, time);
        _view = new ResourceView(store.Options.History, store.Options.WatchQueue, pump => loop.Post(pump.Execute));
        _expiry = new DueTimer(time, RemoveExpired);
        _view.Replay(_state.Objects, ++_revision, null);
        _view.Open();
        store.Commit(new JournalEntry(id, _revision, new ResourceCreated(time.GetUtcNow())));
    }

    public async ValueTask<IResourceSnapshot> ReadAsync(ReadAt at, CancellationToken cancel)
    {
        if (at.Kind is ReadKind.NotOlderThan or ReadKind.Exact && at.Revision > _revision)
        {
            try
            {
                await _view.WaitFor(at.Revision).WaitAsync(_store.Options.FutureRevisionWait, _time, cancel);
            }
            catch (TimeoutException)
            {
                throw ApiErrors.TooLargeResourceVersion(at.Revision, _revision);
            }
        }
        return at.Kind == ReadKind.Exact ? _view.At(at.Revision) : _view.Cut;
    }

    public IResourceWatch Watch(long after, ObjectFilter filter) => _view.Watch(after, filter);

    public WriteResult Write(WriteCommand command)
    {
        if (_tenures.Judge(command) is { } outcome)
            return new WriteResult(outcome, null, _revision);
        var head = new SingleWrite(command).Head;
        var decision = ResourceDecider.Decide(_state, command, head, _revision + 1, _time.GetUtcNow());
        if (decision.Event is null)
            return new WriteResult(decision.Outcome, decision.Object, _revision);
        var last = Commit(decision.Event);
        return new WriteResult(WriteOutcome.Committed, decision.Event is ObjectRemoved ? last!.LastState : decision.Object, _revision);
    }

    public void Dispose() => _expiry.Dispose();

    private HistoryEvent? Commit(ResourceEvent item)
    {
        _state = _state.Apply(item, ++_revision, out var change);
        _store.Commit(new JournalEntry(_id, _revision, item));
        _view.Publish(_state.Objects, _revision, change);
        if (item is ObjectStored { ExpiresAt: { } at } stored)
        {
            _expiries.Add(stored.Item.Key, new Expiry(at, _revision), _state);
            ArmExpiry();
        }
        return change;
    }

    private void RemoveExpired()
    {
        _expiry.Forget();
        var now = _time.GetUtcNow();
        while (_expiries.TryTakeDue(_state, now, out var key, out var revision))
            Write(new RemoveObject(key, revision, null));
        ArmExpiry();
    }

    private void ArmExpiry()
    {
        var latest = _time.GetUtcNow() + LongestWait;
        _expiry.Arm(_expiries.Next is { } next && next > latest ? latest : _expiries.Next);
    }
}
