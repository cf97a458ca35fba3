namespace ActorKube.Machinery.Queues;

/// <summary>One timer for whatever is due next. Not for several threads at once: its owner arms it; only the callback comes from the clock.</summary>
/// <param name="time">The clock.</param>
/// <param name="fire">Called when the time has come; it must only pass the news on.</param>
public sealed class DueTimer(TimeProvider time, Action fire) : IDisposable
{
    // Timers of the system take no more than 49 days, and throw.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(40);

    private readonly ITimer _timer = time.CreateTimer(_ => fire(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    private DateTimeOffset? _armedFor;

    /// <summary>Sets the timer, unless it is set for that time already; for a time far away it fires once in a while. Null leaves it as it is: firing too early costs one look.</summary>
    public void Arm(DateTimeOffset? next)
    {
        if (next is not { } due || due == _armedFor)
            return;
        _armedFor = due;
        _timer.Change(Bounded(due - time.GetUtcNow()), Timeout.InfiniteTimeSpan);
    }

    /// <summary>What to set a timer to: zero for what is overdue, and 40 days at most, after which its owner has to look how much is left.</summary>
    /// <param name="left">The time until something is due.</param>
    public static TimeSpan Bounded(TimeSpan left) => left > Longest ? Longest : left > TimeSpan.Zero ? left : TimeSpan.Zero;

    /// <summary>The timer may have fired: the same time has to be armed again.</summary>
    public void Forget() => _armedFor = null;

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();
}
