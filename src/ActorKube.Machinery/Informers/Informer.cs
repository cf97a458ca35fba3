using System.Collections.Immutable;
using System.Globalization;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Times;

namespace ActorKube.Machinery.Informers;

/// <summary>
/// Keeps a cache of one resource, fed by a <see cref="Reflector"/>. Any number of handlers hear every
/// change once and in order; who comes later hears the present state first. Handlers are called on the informer's loop and must only pass things on.
/// </summary>
public sealed class Informer : IAsyncDisposable
{
    private readonly Reflector _reflector;
    private readonly ClockHistory _clock;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _synced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    // Orders "new state, then tell" against "tell a newcomer the state, then add it". Held for as long as handlers take to enqueue.
    private readonly Lock _gate = new();
    private ImmutableArray<Action<InformerEvent>> _handlers = [];
    private CacheView _view = CacheView.Empty;
    private Task? _loop;

    /// <summary>An informer that does nothing until <see cref="Start"/>.</summary>
    public Informer(IResourceClient client, GroupVersionResource resource, InformerOptions options, TimeProvider time, ClockHistory? clock = null)
    {
        Resource = resource;
        _reflector = new Reflector(client, resource, options, time);
        _clock = clock ?? new ClockHistory(time);
    }

    /// <summary>What is watched, in all namespaces.</summary>
    public GroupVersionResource Resource { get; }

    /// <summary>The newest cut.</summary>
    public CacheView View => Volatile.Read(ref _view);

    /// <summary>True once the resource has been listed.</summary>
    public bool HasSynced => _synced.Task.IsCompletedSuccessfully;

    /// <summary>Completes when <see cref="HasSynced"/> turns true; is cancelled when the informer is disposed before.</summary>
    public Task Synced => _synced.Task;

    /// <summary>Begins to list and watch; further calls do nothing.</summary>
    public void Start()
    {
        lock (_gate)
            _loop ??= _reflector.RunAsync(Relist, Apply, _stop.Token);
    }

    /// <summary>Makes sure that an index exists.</summary>
    public void AddIndex(CacheIndex index)
    {
        lock (_gate)
            Volatile.Write(ref _view, _view.WithIndex(index));
    }

    /// <summary>Adds a handler. It hears of every object known at once, then of every change, until the subscription is disposed.</summary>
    public IDisposable Subscribe(Action<InformerEvent> handler)
    {
        lock (_gate)
        {
            foreach (var item in _view.All)
                handler(new ObjectChanged(Resource, _view.Revision, null, item));
            if (HasSynced)
                handler(new InformerSynced(Resource, _view.Revision));
            _handlers = _handlers.Add(handler);
        }
        return new Subscription(this, handler);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        if (_loop is not null)
            await _loop;
        _synced.TrySetCanceled();
        _stop.Dispose();
    }

    private void Relist(ObjectList list)
    {
        var revision = Number(list.ResourceVersion);
        lock (_gate)
        {
            var before = _view;
            // An object that did not change keeps its entry, with its views and the time it was first seen.
            var after = list.Items.Select(o => before.Find(o.Key) is { } known && Same(known.Object, o) ? known : Seen(o)).ToArray();
            var next = CacheView.Of(after, before.Indexes, revision);
            Volatile.Write(ref _view, next);
            foreach (var item in after)
                if (before.Find(item.Key) is var old && !ReferenceEquals(old, item))
                    Tell(new ObjectChanged(Resource, revision, old, item));
            foreach (var old in before.All)
                if (next.Find(old.Key) is null)
                    Tell(new ObjectChanged(Resource, revision, old, null));
            if (_synced.TrySetResult())
                Tell(new InformerSynced(Resource, revision));
            else
                Tell(new InformerProgressed(Resource, revision));
        }
    }

    private void Apply(WatchEvent change)
    {
        var revision = Number(change.ResourceVersion);
        lock (_gate)
        {
            if (change.Object is not { } item)
            {
                Volatile.Write(ref _view, _view.At(revision));
                Tell(new InformerProgressed(Resource, revision));
                return;
            }
            var old = _view.Find(item.Key);
            var now = change.Type == WatchEventType.Deleted ? null : Seen(item);
            Volatile.Write(ref _view, now is null ? _view.Without(item.Key, revision) : _view.With(now, revision));
            // Handlers are shown the state at the time of the deletion, which may be newer than what we had.
            Tell(new ObjectChanged(Resource, revision, now is null ? old is null ? Seen(item) : new CachedObject(item, old.Seen) : old, now));
        }
    }

    private CachedObject Seen(StoredObject item) => new(item, _clock.Now.Uptime);

    private void Tell(InformerEvent change)
    {
        foreach (var handler in _handlers)
            handler(change);
    }

    private void Unsubscribe(Action<InformerEvent> handler)
    {
        lock (_gate)
            _handlers = _handlers.Remove(handler);
    }

    private static bool Same(StoredObject a, StoredObject b) => a.Revision == b.Revision && a.Head.Uid == b.Head.Uid;

    private static long Number(string revision) =>
        long.TryParse(revision, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new FormatException($"'{revision}' is not a revision.");

    private sealed class Subscription(Informer informer, Action<InformerEvent> handler) : IDisposable
    {
        public void Dispose() => informer.Unsubscribe(handler);
    }
}
