namespace ActorKube.Testing.Simulation.Serial;

/// <summary>
/// A clock that stands still until somebody moves it. Timers go by time that only passes; what the clock shows can also be set, as an operator or NTP does on a machine.
/// </summary>
/// <param name="loop">Where timers fire.</param>
/// <param name="start">What the clock shows first.</param>
public sealed class VirtualTime(SerialLoop loop, DateTimeOffset start) : TimeProvider
{
    private readonly PriorityQueue<Entry, (long Due, long Order)> _timers = new();
    private long _passed;
    private long _order;
    private int _void;
    private TimeSpan _set;

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Time that has passed since the start.</summary>
    public TimeSpan Passed => TimeSpan.FromTicks(_passed);

    /// <summary>How far away the next timer is; null when none is set.</summary>
    public TimeSpan? Next
    {
        get
        {
            while (_timers.TryPeek(out var entry, out var at))
            {
                if (entry.Timer.Version == entry.Version)
                    return TimeSpan.FromTicks(Math.Max(0, at.Due - _passed));
                _timers.Dequeue();
                _void--;
            }
            return null;
        }
    }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => start + _set + TimeSpan.FromTicks(_passed);

    /// <inheritdoc/>
    public override long GetTimestamp() => _passed;

    /// <summary>Sets the clock forwards or backwards. No timer notices.</summary>
    public void Jump(TimeSpan by) => _set += by;

    /// <summary>Lets time pass. What falls due is put on the loop in the order of its time.</summary>
    public void Advance(TimeSpan by)
    {
        _passed += by.Ticks;
        while (Next == TimeSpan.Zero)
        {
            var timer = _timers.Dequeue().Timer;
            timer.Fired();
        }
    }

    /// <summary>Completes when that much time has passed.</summary>
    public Task Wait(TimeSpan span)
    {
        var over = new TaskCompletionSource();
        var timer = new VirtualTimer(this, over.SetResult);
        timer.Change(span, Timeout.InfiniteTimeSpan);
        return over.Task;
    }

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new VirtualTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    private void Set(VirtualTimer timer, TimeSpan wait) => _timers.Enqueue(new Entry(timer, timer.Version), (_passed + wait.Ticks, _order++));

    // Every wait of a watcher sets a timer and takes it back: what is void must not pile up.
    private void Forget()
    {
        if (++_void < 1000 || _void * 2 < _timers.Count)
            return;
        var valid = _timers.UnorderedItems.Where(i => i.Element.Timer.Version == i.Element.Version).ToArray();
        _timers.Clear();
        _timers.EnqueueRange(valid);
        _void = 0;
    }

    private readonly record struct Entry(VirtualTimer Timer, int Version);

    private sealed class VirtualTimer(VirtualTime time, Action fire) : ITimer
    {
        private TimeSpan _period;
        private bool _isSet;

        public int Version { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            TakeBack();
            _period = period;
            if (dueTime >= TimeSpan.Zero)
                Arm(dueTime);
            return true;
        }

        public void Fired()
        {
            _isSet = false;
            Version++;
            var version = Version;
            time.Post(() =>
            {
                // Changed or taken back between falling due and its step.
                if (version == Version || (_period > TimeSpan.Zero && _isSet))
                    fire();
            });
            if (_period > TimeSpan.Zero)
                Arm(_period);
        }

        public void Dispose() => TakeBack();

        public ValueTask DisposeAsync()
        {
            TakeBack();
            return ValueTask.CompletedTask;
        }

        private void Arm(TimeSpan wait)
        {
            _isSet = true;
            time.Set(this, wait);
        }

        private void TakeBack()
        {
            if (_isSet)
                time.Forget();
            _isSet = false;
            Version++;
        }
    }

    private void Post(Action action) => loop.Post(action);
}
