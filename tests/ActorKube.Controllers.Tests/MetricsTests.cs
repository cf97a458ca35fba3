using ActorKube.Api.Names;
using ActorKube.Controllers.Hosting;
using ActorKube.Controllers.Shell;
using ActorKube.Machinery.Reconciling;
using ActorKube.Machinery.Recording;
using static ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Controllers.Tests;

public class MetricsTests
{
    private static readonly ObjectKey Key = new("default", "a");
    private static readonly EventSpec Event = EventSpec.Normal(new ObjectReference(new GroupVersionKind("", "v1", "Pod"), Key, "1"), "Said", "something");

    public static TheoryData<string, bool> Turns => new()
    {
        { "nothing", true },
        { "look again", true },
        { "remember", true },
        { "say", false },
        { "retry", false },
        { "answered", false },
    };

    [Theory]
    [MemberData(nameof(Turns))]
    public void A_turn_is_idle_when_it_found_nothing_to_do(string what, bool idle)
    {
        var (plan, rounds) = what switch
        {
            "nothing" => (Plan.Nothing, 1),
            "look again" => (new PlanBuilder().Again(TimeSpan.FromSeconds(1)).Build(), 1),
            "remember" => (new Plan { Memory = "x" }, 1),
            "say" => (new PlanBuilder().Record(Event).Build(), 1),
            "retry" => (new PlanBuilder().RetryBecause("no").Build(), 1),
            // It had to ask first.
            _ => (Plan.Nothing, 2),
        };
        var meter = new ControllerMeter();
        meter.Finished(new Work(Key, plan, Cause.Time(Key), default) { Rounds = rounds }, PlanOutcome.Empty);
        Assert.Equal((idle ? 1 : 0, what == "retry" ? 1 : 0, idle || what == "retry" ? 0 : 1), (meter.Idle, meter.Failed, meter.Done));
    }

    [Fact]
    public void What_controllers_have_done_is_told_under_upstreams_names()
    {
        var meter = new ControllerMeter();
        meter.Finished(new Work(Key, Plan.Nothing, Cause.Time(Key), default) { Rounds = 1 }, PlanOutcome.Empty);
        meter.Finished(new Work(Key, Plan.Nothing, new Cause(Pods.Resource.ToString(), Key, 7), default) { Rounds = 1 }, PlanOutcome.Empty);
        meter.Worked(TimeSpan.FromMilliseconds(250));
        var lines = new ControllerMetrics(new Dictionary<string, ControllerMeter> { ["job-controller"] = meter }).Text().Split('\n');
        Assert.Contains("workqueue_adds_total{name=\"job-controller\"} 0", lines);
        Assert.Contains("workqueue_depth{name=\"job-controller\"} 0", lines);
        Assert.Contains("workqueue_retries_total{name=\"job-controller\"} 0", lines);
        Assert.Contains("workqueue_queue_duration_seconds_bucket{name=\"job-controller\",le=\"1e-06\"} 0", lines);
        Assert.Contains("workqueue_work_duration_seconds_count{name=\"job-controller\"} 0", lines);
        Assert.Contains("actorkube_controller_turns_total{name=\"job-controller\",result=\"idle\"} 2", lines);
        Assert.Contains("actorkube_controller_turns_total{name=\"job-controller\",result=\"done\"} 0", lines);
        Assert.Contains("actorkube_controller_busy_seconds_total{name=\"job-controller\"} 0.25", lines);
        Assert.All(lines.Where(l => l.Length > 0 && l[0] != '#'), l => Assert.Matches("^[a-z_]+\\{[^}]+\\} [0-9.E+-]+$", l));
    }
}
