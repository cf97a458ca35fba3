namespace ActorKube.Store.Watching;

/// <summary>
/// The window of recent events of one resource: chunks of write-once slots, linked forward. One writer appends and trims; any thread reads without
/// a lock, and a reader that holds a cursor keeps what it has yet to read.
/// </summary>
internal sealed class HistoryLog(HistoryLimits limits)
{
    // Whole chunks are forgotten: one with large objects has to end early, or the window would outgrow its limit by a multiple.
    private const int ChunksPerWindow = 16;

    private readonly long _chunkBytes = Math.Max(1, limits.Bytes / ChunksPerWindow);
    private HistoryChunk _first = new(0, Math.Max(1, limits.Bytes / ChunksPerWindow));
    private HistoryChunk? _last;
    private long _head;
    private long _events;
    private long _bytes;

    /// <summary>The window as it is now.</summary>
    public HistoryChunk First => Volatile.Read(ref _first);

    /// <summary>Every event up to this revision has been appended.</summary>
    public long Head => Volatile.Read(ref _head);

    /// <summary>Every event after this revision is in the window.</summary>
    public long Floor => First.Floor;

    /// <summary>Forgets everything: the window starts after <paramref name="floor"/>.</summary>
    public void Reset(long floor)
    {
        _last = null;
        _events = _bytes = 0;
        Volatile.Write(ref _first, new HistoryChunk(floor, _chunkBytes));
        Volatile.Write(ref _head, floor);
    }

    public void Append(HistoryEvent item)
    {
        _last ??= _first;
        if (!_last.TryAdd(item))
        {
            var next = new HistoryChunk(_last.LastRevision, _chunkBytes);
            next.TryAdd(item);
            _last.Next = next;
            _last = next;
        }
        _events++;
        _bytes += item.Size;
        Volatile.Write(ref _head, item.Revision);
        Trim(item.At);
    }

    /// <summary>Notes that the revisions up to here carry no event.</summary>
    public void Advance(long revision) => Volatile.Write(ref _head, revision);

    /// <summary>A cursor to the first event after a revision; null when that is no longer all in the window.</summary>
    public HistoryCursor? After(long revision)
    {
        var chunk = First;
        if (revision < chunk.Floor)
            return null;
        while (chunk.Next is { } next && next.Floor <= revision)
            chunk = next;
        var cursor = new HistoryCursor(chunk);
        while (cursor.Peek() is { } item && item.Revision <= revision)
            cursor.Advance();
        return cursor;
    }

    private void Trim(DateTimeOffset now)
    {
        var first = _first;
        while (first.Next is { } next
            && (_events > limits.Events || _bytes > limits.Bytes || now - first.LastAt > limits.Age))
        {
            _events -= first.Count;
            _bytes -= first.Bytes;
            first = next;
        }
        if (first != _first)
            Volatile.Write(ref _first, first);
    }
}

/// <summary>A part of <see cref="HistoryLog"/>.</summary>
internal sealed class HistoryChunk(long floor, long maxBytes)
{
    private const int Capacity = 128;
    private readonly HistoryEvent[] _items = new HistoryEvent[Capacity];
    private int _count;
    private HistoryChunk? _next;

    /// <summary>All events of this chunk and the following have higher revisions.</summary>
    public long Floor { get; } = floor;

    public int Count => Volatile.Read(ref _count);

    /// <summary>Sum of the sizes of the events; for the writer.</summary>
    public long Bytes { get; private set; }

    /// <summary>Revision of the newest event; for the writer.</summary>
    public long LastRevision => _count == 0 ? Floor : _items[_count - 1].Revision;

    /// <summary>Time of the newest event; for the writer.</summary>
    public DateTimeOffset LastAt => _items[_count - 1].At;

    /// <summary>The chunk after this one, once nothing is added to this one any more.</summary>
    public HistoryChunk? Next
    {
        get => Volatile.Read(ref _next);
        set => Volatile.Write(ref _next, value);
    }

    public HistoryEvent this[int index] => _items[index];

    public bool TryAdd(HistoryEvent item)
    {
        if (_count == Capacity || (_count > 0 && Bytes >= maxBytes))
            return false;
        _items[_count] = item;
        Bytes += item.Size;
        Volatile.Write(ref _count, _count + 1);
        return true;
    }
}

/// <summary>A place in <see cref="HistoryLog"/>, for a single reader.</summary>
internal sealed class HistoryCursor(HistoryChunk chunk)
{
    private HistoryChunk _chunk = chunk;
    private int _index;

    /// <summary>The next event, or null when there is none yet.</summary>
    public HistoryEvent? Peek()
    {
        while (true)
        {
            if (_index < _chunk.Count)
                return _chunk[_index];
            if (_chunk.Next is not { } next)
                return null;
            // What was added before the next chunk was linked is seen by now at the latest.
            if (_index < _chunk.Count)
                continue;
            _chunk = next;
            _index = 0;
        }
    }

    public void Advance() => _index++;
}
