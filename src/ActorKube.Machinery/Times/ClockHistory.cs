using System.Collections.Immutable;

namespace ActorKube.Machinery.Times;

/// <summary>
/// Remembers when the clock of this process was set, so that the age of what objects say can be told all the same: a taint of two minutes ago is two minutes old, whatever the clock shows
/// meanwhile. Whoever asks for the present notices; it should be asked for often. For any thread. ADR 0142.
/// </summary>
public sealed class ClockHistory
{
    private const int Kept = 32;

    private readonly Lock _gate = new();
    private readonly ClockWatch _watch;
    private ImmutableArray<ClockSetting> _settings;

    /// <summary>A history that begins now.</summary>
    /// <param name="time">The clock.</param>
    public ClockHistory(TimeProvider time)
    {
        _watch = new ClockWatch(time);
        _settings = [Setting];
    }

    /// <summary>The present.</summary>
    public Present Now
    {
        get
        {
            lock (_gate)
            {
                if (_watch.Look() != TimeSpan.Zero)
                    _settings = [.. _settings.Length < Kept ? _settings : _settings[1..], Setting];
                return new Present(_watch.Clock, _watch.Uptime, _settings);
            }
        }
    }

    private ClockSetting Setting => new(_watch.Uptime, _watch.Ahead);
}

/// <summary>How clock and passing time go together from some time on.</summary>
/// <param name="From">From when on, as time that only passes.</param>
/// <param name="Offset">What the clock is ahead of it, in ticks.</param>
internal readonly record struct ClockSetting(TimeSpan From, long Offset);
