using Microsoft.Extensions.Time.Testing;

namespace ActorKube.Testing.Fakes;

/// <summary>Fake time whose clock can be set as an operator or NTP does on a machine: neither timers nor timestamps notice.</summary>
public sealed class SettableTime(DateTimeOffset start) : FakeTimeProvider(start)
{
    private TimeSpan _set;
    private int _halts;

    public override DateTimeOffset GetUtcNow()
    {
        var now = base.GetUtcNow() + _set;
        if (_halts-- > 0)
            Advance(Halt);
        return now;
    }

    public override long GetTimestamp() => base.GetUtcNow().Ticks;

    /// <summary>Sets the clock forwards or backwards.</summary>
    public void Jump(TimeSpan by) => _set += by;

    /// <summary>How long one is held up.</summary>
    public static TimeSpan Halt => TimeSpan.FromSeconds(3);

    /// <summary>Holds up whoever reads the clock the next times, after it was read.</summary>
    public void HoldUp(int times) => _halts = times;
}
