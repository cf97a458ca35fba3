using System.Collections.Immutable;

namespace ActorKube.Machinery.Times;

/// <summary>A moment as a process knows it: what the clock shows, and how long ago other moments were.</summary>
public readonly record struct Present
{
    // Times in objects have whole seconds: one of just after the clock was set reads as one of just before.
    private static readonly TimeSpan Cut = TimeSpan.FromSeconds(1);

    // What lies a little ahead comes from a clock that is ahead of ours.
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(10);

    private readonly ImmutableArray<ClockSetting> _settings;

    internal Present(DateTimeOffset clock, TimeSpan uptime, ImmutableArray<ClockSetting> settings)
    {
        Clock = clock;
        Uptime = uptime;
        _settings = settings;
    }

    /// <summary>A present whose clock was never set.</summary>
    /// <param name="clock">What it shows.</param>
    /// <param name="uptime">Time that only passes.</param>
    public Present(DateTimeOffset clock, TimeSpan uptime = default) : this(clock, uptime, [])
    {
    }

    /// <summary>What the clock shows: what is written into objects.</summary>
    public DateTimeOffset Clock { get; }

    /// <summary>Time that only passes, from a beginning that means nothing: differences measure, whatever the clock is set to. Not to be kept beyond this process.</summary>
    public TimeSpan Uptime { get; }

    /// <summary>What the clock shows.</summary>
    public static implicit operator DateTimeOffset(Present present) => present.Clock;

    /// <summary>
    /// How long ago it was that the clock showed this. Of a moment that it showed twice the later one is meant; one that was skipped is when the clock was set; what lies before this process looked at
    /// it is told by what it shows now. Negative for what is still to come.
    /// </summary>
    public TimeSpan Since(DateTimeOffset then)
    {
        if (!WasSet)
            return Clock - then;
        if (Clock - then is var since && since >= -Skew && since <= Uptime - _settings[^1].From + Cut)
            return since;
        for (var i = _settings.Length - 2; i >= 0; i--)
            if (Shown(i, then) is var at && at >= _settings[i].From - Cut && at <= _settings[i + 1].From)
                return Uptime - at;
        return then > Clock ? SinceAhead(then) : SinceSkipped(then);
    }

    /// <summary>When it was that the clock showed this, as <see cref="Uptime"/>. What it has yet to show counts as now, so that no wait from there is longer than it is meant to be.</summary>
    public TimeSpan UptimeOf(DateTimeOffset then) => Since(then) is { Ticks: > 0 } since ? Uptime - since : Uptime;

    /// <summary>The moment as the present clock would have shown it: as long before what it shows as has passed since. What lies beyond the calendar is its last or first instant.</summary>
    public DateTimeOffset Adjusted(DateTimeOffset then) =>
        WasSet ? new DateTimeOffset(Math.Clamp(Clock.UtcTicks - Since(then).Ticks, DateTimeOffset.MinValue.Ticks, DateTimeOffset.MaxValue.Ticks), TimeSpan.Zero) : then;

    private bool WasSet => !_settings.IsDefault && _settings.Length > 1;

    private TimeSpan Shown(int setting, DateTimeOffset then) => TimeSpan.FromTicks(then.UtcTicks - _settings[setting].Offset);

    // Written before our clock was set back, or since by somebody whose clock was not.
    private TimeSpan SinceAhead(DateTimeOffset then)
    {
        for (var i = _settings.Length - 2; i >= 0; i--)
            if (Shown(i, then) is var at && at <= Uptime)
                return Uptime - at;
        return Clock - then;
    }

    private TimeSpan SinceSkipped(DateTimeOffset then)
    {
        for (var i = _settings.Length - 1; i > 0; i--)
            if (Shown(i, then) < _settings[i].From && Shown(i - 1, then) > _settings[i].From)
                return Uptime - _settings[i].From;
        return Clock - then;
    }
}
