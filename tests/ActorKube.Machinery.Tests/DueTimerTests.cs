using ActorKube.Machinery.Queues;
using Microsoft.Extensions.Time.Testing;

namespace ActorKube.Machinery.Tests;

public sealed class DueTimerTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly DueTimer _timer;
    private int _fired;

    public DueTimerTests() => _timer = new DueTimer(_time, () => _fired++);

    public void Dispose() => _timer.Dispose();

    [Fact]
    public void It_fires_when_what_it_was_armed_for_is_due()
    {
        _timer.Arm(_time.GetUtcNow().AddSeconds(5));
        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(0, _fired);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, _fired);
    }

    [Fact]
    public void A_new_time_replaces_the_one_before_and_nothing_leaves_it()
    {
        _timer.Arm(_time.GetUtcNow().AddSeconds(5));
        _timer.Arm(_time.GetUtcNow().AddSeconds(2));
        _timer.Arm(null);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(1, _fired);
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(1, _fired);
    }

    [Fact]
    public void What_is_overdue_fires_again_only_when_the_timer_has_been_told_to_forget()
    {
        var due = _time.GetUtcNow();
        _timer.Arm(due);
        _time.Advance(TimeSpan.FromTicks(1));
        _timer.Arm(due);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(1, _fired);
        _timer.Forget();
        _timer.Arm(due);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(2, _fired);
    }

    [Fact]
    public void It_takes_times_that_no_timer_of_the_system_would()
    {
        var fired = 0;
        using var timer = new DueTimer(TimeProvider.System, () => fired++);
        timer.Arm(DateTimeOffset.MaxValue);
        Assert.Equal(0, fired);
        _timer.Arm(_time.GetUtcNow().AddYears(1));
        _time.Advance(TimeSpan.FromDays(40));
        Assert.Equal(1, _fired);
    }
}
