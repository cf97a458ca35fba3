using ActorKube.Scheduler.Tests.Harness;
using static ActorKube.Scheduler.Tests.Harness.Objects;

namespace ActorKube.Scheduler.Tests.Scheduling;

public sealed class EpochTests
{
    [Fact]
    public void Bindings_carry_the_epoch()
    {
        using var harness = new SchedulerHarness(epoch: 7);
        harness.AddNode(NodeJson("n1"));
        harness.AddPod(PodJson("a"));
        harness.AddPod(PodJson("b"));
        harness.Start();
        Assert.Equal([7, 7], harness.Cluster.Epochs);
    }

    [Fact]
    public void A_scheduler_of_an_older_epoch_is_refused_and_stops()
    {
        using var old = new SchedulerHarness(epoch: 1);
        old.AddNode(NodeJson("n1"));
        old.Start();
        using var young = new SchedulerHarness(epoch: 2, sharing: old);
        young.AddPod(PodJson("a"));
        young.Start();
        Assert.Equal("n1", young.NodeOf("a"));

        young.AddPod(PodJson("b"));
        old.Settle();
        Assert.True(old.Engine.Superseded);
        Assert.Equal("", young.NodeOf("b"));

        young.Settle();
        Assert.Equal("n1", young.NodeOf("b"));
        young.AddPod(PodJson("c"));
        var before = young.Cluster.Bindings.Count;
        old.Settle();
        Assert.Equal(before, young.Cluster.Bindings.Count);
    }

    [Fact]
    public void Until_the_first_binding_has_come_back_no_other_is_sent()
    {
        using var harness = new SchedulerHarness(epoch: 1);
        harness.AddNode(NodeJson("n1"));
        for (var i = 0; i < 5; i++)
            harness.AddPod(PodJson($"p{i}"));
        harness.Engine.Start();
        harness.Deliver();
        Assert.Single(harness.Work);

        Assert.True(harness.Work.Dequeue()().IsCompleted);
        harness.Deliver();
        Assert.Equal(4, harness.Work.Count);
    }

    [Fact]
    public void A_binding_of_the_former_scheduler_that_came_late_is_seen_before_more_is_decided()
    {
        using var old = new SchedulerHarness(epoch: 1);
        old.AddNode(NodeJson("n1", cpu: "2"));
        old.AddPod(PodJson("a", "1"));
        old.Engine.Start();
        old.Deliver();
        using var young = new SchedulerHarness(epoch: 2, sharing: old);
        young.AddPod(PodJson("b", "1"));
        young.AddPod(PodJson("c", "1"));
        young.Cluster.Memory.Vanish(Machinery.Client.WellKnownResources.Pods, "default", "nobody");
        young.Engine.Start();
        young.Deliver();

        // The old scheduler's binding of a arrives just before the young one's first, which it cannot know of.
        Assert.True(old.Work.Dequeue()().IsCompleted);
        young.Settle();

        var bound = new[] { "a", "b", "c" }.Count(p => young.NodeOf(p).Length > 0);
        Assert.Equal(2, bound);
    }
}
