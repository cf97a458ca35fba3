using System.Collections.Immutable;

namespace ActorKube.Machinery.Times;

/// <summary>
/// Remembers when the clock of this process was set, so that the age of what objects say can be told all the same: a taint of two minutes ago is two minutes old, whatever the clock shows
/// meanwhile. Whoever asks for the present notices; it should be asked for often. For any thread. ADR 0142.
/// </summary>
/// <param name="time">The clock.</param>
public sealed class ClockHistory(TimeProvider time)
{
    // Below, a clock is not taken to be set: it runs a little faster or slower, and two readings are never of one moment.
    private static readonly TimeSpan Slew = TimeSpan.FromSeconds(1);
    private const int Kept = 32;

    private readonly Lock _gate = new();
    private ImmutableArray<ClockSetting> _settings = [];

    /// <summary>The present.</summary>
    public Present Now
    {
        get
        {
            var (clock, uptime) = (time.GetUtcNow(), time.GetElapsedTime(0));
            var offset = clock.UtcTicks - uptime.Ticks;
            lock (_gate)
            {
                if (_settings.IsEmpty)
                    _settings = [new ClockSetting(uptime, offset)];
                else if (Math.Abs(offset - _settings[^1].Offset) > Slew.Ticks)
                    _settings = [.. Bounded(_settings), new ClockSetting(uptime, offset)];
                return new Present(clock, uptime, _settings);
            }
        }
    }

    private static ImmutableArray<ClockSetting> Bounded(ImmutableArray<ClockSetting> settings) =>
        settings.Length < Kept ? settings : settings[1..];
}

/// <summary>How clock and passing time go together from some time on.</summary>
/// <param name="From">From when on, as time that only passes.</param>
/// <param name="Offset">What the clock is ahead of it, in ticks.</param>
internal readonly record struct ClockSetting(TimeSpan From, long Offset);
