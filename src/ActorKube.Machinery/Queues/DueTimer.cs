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
        var wait = due - time.GetUtcNow();
        _timer.Change(wait > Longest ? Longest : wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The timer may have fired: the same time has to be armed again.</summary>
    public void Forget() => _armedFor = null;

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();
}
