using ActorKube.Machinery.Times;
using ActorKube.Testing.Fakes;

namespace ActorKube.Machinery.Tests;

public class ClockHistoryTests
{
    private readonly SettableTime _time = new(new DateTimeOffset(2030, 1, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly ClockHistory _clock;

    public ClockHistoryTests()
    {
        _clock = new ClockHistory(_time);
        _ = _clock.Now;
    }

    // What a step gives: m minutes pass, j minutes the clock is set by, and somebody looks.
    private void Play(string steps)
    {
        foreach (var step in steps.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var minutes = TimeSpan.FromMinutes(double.Parse(step[1..], System.Globalization.CultureInfo.InvariantCulture));
            if (step[0] == 'm')
                _time.Advance(minutes);
            else
                _time.Jump(minutes);
            _ = _clock.Now;
        }
    }

    [Theory]
    [InlineData("", "m5", 5)]
    [InlineData("", "j60 m5", 5)]
    [InlineData("", "m2 j60 m3", 5)]
    [InlineData("", "m2 j-60 m3", 5)]
    [InlineData("", "m2 j60 m3 j-60 m4", 9)]
    [InlineData("", "m2 j-60 m3 j90 m4", 9)]
    [InlineData("j60", "m5", 5)]
    [InlineData("j-60 m1", "m5", 5)]
    [InlineData("m30 j-60 m90 j60", "m5 j-60 m1", 6)]
    [InlineData("", "m0.005 j0.005 m5", 5.01)]
    public void The_age_of_a_moment_is_what_has_passed_since_whatever_the_clock_shows(string before, string after, double minutes)
    {
        Play(before);
        var then = _clock.Now.Clock;
        Play(after);
        var now = _clock.Now;
        Assert.Equal(minutes, now.Since(then).TotalMinutes, 0.025);
        Assert.Equal(now.Clock - now.Since(then), now.Adjusted(then));
    }

    [Theory]
    [InlineData(-3 * 24 * 60, "m5 j60", 3 * 24 * 60 + 65)]
    [InlineData(-3 * 24 * 60, "m5 j-60", 3 * 24 * 60 - 55)]
    [InlineData(-30, "m5 j-60", 35)]
    [InlineData(-116, "m10 j-120", 6)]
    public void A_moment_before_the_clock_was_first_looked_at_is_told_by_what_it_shows_now_if_it_can_be(double first, string after, double minutes)
    {
        var then = _clock.Now.Clock.AddMinutes(first);
        Play(after);
        Assert.Equal(minutes, _clock.Now.Since(then).TotalMinutes, 0.025);
    }

    [Fact]
    public void Moments_at_the_ends_of_the_calendar_are_adjusted_to_nothing_beyond()
    {
        Play("m5 j-60");
        Assert.Equal(DateTimeOffset.MinValue, _clock.Now.Adjusted(DateTimeOffset.MinValue));
        Assert.Equal(DateTimeOffset.MaxValue, _clock.Now.Adjusted(DateTimeOffset.MaxValue));

        var time = new SettableTime(DateTimeOffset.MinValue.AddMinutes(30));
        var clock = new ClockHistory(time);
        var then = clock.Now.Clock;
        time.Advance(TimeSpan.FromMinutes(20));
        time.Jump(TimeSpan.FromMinutes(-50));
        Assert.Equal(DateTimeOffset.MinValue, clock.Now.Adjusted(then));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Whoever_is_held_up_between_two_readings_has_not_seen_the_clock_being_set(int times)
    {
        var (then, stamp) = (_clock.Now.Clock, _time.GetTimestamp());
        Play("m1 j60");
        for (var i = 0; i < 100; i++)
        {
            _time.HoldUp(times);
            _ = _clock.Now;
            _time.HoldUp(0);
            Play("m1");
        }
        Assert.Equal(_time.GetElapsedTime(stamp), _clock.Now.Since(then));
    }

    [Fact]
    public void One_thread_reads_at_a_time_so_that_what_is_remembered_is_in_order()
    {
        var (isReady, isAsked, hasWaited) = (false, false, false);
        var other = new Thread(() =>
        {
            // What runs for the first time may wait for the runtime.
            _ = _clock.Now;
            Volatile.Write(ref isReady, true);
            while (!Volatile.Read(ref isAsked))
                Thread.SpinWait(100);
            _ = _clock.Now;
        });
        other.Start();
        SpinWait.SpinUntil(() => Volatile.Read(ref isReady));
        _time.OnRead = () =>
        {
            if (Thread.CurrentThread == other)
                return;
            Volatile.Write(ref isAsked, true);
            SpinWait.SpinUntil(() => !other.IsAlive || other.ThreadState.HasFlag(ThreadState.WaitSleepJoin));
            hasWaited = other.IsAlive;
        };
        _ = _clock.Now;
        other.Join();
        Assert.True(hasWaited);
    }

    [Fact]
    public void A_moment_shown_twice_is_the_later_one_and_one_that_was_skipped_is_when_the_clock_was_set()
    {
        Play("m10 j-10 m7");
        Assert.Equal(TimeSpan.FromMinutes(2), _clock.Now.Since(new DateTimeOffset(2030, 1, 1, 12, 5, 0, TimeSpan.Zero)));
        Play("j60 m4");
        Assert.Equal(TimeSpan.FromMinutes(4), _clock.Now.Since(new DateTimeOffset(2030, 1, 1, 12, 30, 0, TimeSpan.Zero)));
    }

    [Fact]
    public void A_time_of_whole_seconds_counts_as_after_the_setting_although_it_reads_as_before()
    {
        _time.Advance(TimeSpan.FromMilliseconds(700));
        Play("j-60");
        var stored = _clock.Now.Clock.AddMilliseconds(-700);
        Play("m1");
        Assert.Equal(1, _clock.Now.Since(stored).TotalMinutes, 0.02);
    }

    [Fact]
    public void Clocks_that_are_a_little_ahead_or_were_not_set_back_with_ours_are_believed()
    {
        Play("m5 j-60 m5");
        Assert.Equal(TimeSpan.FromSeconds(-3), _clock.Now.Since(_clock.Now.Clock.AddSeconds(3)));
        Assert.Equal(TimeSpan.FromMinutes(1), _clock.Now.Since(new DateTimeOffset(2030, 1, 1, 12, 9, 0, TimeSpan.Zero)));
        Assert.True(_clock.Now.Since(_clock.Now.Clock.AddDays(3)) < TimeSpan.FromDays(-2));
    }

    [Theory]
    [InlineData("")]
    [InlineData("j60")]
    [InlineData("j-60")]
    public void A_moment_of_the_clock_is_one_of_passing_time_whatever_it_is_set_to_later(string setting)
    {
        var (uptime, shown) = (_clock.Now.Uptime, _clock.Now.Clock);
        Play($"m5 {setting} m2");
        Assert.Equal(uptime, _clock.Now.UptimeOf(shown));
        Assert.Equal(_clock.Now.Uptime, _clock.Now.UptimeOf(_clock.Now.Clock.AddDays(1)));
    }

    [Fact]
    public void Of_a_clock_that_is_set_all_the_time_the_first_settings_are_forgotten()
    {
        var first = _clock.Now.Clock;
        for (var i = 0; i < 100; i++)
            Play("m1 j5");
        var last = _clock.Now.Clock;
        Play("m1 j5 m1");
        Assert.Equal(TimeSpan.FromMinutes(2), _clock.Now.Since(last));
        Assert.True(_clock.Now.Since(first) > TimeSpan.FromMinutes(100));
    }

    [Fact]
    public void Steady_time_begins_as_the_clock_and_only_passes()
    {
        var steady = new SteadyTime(_time);
        Assert.Equal(_time.GetUtcNow(), steady.GetUtcNow());
        _time.Jump(TimeSpan.FromHours(-1));
        _time.Advance(TimeSpan.FromMinutes(1));
        _time.Jump(TimeSpan.FromHours(3));
        Assert.Equal(new DateTimeOffset(2030, 1, 1, 12, 1, 0, TimeSpan.Zero), steady.GetUtcNow());
        Assert.Equal(_time.GetTimestamp(), steady.GetTimestamp());
        var fired = 0;
        using var timer = steady.CreateTimer(_ => fired++, null, TimeSpan.FromMinutes(1), Timeout.InfiniteTimeSpan);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, fired);
    }
}
