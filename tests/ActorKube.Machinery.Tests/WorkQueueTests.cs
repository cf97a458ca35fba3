using ActorKube.Machinery.Queues;
using ActorKube.Testing.Fakes;
using CsCheck;

namespace ActorKube.Machinery.Tests;

public class WorkQueueTests
{
    private readonly SettableTime _time = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));

    private WorkQueue<string> Queue(int minIntervalMs = 0) => new(_time, BackoffPolicy.Controllers, TimeSpan.FromMilliseconds(minIntervalMs));

    private static string? Take(WorkQueue<string> queue) => queue.TryTake(out var key) ? key : null;

    [Fact]
    public void A_key_added_many_times_comes_once()
    {
        var queue = Queue();
        queue.Add("a");
        queue.Add("b");
        queue.Add("a");
        Assert.Equal(("a", "b", null), (Take(queue), Take(queue), Take(queue)));
    }

    [Fact]
    public void A_key_added_while_it_is_worked_on_comes_again_when_that_is_done()
    {
        var queue = Queue();
        queue.Add("a");
        Take(queue);
        queue.Add("a");
        Assert.Null(Take(queue));
        queue.Done("a");
        Assert.Equal("a", Take(queue));
    }

    [Fact]
    public void Its_meter_counts_as_client_go_does()
    {
        var meter = new QueueMeter();
        var queue = new WorkQueue<string>(_time, BackoffPolicy.Controllers, TimeSpan.Zero, meter);
        queue.Add("a");
        queue.Add("a");
        queue.Add("b");
        Assert.Equal((2, 2), (meter.Adds, meter.Depth));
        _time.Advance(TimeSpan.FromSeconds(2));
        Take(queue);
        queue.Add("a");
        Assert.Equal((2, 1), (meter.Adds, meter.Depth));
        _time.Advance(TimeSpan.FromSeconds(3));
        queue.Done("a");
        Assert.Equal((3, 2), (meter.Adds, meter.Depth));
        Assert.Equal((1, TimeSpan.FromSeconds(2)), (meter.Waits.Count, meter.Waits.Sum));
        Assert.Equal((1, TimeSpan.FromSeconds(3)), (meter.Turns.Count, meter.Turns.Sum));
        queue.AddRateLimited("c");
        Assert.Equal((1, 3), (meter.Retries, meter.Adds));
        _time.Advance(TimeSpan.FromMilliseconds(5));
        Assert.Equal(("b", "a", "c"), (Take(queue), Take(queue), Take(queue)));
        Assert.Equal((4, 0), (meter.Adds, meter.Depth));
    }

    [Fact]
    public void A_delayed_key_comes_when_it_is_due_and_the_earliest_time_counts()
    {
        var queue = Queue();
        queue.AddAfter("a", TimeSpan.FromSeconds(10));
        queue.AddAfter("a", TimeSpan.FromSeconds(3));
        queue.AddAfter("a", TimeSpan.FromSeconds(5));
        Assert.Equal(_time.GetUtcNow().AddSeconds(3), queue.NextDue);
        Assert.Null(Take(queue));
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal("a", Take(queue));
        queue.Done("a");
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(Take(queue));
        Assert.Null(queue.NextDue);
    }

    [Fact]
    public void Waits_double_with_every_failure_until_success()
    {
        var queue = Queue();
        var start = _time.GetUtcNow();
        Assert.Equal([5, 10, 20, 40], Enumerable.Range(0, 4).Select(_ => (int)(queue.AddRateLimited("a") - start).TotalMilliseconds));
        Assert.Equal(4, queue.Failures("a"));
        queue.Forget("a");
        Assert.Equal(5, (queue.AddRateLimited("a") - start).TotalMilliseconds);
        Assert.Equal(TimeSpan.FromSeconds(1000), BackoffPolicy.Controllers.Delay(60));
    }

    [Theory]
    [InlineData(-3600, 0, false)]
    [InlineData(-3600, 9, false)]
    [InlineData(-3600, 10, true)]
    [InlineData(5, 4, false)]
    [InlineData(5, 5, true)]
    [InlineData(3600, 0, true)]
    public void A_clock_set_backwards_lengthens_no_wait_and_one_set_forwards_ends_those_whose_time_it_shows(int jumpSeconds, int thenSeconds, bool isDue)
    {
        var queue = Queue();
        queue.AddAfter("a", TimeSpan.FromSeconds(10));
        _time.Jump(TimeSpan.FromSeconds(jumpSeconds));
        _time.Advance(TimeSpan.FromSeconds(thenSeconds));
        Assert.Equal(isDue ? "a" : null, Take(queue));
        Assert.Equal(isDue ? null : TimeSpan.FromSeconds(10 - thenSeconds - Math.Max(0, jumpSeconds)), queue.NextDue - _time.GetUtcNow());
    }

    [Fact]
    public void A_wait_begun_while_the_clock_was_behind_ends_when_the_clock_is_put_right()
    {
        var queue = Queue();
        Take(queue);
        _time.Jump(TimeSpan.FromHours(-1));
        queue.AddAfter("a", TimeSpan.FromMinutes(30));
        Assert.Null(Take(queue));
        _time.Jump(TimeSpan.FromHours(1));
        Assert.Equal("a", Take(queue));
    }

    [Fact]
    public void A_key_that_rests_rests_no_longer_when_the_clock_is_set_backwards()
    {
        var queue = Queue(minIntervalMs: 20);
        queue.Add("a");
        Take(queue);
        queue.Done("a");
        _time.Jump(TimeSpan.FromHours(-1));
        queue.Add("a");
        Assert.Null(Take(queue));
        _time.Advance(TimeSpan.FromMilliseconds(20));
        Assert.Equal("a", Take(queue));
    }

    [Fact]
    public void A_busy_key_gets_a_turn_at_once_and_then_one_each_interval()
    {
        var queue = Queue(minIntervalMs: 20);
        var turns = new List<double>();
        var start = _time.GetUtcNow();
        for (var ms = 0; ms < 100; ms++)
        {
            queue.Add("a");
            if (Take(queue) is not null)
            {
                turns.Add((_time.GetUtcNow() - start).TotalMilliseconds);
                queue.Done("a");
            }
            _time.Advance(TimeSpan.FromMilliseconds(1));
        }
        Assert.Equal([0, 20, 40, 60, 80], turns);
    }

    [Fact]
    public void No_key_is_ever_lost_or_worked_on_twice_at_a_time() =>
        Gen.Select(Gen.Int[0, 4], Gen.Int[0, 4]).List[1, 60].Sample(steps =>
        {
            var queue = Queue(minIntervalMs: 7);
            var wanted = new HashSet<string>();
            var working = new HashSet<string>();
            foreach (var (action, number) in steps)
            {
                var key = number.ToString();
                switch (action)
                {
                    case 0:
                        queue.Add(key);
                        wanted.Add(key);
                        break;
                    case 1:
                        queue.AddAfter(key, TimeSpan.FromMilliseconds(5 * number));
                        wanted.Add(key);
                        break;
                    case 2 when Take(queue) is { } taken:
                        Assert.True(working.Add(taken));
                        wanted.Remove(taken);
                        break;
                    case 3 when working.Remove(key):
                        queue.Done(key);
                        break;
                    default:
                        _time.Advance(TimeSpan.FromMilliseconds(3));
                        break;
                }
            }
            foreach (var key in working)
                queue.Done(key);
            for (var i = 0; i < 40; i++)
            {
                _time.Advance(TimeSpan.FromMilliseconds(10));
                while (Take(queue) is { } taken)
                {
                    wanted.Remove(taken);
                    queue.Done(taken);
                }
            }
            Assert.Empty(wanted);
        });
}
