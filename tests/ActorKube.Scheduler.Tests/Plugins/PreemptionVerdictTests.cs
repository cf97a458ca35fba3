using ActorKube.Machinery.Client;
using ActorKube.Scheduler.Tests.Harness;
using static ActorKube.Scheduler.Tests.Harness.Objects;

namespace ActorKube.Scheduler.Tests.Plugins;

public sealed class PreemptionVerdictTests
{
    [Theory]
    [InlineData("", 0, "no new claims to deallocate, preemption: 0/2 nodes are available: 1 No preemption victims found for incoming pod, 1 Preemption is not helpful for scheduling.")]
    [InlineData("", -5, "no new claims to deallocate, preemption: 0/2 nodes are available: 1 Preemption is not enabled, 1 Preemption is not helpful for scheduling.")]
    [InlineData(""" "preemptionPolicy":"Never" """, -5, "no new claims to deallocate, preemption: not eligible due to preemptionPolicy=Never.")]
    public void It_says_why_evicting_others_would_not_help(string spec, int otherPriority, string verdict)
    {
        using var harness = new SchedulerHarness();
        harness.AddNode(NodeJson("full", cpu: "1"));
        harness.AddNode(NodeJson("cordoned", spec: """ "unschedulable":true """));
        harness.AddPod(PodJson("other", "1", spec: $"\"nodeName\":\"full\",\"priority\":{otherPriority}"));
        harness.AddPod(PodJson("web", "1", spec: spec));
        harness.Start();
        Assert.EndsWith($"default/web: 0/2 nodes are available: 1 Insufficient cpu, 1 node(s) were unschedulable. {verdict}", Assert.Single(harness.Events), StringComparison.Ordinal);
        Assert.NotNull(harness.Cluster.Memory.Find(WellKnownResources.Pods, "default", "other"));
    }
}
