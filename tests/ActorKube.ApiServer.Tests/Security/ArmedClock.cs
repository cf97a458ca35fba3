using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace ActorKube.ApiServer.Tests.Security;

/// <summary>Virtual time that tells when somebody begins to wait, and for how long: time passes only then.</summary>
internal sealed class ArmedClock() : FakeTimeProvider(SecurityFixtures.Start)
{
    private readonly Channel<TimeSpan> _waits = Channel.CreateUnbounded<TimeSpan>();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime != Timeout.InfiniteTimeSpan)
            _waits.Writer.TryWrite(dueTime);
        return timer;
    }

    /// <summary>Lets the next wait pass.</summary>
    /// <returns>How long it was.</returns>
    public async Task<TimeSpan> PassAsync()
    {
        var wait = await _waits.Reader.ReadAsync(TestContext.Current.CancellationToken);
        Advance(wait);
        return wait;
    }
}
