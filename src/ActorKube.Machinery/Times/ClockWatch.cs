namespace ActorKube.Machinery.Times;

/// <summary>Notices when the clock is set: it and passing time drift apart. Whoever owns it sees to it that one thread looks at a time.</summary>
internal sealed class ClockWatch
{
    // Below, a clock is not taken to be set: it runs a little faster or slower.
    private static readonly TimeSpan Slew = TimeSpan.FromSeconds(1);

    // The clock and passing time cannot be read at once: whoever is held up between the two reads both again.
    private static readonly TimeSpan Together = TimeSpan.FromMilliseconds(5);
    private const int Tries = 3;

    private readonly TimeProvider _time;

    // Stamps become spans by way of floating point, which is exact for short spans only.
    private readonly long _stamp;
    private readonly TimeSpan _began;

    /// <summary>A watch of a clock that was not set so far.</summary>
    /// <param name="time">The clock.</param>
    public ClockWatch(TimeProvider time)
    {
        _time = time;
        _stamp = time.GetTimestamp();
        _began = time.GetElapsedTime(0, _stamp);
        Read();
        Ahead = Clock.UtcTicks - Uptime.Ticks;
    }

    /// <summary>What the clock showed at the last look.</summary>
    public DateTimeOffset Clock { get; private set; }

    /// <summary>Passing time at the last look.</summary>
    public TimeSpan Uptime { get; private set; }

    /// <summary>How much the clock has been ahead of passing time since it was last set, in ticks.</summary>
    public long Ahead { get; private set; }

    /// <summary>Looks again.</summary>
    /// <returns>By how much the clock was set since the last look; zero when it was not.</returns>
    public TimeSpan Look()
    {
        var doubt = Read();
        var ahead = Clock.UtcTicks - Uptime.Ticks;
        var set = TimeSpan.FromTicks(ahead - Ahead);
        if (set <= Slew && set >= -Slew - doubt)
            return TimeSpan.Zero;
        Ahead = ahead;
        return set;
    }

    // How much time has passed between the two readings at most.
    private TimeSpan Read()
    {
        for (var i = 1; ; i++)
        {
            var before = _began + _time.GetElapsedTime(_stamp);
            Clock = _time.GetUtcNow();
            Uptime = _began + _time.GetElapsedTime(_stamp);
            if (Uptime - before is var doubt && (doubt <= Together || i == Tries))
                return doubt;
        }
    }
}
