using System.Collections.Concurrent;
using System.Collections.Immutable;
using ActorKube.Api.Errors;
using ActorKube.Api.Objects;

namespace ActorKube.Store.Watching;

/// <summary>
/// Hands the events of one resource to its watchers. The writer only appends to the window and rings; a pump on the thread pool distributes, so that
/// neither many nor slow watchers cost the writer anything.
/// </summary>
/// <param name="history">The window.</param>
/// <param name="queueCapacity">Events a watcher may lag behind before it is ended.</param>
/// <param name="dispatched">Told the revision up to which events have been handed out, by the pump.</param>
/// <param name="run">Runs the pump; null for the thread pool.</param>
internal sealed class WatchHub(HistoryLog history, int queueCapacity, Action<long> dispatched, Action<IThreadPoolWorkItem>? run = null) : IThreadPoolWorkItem
{
    private readonly Action<IThreadPoolWorkItem> _run = run ?? (static pump => ThreadPool.UnsafeQueueUserWorkItem(pump, preferLocal: false));
    private readonly ConcurrentDictionary<WatchRoute, ImmutableArray<ResourceWatch>> _routes = new();
    private ImmutableDictionary<string, int> _indexedPaths = ImmutableDictionary<string, int>.Empty;
    private HistoryCursor? _cursor;
    private long _dispatched;
    private int _rings;
    private ApiException? _failure;
    private bool _closed;

    /// <summary>Every event up to this revision has been offered to every watcher it can concern.</summary>
    public long Dispatched => Volatile.Read(ref _dispatched);

    /// <summary>Starts distributing what comes after <paramref name="revision"/>. Called once, before the first watcher.</summary>
    public void Start(long revision)
    {
        _cursor = history.After(revision);
        Volatile.Write(ref _dispatched, revision);
    }

    /// <summary>Tells the pump that the window has grown. Called by the writer.</summary>
    public void Ring()
    {
        if (Interlocked.Increment(ref _rings) == 1)
            _run(this);
    }

    /// <summary>Adds a watcher of everything after a revision, which may have yet to come.</summary>
    /// <exception cref="ApiException">410: that revision is older than the window.</exception>
    public ResourceWatch Open(long after, ObjectFilter filter)
    {
        var watch = new ResourceWatch(this, filter, after, queueCapacity);
        Add(watch);
        // Joined first, looked second: an event is in the window before the pump sees it, so it is in one of the two, or in both and read once.
        if (history.After(after) is not { } cursor)
        {
            Remove(watch);
            throw ApiErrors.Expired($"too old resource version: {after} ({history.Floor})");
        }
        watch.CatchUpFrom(cursor);
        if (Volatile.Read(ref _closed))
            watch.End(_failure);
        return watch;
    }

    /// <summary>Ends every watcher after what it has been offered; null for good order.</summary>
    public void Close(ApiException? failure)
    {
        _failure = failure;
        Volatile.Write(ref _closed, true);
        Ring();
    }

    public void Remove(ResourceWatch watch)
    {
        var route = WatchRoute.Of(watch.Filter);
        while (_routes.TryGetValue(route, out var present) && present.Contains(watch))
        {
            var rest = present.Remove(watch);
            var done = rest.IsEmpty
                ? _routes.TryRemove(new KeyValuePair<WatchRoute, ImmutableArray<ResourceWatch>>(route, present))
                : _routes.TryUpdate(route, rest, present);
            if (!done)
                continue;
            if (route.Path is not null)
                ImmutableInterlocked.Update(ref _indexedPaths, CountDown, route.Path);
            return;
        }
    }

    void IThreadPoolWorkItem.Execute()
    {
        int answered;
        do
        {
            answered = Volatile.Read(ref _rings);
            Pump();
        }
        while (Interlocked.Add(ref _rings, -answered) != 0);
    }

    private void Pump()
    {
        while (_cursor?.Peek() is { } item)
        {
            _cursor.Advance();
            Dispatch(item);
            Volatile.Write(ref _dispatched, item.Revision);
        }
        dispatched(_dispatched);
        if (Volatile.Read(ref _closed))
            foreach (var watch in _routes.Values.SelectMany(w => w))
                watch.End(_failure);
    }

    private void Dispatch(HistoryEvent item)
    {
        var key = (item.Current ?? item.Previous)!.Key;
        Offer(WatchRoute.Everything, item);
        Offer(new WatchRoute(null, key.Namespace, null), item);
        Offer(new WatchRoute(null, key.Namespace, key.Name), item);
        Offer(new WatchRoute(null, null, key.Name), item);
        var paths = Volatile.Read(ref _indexedPaths);
        if (paths.IsEmpty)
            return;
        foreach (var (path, _) in paths)
        {
            var now = item.Current?.Field(path);
            var before = item.Previous?.Field(path);
            if (now is not null)
                Offer(new WatchRoute(path, null, now), item);
            if (before is not null && before != now)
                Offer(new WatchRoute(path, null, before), item);
        }
    }

    private void Offer(in WatchRoute route, HistoryEvent item)
    {
        if (!_routes.TryGetValue(route, out var watches))
            return;
        foreach (var watch in watches)
            if (!watch.Offer(item))
                Remove(watch);
    }

    private void Add(ResourceWatch watch)
    {
        var route = WatchRoute.Of(watch.Filter);
        if (route.Path is not null)
            ImmutableInterlocked.AddOrUpdate(ref _indexedPaths, route.Path, 1, static (_, count) => count + 1);
        _routes.AddOrUpdate(route, static (_, w) => [w], static (_, present, w) => present.Add(w), watch);
    }

    private static ImmutableDictionary<string, int> CountDown(ImmutableDictionary<string, int> paths, string path) =>
        paths.TryGetValue(path, out var count) && count > 1 ? paths.SetItem(path, count - 1) : paths.Remove(path);
}
