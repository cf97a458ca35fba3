using ActorKube.Machinery.Objects;
using ActorKube.Scheduler.Framework;
using ActorKube.Scheduler.Indices;
using ActorKube.Scheduler.Tests.Harness;
using static ActorKube.Scheduler.Tests.Harness.Objects;

namespace ActorKube.Scheduler.Tests.Framework;

/// <summary>What plugins of other people's may rely on at the points that none of ours uses.</summary>
public sealed class ExtensionPointTests
{
    [Fact]
    public void Points_are_called_in_order()
    {
        var probe = new Probe();
        using var harness = With(probe);
        harness.AddPod(PodJson("web"));
        harness.Start();
        Assert.Equal(["reserve web n1", "permit web n1", "preBind web n1", "postBind web n1"], probe.Calls);
        Assert.Equal("n1", harness.NodeOf("web"));
    }

    [Fact]
    public void A_pod_that_is_not_reserved_gives_everything_back()
    {
        var probe = new Probe { OnReserve = Status.Unschedulable("Probe", "no room in the books") };
        using var harness = With(probe);
        harness.AddPod(PodJson("web"));
        harness.Start();
        Assert.Equal(["reserve web n1", "unreserve web n1"], probe.Calls);
        Assert.Equal(0, harness.Core.Index.PodCount);
        Assert.EndsWith("0/1 nodes are available: 1 no room in the books.", Assert.Single(harness.Events), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Reserve")]
    [InlineData("Permit")]
    public void What_goes_wrong_is_told_with_the_point_at_which_it_did(string point)
    {
        var broken = Status.Failure("Probe", "the books are lost");
        using var harness = With(point == "Reserve" ? new Probe { OnReserve = broken } : new Probe { OnPermit = broken });
        harness.AddPod(PodJson("web"));
        harness.Start();
        Assert.EndsWith($"default/web: running {point} plugin \"Probe\": the books are lost", Assert.Single(harness.Events), StringComparison.Ordinal);
        Assert.Equal("SchedulerError", harness.Condition("web").Text("reason"));
    }

    [Fact]
    public void A_pod_that_is_held_is_bound_when_it_is_allowed()
    {
        var probe = new Probe { OnPermit = Status.Wait("Probe") };
        using var harness = With(probe);
        harness.AddPod(PodJson("web"));
        harness.Start();
        Assert.Equal(("", "n1"), (harness.NodeOf("web"), harness.NominatedNodeOf("web")));
        Assert.Equal(1, harness.Core.Index.PodCount);

        probe.Waiting!.Allow("uid-web", "Probe");
        harness.AddPod(PodJson("other", spec: """ "schedulerName":"x" """));
        harness.Settle();
        Assert.Equal("n1", harness.NodeOf("web"));
    }

    [Fact]
    public void A_pod_that_is_held_too_long_is_turned_down()
    {
        var probe = new Probe { OnPermit = Status.Wait("Probe") };
        using var harness = With(probe);
        harness.AddPod(PodJson("web"));
        harness.Start().Advance(TimeSpan.FromSeconds(30));
        Assert.Contains("unreserve web n1", probe.Calls);
        Assert.EndsWith("rejected due to timeout after waiting at plugin Probe.", harness.Events[0], StringComparison.Ordinal);
        Assert.Equal("", harness.NominatedNodeOf("web"));
        Assert.Equal(0, harness.Core.Index.PodCount);
    }

    [Fact]
    public void A_preBind_that_throws_is_a_failure_and_the_pod_is_tried_again()
    {
        var probe = new Probe { PreBindFault = new InvalidOperationException("no disk") };
        using var harness = With(probe);
        harness.AddPod(PodJson("web"));
        harness.Start();
        Assert.Equal("", harness.NodeOf("web"));
        Assert.Contains("unreserve web n1", probe.Calls);
        probe.PreBindFault = null;
        harness.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("n1", harness.NodeOf("web"));
    }

    private static SchedulerHarness With(Probe probe)
    {
        var harness = new SchedulerHarness(
            plugins: [("Probe", context => { probe.Waiting = context.Waiting; return probe; })],
            profile: new ProfileSpec { MultiPoint = new PluginSet([new PluginUse("Probe")], []) });
        harness.AddNode(NodeJson("n1"));
        return harness;
    }

    private sealed class Probe : IReservePlugin, IPermitPlugin, IPreBindPlugin, IPostBindPlugin
    {
        public string Name => "Probe";

        public List<string> Calls { get; } = [];

        public WaitingPods? Waiting { get; set; }

        public Status OnReserve { get; init; } = Status.Success;

        public Status OnPermit { get; init; } = Status.Success;

        public Exception? PreBindFault { get; set; }

        public Status Reserve(CycleState state, PodInfo pod, string node)
        {
            Note("reserve", pod, node);
            return OnReserve;
        }

        public void Unreserve(CycleState state, PodInfo pod, string node) => Note("unreserve", pod, node);

        public Status Permit(CycleState state, PodInfo pod, string node, out TimeSpan timeout)
        {
            timeout = TimeSpan.FromSeconds(10);
            Note("permit", pod, node);
            return OnPermit;
        }

        public ValueTask<Status> PreBindAsync(BindContext context, CycleState state, PodInfo pod, string node, CancellationToken cancel)
        {
            Note("preBind", pod, node);
            return PreBindFault is null ? new(Status.Success) : throw PreBindFault;
        }

        public void PostBind(CycleState state, PodInfo pod, string node) => Note("postBind", pod, node);

        private void Note(string what, PodInfo pod, string node) => Calls.Add($"{what} {pod.Key.Name} {node}");
    }
}
