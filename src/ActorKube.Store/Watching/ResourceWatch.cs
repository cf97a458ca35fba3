using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using ActorKube.Api.Errors;
using ActorKube.Api.Objects;
using ActorKube.Protocol.Store;

namespace ActorKube.Store.Watching;

/// <summary>
/// One watcher: first it reads the window up to where it joined, then its own queue that the hub fills. The filter runs on the reader's thread.
/// </summary>
internal sealed class ResourceWatch : IResourceWatch
{
    private readonly WatchHub _hub;
    private readonly int _capacity;
    private readonly ConcurrentQueue<HistoryEvent> _queue = new();
    private readonly ReaderSignal _signal = new();
    private readonly Func<bool> _hasNews;
    private HistoryCursor? _catchUp;
    private ResourceChange? _next;
    private long _seen;
    private int _queued;
    private WatchEnd? _end;

    public ResourceWatch(WatchHub hub, ObjectFilter filter, long after, int capacity)
    {
        _hub = hub;
        _capacity = capacity;
        _seen = after;
        _hasNews = () => !_queue.IsEmpty || Volatile.Read(ref _end) is not null;
        Filter = filter;
    }

    public ObjectFilter Filter { get; }

    /// <inheritdoc/>
    public long SafeRevision
    {
        get
        {
            if (_next is not null || _catchUp is not null)
                return _seen;
            // Read before looking at the queue: whatever was dispatched up to here is either in the queue or has been read.
            var dispatched = _hub.Dispatched;
            return _queue.IsEmpty && Volatile.Read(ref _end) is null ? Math.Max(_seen, dispatched) : _seen;
        }
    }

    /// <inheritdoc/>
    public bool TryRead([NotNullWhen(true)] out ResourceChange? change)
    {
        change = Peek();
        if (change is null)
            return false;
        _next = null;
        _seen = change.Revision;
        return true;
    }

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> WaitAsync(CancellationToken cancel)
    {
        while (Peek() is null)
        {
            if (Volatile.Read(ref _end) is { } end && _queue.IsEmpty)
                return end.Failure is null ? false : throw end.Failure;
            await _signal.WaitAsync(_hasNews, cancel);
        }
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _hub.Remove(this);
        End(null);
    }

    /// <summary>Called once, after the watcher has joined the hub, before it is handed out.</summary>
    internal void CatchUpFrom(HistoryCursor cursor) => _catchUp = cursor;

    /// <summary>Called by the hub's pump. False when the watcher has fallen too far behind and was ended.</summary>
    internal bool Offer(HistoryEvent item)
    {
        if (Interlocked.Increment(ref _queued) > _capacity)
        {
            End(ApiErrors.Expired("the watcher fell behind and was ended; resume from the last resource version received"));
            return false;
        }
        _queue.Enqueue(item);
        _signal.Set();
        return true;
    }

    /// <summary>Ends the stream after what is queued; null for good order.</summary>
    internal void End(ApiException? failure)
    {
        Interlocked.CompareExchange(ref _end, new WatchEnd(failure), null);
        _signal.Set();
    }

    private ResourceChange? Peek()
    {
        if (_next is not null)
            return _next;
        if (_catchUp is not null && PeekHistory())
            return _next;
        while (_queue.TryDequeue(out var item))
        {
            Interlocked.Decrement(ref _queued);
            if (item.Revision <= _seen)
                continue;
            _next = item.Through(Filter);
            if (_next is not null)
                return _next;
            _seen = item.Revision;
        }
        return null;
    }

    /// <summary>Reads the window; once it is used up, everything later is in the queue, because the watcher joined the hub before it looked.</summary>
    private bool PeekHistory()
    {
        while (_catchUp!.Peek() is { } item)
        {
            _catchUp.Advance();
            // What came after the watcher had joined, and before the future that it waits for.
            if (item.Revision <= _seen)
                continue;
            _next = item.Through(Filter);
            if (_next is not null)
                return true;
            _seen = item.Revision;
        }
        _catchUp = null;
        return false;
    }

    private sealed record WatchEnd(ApiException? Failure);
}
