using ActorKube.Scheduler.Framework;
using ActorKube.Scheduler.Indices;
using ActorKube.Scheduler.Plugins;
using ActorKube.Scheduler.Queue;
using CsCheck;
using Microsoft.Extensions.Time.Testing;
using static ActorKube.Scheduler.Tests.Harness.Objects;

namespace ActorKube.Scheduler.Tests.Queue;

public sealed class SchedulingQueueTests
{
    private static readonly ClusterEvent RoomierNode = new(EventResource.Node, EventActions.UpdateNodeAllocatable, Node("n"), Node("n", cpu: "8"));
    private static readonly ClusterEvent NewTaint = new(EventResource.Node, EventActions.UpdateNodeTaint, Node("n"), Node("n"));

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly SchedulingProfile _profile = new(new ProfileSpec(), new PluginRegistry(PluginRegistry.BuiltIn), new PluginContext(new ClusterIndex(), new WaitingPods(), new PluginArguments()));
    private readonly SchedulingQueue _queue;

    public SchedulingQueueTests() => _queue = Create(popFromBackoff: false);

    [Fact]
    public void Higher_priority_comes_first_and_then_who_came_first()
    {
        foreach (var (name, priority) in new[] { ("low", 0), ("high", 10), ("middle", 5), ("high2", 10) })
            _queue.Add(Pod(name, spec: $"\"priority\":{priority}"), _profile);
        Assert.Equal(["high", "high2", "middle", "low"], Drain());
    }

    [Fact]
    public void Waits_double_from_one_second_to_ten()
    {
        _queue.Add(Pod("p"), _profile);
        var waits = new List<double>();
        for (var attempt = 0; attempt < 6; attempt++)
        {
            _queue.Fail(Take()!);
            var since = _time.GetUtcNow();
            _time.Advance(_queue.NextDue!.Value - since - TimeSpan.FromTicks(1));
            Assert.Null(Take());
            _time.Advance(TimeSpan.FromTicks(1));
            waits.Add((_time.GetUtcNow() - since).TotalSeconds);
        }
        Assert.Equal([1, 2, 4, 8, 10, 10], waits);
    }

    [Fact]
    public void A_pod_that_was_turned_down_waits_for_something_that_could_help()
    {
        Reject("p", PluginNames.NodeResourcesFit);
        _time.Advance(TimeSpan.FromSeconds(30));
        _queue.Move(NewTaint);
        Assert.Null(Take());
        _queue.Move(RoomierNode);
        Assert.Equal("p", Take()!.Pod.Key.Name);
    }

    [Fact]
    public void What_could_help_does_not_shorten_the_wait()
    {
        Reject("p", PluginNames.NodeResourcesFit);
        _queue.Move(RoomierNode);
        Assert.Equal((0, 1), (_queue.ActiveCount, _queue.BackoffCount));
        Assert.Null(Take());
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.NotNull(Take());
    }

    [Fact]
    public void With_nothing_else_to_do_a_wait_is_cut_short_but_not_after_errors()
    {
        var queue = Create(popFromBackoff: true);
        queue.Add(Pod("p"), _profile);
        Assert.True(queue.TryTake(out var taken));
        queue.Reject(taken, []);
        queue.Move(RoomierNode);
        Assert.True(queue.TryTake(out taken));
        queue.Fail(taken);
        Assert.False(queue.TryTake(out _));
    }

    [Theory]
    [InlineData("a roomier node", true)]
    [InlineData("a taint", false)]
    [InlineData("nothing", false)]
    [InlineData("its own failure", false)]
    [InlineData("itself shrunk", true)]
    [InlineData("another pod shrunk", false)]
    [InlineData("more than is kept", true)]
    public void What_happened_during_the_attempt_counts_if_it_could_help(string what, bool helps)
    {
        Reject("before", PluginNames.NodeResourcesFit);
        _queue.Add(Pod("p", cpu: "2"), _profile);
        _queue.Add(Pod("other", cpu: "2"), _profile);
        // What was before the attempt does not count.
        _queue.Move(RoomierNode);
        var taken = Take()!;
        Assert.Equal("p", taken.Pod.Key.Name);
        switch (what)
        {
            case "a roomier node":
                _queue.Move(RoomierNode);
                break;
            case "a taint":
                _queue.Move(NewTaint);
                break;
            case "its own failure":
                _queue.Move(RoomierNode, except: taken.Pod.Uid);
                break;
            case "itself shrunk":
                _queue.Update(Pod("p", cpu: "1"));
                break;
            case "another pod shrunk":
                Take();
                _queue.Update(Pod("other", cpu: "1"));
                break;
            case "more than is kept":
                for (var i = 0; i <= EventsOfAttempts.Most; i++)
                    _queue.Move(NewTaint);
                break;
        }
        _queue.Reject(taken, [PluginNames.NodeResourcesFit]);
        Assert.Equal(helps ? QueuePlace.Backoff : QueuePlace.Pool, taken.Place);
    }

    [Fact]
    public void What_happens_is_kept_only_while_somebody_is_tried()
    {
        var events = new EventsOfAttempts();
        events.Add(NewTaint);
        Assert.Equal(0, events.Count);
        events.Begin("a");
        events.Add(NewTaint);
        events.Begin("b");
        events.Add(RoomierNode);
        Assert.Equal([NewTaint, RoomierNode], events.Since("a"));
        Assert.Equal([RoomierNode], events.Since("b"));
        events.End("a");
        Assert.Equal(1, events.Count);
        events.Begin("a");
        Assert.Equal([], events.Since("a"));
        events.End("b");
        Assert.Equal(0, events.Count);
    }

    [Fact]
    public void After_five_minutes_a_pod_is_tried_in_any_case()
    {
        Reject("p", PluginNames.NodeResourcesFit);
        _time.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromTicks(1));
        Assert.Null(Take());
        Assert.Equal(_time.GetUtcNow() + TimeSpan.FromTicks(1), _queue.NextDue);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.NotNull(Take());
    }

    [Fact]
    public void A_pod_that_changes_to_its_advantage_gets_another_turn()
    {
        Reject("p", PluginNames.TaintToleration);
        _time.Advance(TimeSpan.FromSeconds(2));
        _queue.Update(Pod("p", status: """ "message":"other" """));
        Assert.Null(Take());
        _queue.Update(Pod("p", spec: """ "tolerations":[{"operator":"Exists"}] """));
        Assert.NotNull(Take());
    }

    [Fact]
    public void A_gated_pod_is_not_tried_however_long_it_takes()
    {
        _queue.Add(Pod("p", spec: """ "schedulingGates":[{"name":"g"}] """), _profile);
        _time.Advance(TimeSpan.FromHours(1));
        _queue.Move(RoomierNode);
        Assert.Null(Take());
        Assert.Null(_queue.NextDue);
        _queue.Update(Pod("p"));
        Assert.NotNull(Take());
    }

    [Fact]
    public void A_removed_pod_comes_back_from_nowhere()
    {
        _queue.Add(Pod("active"), _profile);
        Reject("pool", PluginNames.NodeResourcesFit);
        _queue.Add(Pod("flight"), _profile);
        var taken = Take()!;
        foreach (var name in new[] { "active", "pool", "flight" })
            _queue.Remove($"uid-{name}");
        _queue.Fail(taken);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Null(Take());
        Assert.Equal(0, _queue.Count);
    }

    [Fact]
    public void The_heap_gives_pods_in_order_whatever_is_taken_out_of_its_middle() =>
        Gen.Select(Gen.Int[0, 20].Array[1, 40], Gen.Int[0, 40].Array[0, 20]).Sample((priorities, removed) =>
        {
            var queue = Create(popFromBackoff: false);
            for (var i = 0; i < priorities.Length; i++)
                queue.Add(Pod($"p{i}", spec: $"\"priority\":{priorities[i]}"), _profile);
            foreach (var i in removed)
                queue.Remove($"uid-p{i}");
            var expected = priorities.Select((p, i) => (p, i)).Where(x => !removed.Contains(x.i)).OrderByDescending(x => x.p).ThenBy(x => x.i).Select(x => $"p{x.i}");
            var taken = new List<string>();
            while (queue.TryTake(out var pod))
                taken.Add(pod.Pod.Key.Name);
            Assert.Equal(expected, taken);
        }, iter: 200);

    private SchedulingQueue Create(bool popFromBackoff) => new(new PrioritySort(), _time, new QueueSettings { PopFromBackoff = popFromBackoff });

    private QueuedPod? Take() => _queue.TryTake(out var queued) ? queued : null;

    private void Reject(string name, string plugin)
    {
        _queue.Add(Pod(name, cpu: "1"), _profile);
        while (Take() is { } taken)
            if (taken.Pod.Key.Name == name)
            {
                _queue.Reject(taken, [plugin]);
                return;
            }
            else
            {
                _queue.Reject(taken, []);
            }
    }

    private List<string> Drain()
    {
        var names = new List<string>();
        while (Take() is { } taken)
            names.Add(taken.Pod.Key.Name);
        return names;
    }
}
