using ActorKube.Machinery.Times;

namespace ActorKube.Machinery.Queues;

/// <summary>
/// Time for waits, which only passes. A clock set back does not lengthen a wait; one set forward ends those whose time it shows, for a look too early costs little and one too late may cost much.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class PassingTime(TimeProvider time)
{
    private readonly ClockWatch _watch = new(time);
    private TimeSpan _skipped;

    /// <summary>Time that has passed, with what the clock has skipped.</summary>
    public TimeSpan Now
    {
        get
        {
            if (_watch.Look() is { Ticks: > 0 } skipped)
                _skipped += skipped;
            return _watch.Uptime + _skipped;
        }
    }
}
