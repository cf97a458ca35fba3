using Microsoft.Extensions.Time.Testing;

namespace ActorKube.Testing.Fakes;

/// <summary>Fake time whose clock can be set as an operator or NTP does on a machine: neither timers nor timestamps notice.</summary>
public sealed class SettableTime(DateTimeOffset start) : FakeTimeProvider(start)
{
    private TimeSpan _set;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _set;

    public override long GetTimestamp() => base.GetUtcNow().Ticks;

    /// <summary>Sets the clock forwards or backwards.</summary>
    public void Jump(TimeSpan by) => _set += by;
}
