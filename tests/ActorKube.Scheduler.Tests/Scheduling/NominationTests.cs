using ActorKube.Machinery.Objects;
using ActorKube.Scheduler.Tests.Harness;
using static ActorKube.Scheduler.Tests.Harness.Objects;

namespace ActorKube.Scheduler.Tests.Scheduling;

/// <summary>What <c>status.nominatedNodeName</c> does, and when it goes.</summary>
public sealed class NominationTests
{
    private const string Expected = """ "nominatedNodeName":"small" """;

    [Fact]
    public void The_node_that_a_pod_is_expected_on_is_tried_first()
    {
        using var harness = new SchedulerHarness();
        harness.AddNode(NodeJson("small", cpu: "1"));
        harness.AddNode(NodeJson("large", cpu: "8"));
        harness.AddPod(PodJson("web", "1", status: Expected));
        harness.AddPod(PodJson("other", "1"));
        harness.Start();
        Assert.Equal(("small", "large"), (harness.NodeOf("web"), harness.NodeOf("other")));
    }

    [Theory]
    [InlineData("2")]
    [InlineData("gone")]
    public void A_pod_that_does_not_fit_there_is_placed_elsewhere(string why)
    {
        using var harness = new SchedulerHarness();
        if (why != "gone")
            harness.AddNode(NodeJson("small", cpu: "1"));
        harness.AddNode(NodeJson("large", cpu: "8"));
        harness.AddPod(PodJson("web", "2", status: Expected));
        harness.Start();
        Assert.Equal("large", harness.NodeOf("web"));
    }

    [Fact]
    public void A_pod_that_fits_nowhere_is_expected_nowhere_any_more()
    {
        using var harness = new SchedulerHarness();
        harness.AddNode(NodeJson("small", cpu: "1"));
        harness.AddPod(PodJson("web", "2", status: Expected));
        harness.Start();
        Assert.Equal("", harness.NominatedNodeOf("web"));
        Assert.Equal("False", harness.Condition("web").Text("status"));
    }
}
