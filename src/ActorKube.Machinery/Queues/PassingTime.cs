namespace ActorKube.Machinery.Queues;

/// <summary>
/// Time for waits, which only passes. A clock set back does not lengthen a wait; one set forward ends those whose time it shows, for a look too early costs little and one too late may cost much.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class PassingTime(TimeProvider time)
{
    // Below, the clock is not taken to be set: it runs a little faster or slower, and two readings are never of one moment.
    private static readonly TimeSpan Slew = TimeSpan.FromSeconds(1);

    private readonly DateTimeOffset _start = time.GetUtcNow();
    private readonly long _stamp = time.GetTimestamp();
    private TimeSpan _ahead;
    private TimeSpan _skipped;

    /// <summary>Time that has passed, with what the clock has skipped.</summary>
    public TimeSpan Now
    {
        get
        {
            var passed = time.GetElapsedTime(_stamp);
            var ahead = time.GetUtcNow() - _start - passed;
            if ((ahead - _ahead).Duration() > Slew)
            {
                if (ahead > _ahead)
                    _skipped += ahead - _ahead;
                _ahead = ahead;
            }
            return passed + _skipped;
        }
    }
}
