using System.Diagnostics.CodeAnalysis;

namespace ActorKube.Machinery.Queues;

/// <summary>
/// Keys waiting to be worked on. A key is in the queue at most once; added while it is being worked on, it comes again afterwards, never twice at a time. For one
/// thread: whoever owns it also owns the one timer that <see cref="NextDue"/> asks for. A clock that is set back makes nobody wait longer.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="backoff">Waits of <see cref="AddRateLimited"/>.</param>
/// <param name="minInterval">Shortest time between two turns of the same key: a burst of changes costs a turn each interval, not one per change. The first turn is never delayed.</param>
/// <param name="meter">Counts what the queue does; null when nobody wants to know.</param>
public sealed class WorkQueue<TKey>(TimeProvider time, BackoffPolicy backoff, TimeSpan minInterval = default, QueueMeter? meter = null) where TKey : notnull
{
    private readonly PassingTime _passing = new(time);
    private readonly QueueMeter _meter = meter ?? new QueueMeter();
    private readonly Queue<TKey> _ready = new();
    // With the stamps of when they got in line, and when they were taken.
    private readonly Dictionary<TKey, long> _dirty = [];
    private readonly Dictionary<TKey, long> _processing = [];
    private readonly PriorityQueue<TKey, (TimeSpan Due, long Order)> _waiting = new();
    private readonly Dictionary<TKey, TimeSpan> _due = [];
    private readonly Dictionary<TKey, int> _failures = [];
    private readonly Dictionary<TKey, TimeSpan> _restUntil = [];
    private readonly Queue<(TKey Key, TimeSpan Until)> _resting = new();
    private long _order;

    /// <summary>Number of keys taken and not done.</summary>
    public int Processing => _processing.Count;

    /// <summary>Whether a key has been taken and is not done.</summary>
    public bool IsProcessing(TKey key) => _processing.ContainsKey(key);

    /// <summary>When the first waiting key falls due; null when none waits.</summary>
    public DateTimeOffset? NextDue
    {
        get
        {
            DropStale();
            return _waiting.TryPeek(out _, out var first) ? time.GetUtcNow() + (first.Due - _passing.Now) : null;
        }
    }

    /// <summary>The key wants a turn as soon as possible.</summary>
    public void Add(TKey key)
    {
        if (!_processing.ContainsKey(key) && _restUntil.TryGetValue(key, out var until) && until > _passing.Now)
            Wait(key, until);
        else
            Enqueue(key);
    }

    /// <summary>The key wants a turn at a time; of several times the earliest counts.</summary>
    public void AddAt(TKey key, DateTimeOffset due) => AddAfter(key, due - time.GetUtcNow());

    /// <summary>The key wants a turn after a delay.</summary>
    public void AddAfter(TKey key, TimeSpan delay)
    {
        if (delay > TimeSpan.Zero)
        {
            Wait(key, _passing.Now + delay);
            return;
        }
        _due.Remove(key);
        Enqueue(key);
    }

    /// <summary>The key failed: it comes again after a wait that grows with each failure in a row.</summary>
    /// <returns>When it comes again.</returns>
    public DateTimeOffset AddRateLimited(TKey key)
    {
        var failures = _failures[key] = Failures(key) + 1;
        var delay = backoff.Delay(failures);
        _meter.Retried();
        AddAfter(key, delay);
        return time.GetUtcNow() + delay;
    }

    /// <summary>The key succeeded: its next failure is the first again.</summary>
    public void Forget(TKey key) => _failures.Remove(key);

    /// <summary>Failures of a key in a row.</summary>
    public int Failures(TKey key) => _failures.GetValueOrDefault(key);

    /// <summary>Restores a key's count of failures.</summary>
    public void SetFailures(TKey key, int failures) => _failures[key] = failures;

    /// <summary>Takes the next key whose turn it is. It has to be given back with <see cref="Done"/>.</summary>
    public bool TryTake([MaybeNullWhen(false)] out TKey key)
    {
        MoveDue();
        if (!_ready.TryDequeue(out key))
            return false;
        var now = time.GetTimestamp();
        _dirty.Remove(key, out var added);
        _due.Remove(key);
        _processing.Add(key, now);
        _meter.InLine(_ready.Count);
        _meter.Waits.Add(time.GetElapsedTime(added, now));
        if (minInterval > TimeSpan.Zero)
        {
            var until = _passing.Now + minInterval;
            _restUntil[key] = until;
            _resting.Enqueue((key, until));
        }
        return true;
    }

    /// <summary>A key that is being worked on, and was added meanwhile, does not want another turn after all.</summary>
    public void Retract(TKey key)
    {
        if (_processing.ContainsKey(key))
            _dirty.Remove(key);
    }

    /// <summary>The key's turn is over. If it was added meanwhile, it queues up again.</summary>
    public void Done(TKey key)
    {
        if (!_processing.Remove(key, out var taken))
            return;
        _meter.Turns.Add(time.GetElapsedTime(taken));
        if (_dirty.Remove(key))
            Add(key);
    }

    private void Enqueue(TKey key)
    {
        // What is being worked on gets in line afterwards.
        if (!_dirty.TryAdd(key, time.GetTimestamp()) || _processing.ContainsKey(key))
            return;
        _ready.Enqueue(key);
        _meter.Added();
        _meter.InLine(_ready.Count);
    }

    private void Wait(TKey key, TimeSpan due)
    {
        if (_due.TryGetValue(key, out var known) && known <= due)
            return;
        _due[key] = due;
        _waiting.Enqueue(key, (due, _order++));
    }

    private void MoveDue()
    {
        var now = _passing.Now;
        while (_resting.TryPeek(out var rest) && rest.Until <= now)
        {
            _resting.Dequeue();
            if (_restUntil.TryGetValue(rest.Key, out var until) && until == rest.Until)
                _restUntil.Remove(rest.Key);
        }
        while (_waiting.TryPeek(out var key, out var first) && first.Due <= now)
        {
            _waiting.Dequeue();
            if (!_due.TryGetValue(key, out var due) || due != first.Due)
                continue;
            _due.Remove(key);
            Enqueue(key);
        }
    }

    // Entries are not searched for when an earlier time replaces them; they are recognised when they come up.
    private void DropStale()
    {
        while (_waiting.TryPeek(out var key, out var first) && !(_due.TryGetValue(key, out var due) && due == first.Due))
            _waiting.Dequeue();
    }
}
