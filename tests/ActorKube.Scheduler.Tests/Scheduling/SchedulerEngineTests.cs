using ActorKube.Api.Errors;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;
using ActorKube.Scheduler.Scheduling;
using ActorKube.Scheduler.Tests.Harness;
using static ActorKube.Scheduler.Tests.Harness.Objects;

namespace ActorKube.Scheduler.Tests.Scheduling;

public sealed class SchedulerEngineTests
{
    [Fact]
    public void All_pods_are_bound_and_said_to_be()
    {
        using var harness = new SchedulerHarness();
        for (var i = 0; i < 5; i++)
            harness.AddNode(NodeJson($"n{i}"));
        for (var i = 0; i < 100; i++)
            harness.AddPod(PodJson($"p{i}", "100m", "64Mi"));

        harness.Start();

        Assert.Equal(100, harness.Core.Index.PodCount);
        Assert.Equal(0, harness.Core.Queue.Count);
        Assert.All(harness.Core.Index.Nodes, n => Assert.Equal(20, n.Pods.Count));
        Assert.Equal(100, harness.Events.Count);
        Assert.Contains($"default-scheduler: Normal Scheduled default/p7: Successfully assigned default/p7 to {harness.NodeOf("p7")}", harness.Events);
    }

    [Fact]
    public void A_pod_that_fits_nowhere_says_why_and_is_bound_once_there_is_room()
    {
        using var harness = new SchedulerHarness();
        harness.AddNode(NodeJson("n1", cpu: "1"));
        harness.AddNode(NodeJson("n2", spec: """ "taints":[{"key":"k","effect":"NoSchedule"}] """));
        harness.AddNode(NodeJson("n3", spec: """ "unschedulable":true """));
        harness.AddPod(PodJson("web", "2"));
        harness.Start();

        const string message = "0/3 nodes are available: 1 Insufficient cpu, 1 node(s) had untolerated taint(s), 1 node(s) were unschedulable. "
            + "no new claims to deallocate, preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.";
        Assert.Equal($"default-scheduler: Warning FailedScheduling default/web: {message}", Assert.Single(harness.Events));
        Assert.Equal(("False", "Unschedulable", message), (harness.Condition("web").Text("status"), harness.Condition("web").Text("reason"), harness.Condition("web").Text("message")));

        harness.AddNode(NodeJson("n4"));
        harness.Settle();

        Assert.Equal("n4", harness.NodeOf("web"));
        Assert.Equal("True", harness.Condition("web").Text("status"));
    }

    [Fact]
    public void A_condition_is_not_written_again_when_nothing_has_changed()
    {
        using var harness = new SchedulerHarness();
        harness.AddNode(NodeJson("n1", cpu: "1"));
        harness.AddPod(PodJson("web", "2"));
        harness.Start().Advance(TimeSpan.FromMinutes(16));

        Assert.Equal(4, harness.Decisions.Count);
        Assert.Equal(1, harness.ConditionWrites);
    }

    [Fact]
    public void A_pod_in_an_empty_cluster_waits_for_a_node()
    {
        using var harness = new SchedulerHarness();
        harness.AddPod(PodJson("web"));
        harness.Start();
        Assert.Equal("default-scheduler: Warning FailedScheduling default/web: no nodes available to schedule pods", Assert.Single(harness.Events));

        harness.AddNode(NodeJson("n1"));
        harness.Settle();
        Assert.Equal("n1", harness.NodeOf("web"));
    }

    [Fact]
    public void A_binding_that_fails_is_tried_again_after_a_wait()
    {
        using var harness = new SchedulerHarness();
        var failures = 2;
        harness.Cluster.RefuseBinding = _ => failures-- > 0 ? ApiErrors.ServiceUnavailable("not now") : null;
        harness.AddNode(NodeJson("n1"));
        harness.AddPod(PodJson("web"));
        harness.Start();

        Assert.Equal("", harness.NodeOf("web"));
        Assert.Equal(0, harness.Core.Index.PodCount);
        Assert.Equal("""default-scheduler: Warning FailedScheduling default/web: running Bind plugin "DefaultBinder": not now""", Assert.Single(harness.Events));
        Assert.Equal("SchedulerError", harness.Condition("web").Text("reason"));

        harness.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("", harness.NodeOf("web"));
        harness.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("n1", harness.NodeOf("web"));
        Assert.Equal(3, harness.Cluster.Bindings.Count);
    }

    [Fact]
    public void A_binding_whose_outcome_is_unknown_keeps_its_place_until_the_watch_tells()
    {
        using var harness = new SchedulerHarness();
        harness.Cluster.AfterBinding = _ => throw ApiErrors.Timeout("no answer");
        harness.AddNode(NodeJson("n1", cpu: "1"));
        harness.AddPod(PodJson("web", "1"));
        harness.Start();

        Assert.Equal("n1", harness.NodeOf("web"));
        Assert.Equal(1, harness.Core.Index.PodCount);
        Assert.Single(harness.Faults);
        harness.Advance(TimeSpan.FromMinutes(1));
        Assert.Single(harness.Cluster.Bindings);
    }

    [Fact]
    public void A_binding_that_is_never_seen_expires_and_is_tried_again()
    {
        using var harness = new SchedulerHarness();
        var lost = true;
        harness.Cluster.RefuseBinding = _ => lost ? ApiErrors.Timeout("no answer") : null;
        harness.AddNode(NodeJson("n1", cpu: "1"));
        harness.AddPod(PodJson("web", "1"));
        harness.Start();
        lost = false;

        harness.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(1, harness.Core.Index.PodCount);
        harness.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal("n1", harness.NodeOf("web"));
        Assert.Equal(2, harness.Cluster.Bindings.Count);
    }

    [Fact]
    public void A_pod_counts_on_its_node_while_it_is_being_bound()
    {
        using var harness = new SchedulerHarness();
        harness.AddNode(NodeJson("n1", cpu: "1"));
        harness.AddPod(PodJson("a", "1"));
        harness.AddPod(PodJson("b", "1"));
        harness.Engine.Start();
        harness.Deliver();

        Assert.Equal(DecisionOutcome.Placed, harness.Decisions[0].Outcome);
        Assert.Equal(DecisionOutcome.Unschedulable, harness.Decisions[1].Outcome);
        harness.Settle();
        Assert.Single(harness.Cluster.Bindings);
    }

    [Fact]
    public void Pods_of_other_schedulers_are_left_alone()
    {
        using var harness = new SchedulerHarness();
        harness.AddNode(NodeJson("n1"));
        harness.AddPod(PodJson("web", spec: """ "schedulerName":"other" """));
        harness.Start();
        Assert.Equal("", harness.NodeOf("web"));
        Assert.Empty(harness.Decisions);
    }

    [Fact]
    public void A_pod_that_is_being_deleted_is_not_bound()
    {
        using var harness = new SchedulerHarness();
        harness.AddNode(NodeJson("n1"));
        harness.AddPod(PodJson("web", metadata: """ "deletionTimestamp":"2030-01-01T00:00:00Z" """));
        harness.Start();
        Assert.Equal("default-scheduler: Warning FailedScheduling default/web: skip schedule deleting pod: default/web", Assert.Single(harness.Events));
        Assert.Empty(harness.Cluster.Bindings);
    }

    [Fact]
    public void A_gated_pod_waits_in_silence_until_its_last_gate_is_gone()
    {
        using var harness = new SchedulerHarness();
        harness.AddNode(NodeJson("n1"));
        harness.AddPod(PodJson("web", spec: """ "schedulingGates":[{"name":"a"}] """));
        harness.Start().Advance(TimeSpan.FromMinutes(10));
        Assert.Empty(harness.Decisions);

        harness.Cluster.Memory.Change(WellKnownResources.Pods, "default", "web", p => p.Child("spec").Remove("schedulingGates"));
        harness.Settle();
        Assert.Equal("n1", harness.NodeOf("web"));
    }

    [Fact]
    public void A_pod_that_leaves_makes_room_for_one_that_waits()
    {
        using var harness = new SchedulerHarness();
        harness.AddNode(NodeJson("n1", cpu: "1"));
        harness.AddPod(PodJson("a", "1"));
        harness.Start();
        harness.AddPod(PodJson("b", "1"));
        harness.Settle();
        Assert.Equal("", harness.NodeOf("b"));

        harness.Cluster.Memory.Vanish(WellKnownResources.Pods, "default", "a");
        harness.Settle();
        Assert.Equal("n1", harness.NodeOf("b"));
    }

    [Fact]
    public void A_pod_that_has_ended_makes_room_too()
    {
        using var harness = new SchedulerHarness();
        harness.AddNode(NodeJson("n1", cpu: "1"));
        harness.AddPod(PodJson("a", "1"));
        harness.Start();
        harness.AddPod(PodJson("b", "1"));
        harness.Settle();

        harness.Cluster.Memory.Change(WellKnownResources.Pods, "default", "a", p => p.Child("status")["phase"] = "Succeeded");
        harness.Settle();
        Assert.Equal("n1", harness.NodeOf("b"));
    }

    [Fact]
    public void A_condition_on_its_way_does_not_overtake_the_binding()
    {
        using var harness = new SchedulerHarness();
        harness.AddPod(PodJson("web"));
        harness.Engine.Start();
        harness.Deliver();
        var condition = harness.Work.Dequeue();
        harness.AddNode(NodeJson("n1"));
        harness.Deliver();

        // The binding runs first, but has to wait for the condition.
        var binding = harness.Work.Dequeue()();
        Assert.False(binding.IsCompleted);
        Assert.True(condition().IsCompleted);
        SpinWait.SpinUntil(() => binding.IsCompleted, TimeSpan.FromSeconds(10));
        harness.Settle();
        Assert.Equal("True", harness.Condition("web").Text("status"));
    }

    [Fact]
    public void No_more_bindings_are_on_their_way_than_allowed()
    {
        using var harness = new SchedulerHarness(settings: new SchedulerSettings { ParallelBindings = 3 });
        harness.AddNode(NodeJson("n1"));
        for (var i = 0; i < 10; i++)
            harness.AddPod(PodJson($"p{i}"));
        harness.Engine.Start();
        harness.Deliver();
        Assert.Equal(3, harness.Work.Count);
        harness.Settle();
        Assert.Equal(10, harness.Core.Index.PodCount);
    }
}
