using ActorKube.Api.Pods;
using ActorKube.Scheduler.Indices;
using static ActorKube.Scheduler.Tests.Harness.Objects;

namespace ActorKube.Scheduler.Tests.Indices;

public sealed class PodInfoTests
{
    [Theory]
    [InlineData("", 3100, 900)]
    [InlineData(""" "initContainers":[{"name":"i","resources":{"requests":{"cpu":"4"}}}] """, 4000, 900)]
    [InlineData(""" "initContainers":[{"name":"s","restartPolicy":"Always","resources":{"requests":{"cpu":"1"}}},{"name":"i","resources":{"requests":{"cpu":"4"}}}] """, 5000, 900)]
    [InlineData(""" "initContainers":[{"name":"i","resources":{"requests":{"cpu":"4"}}},{"name":"s","restartPolicy":"Always","resources":{"requests":{"cpu":"1"}}}] """, 4100, 900)]
    [InlineData(""" "overhead":{"cpu":"250m","memory":"100"} """, 3350, 1000)]
    [InlineData(""" "resources":{"requests":{"cpu":"9"}} """, 9000, 900)]
    public void Requests_are_added_up_as_upstream_does(string spec, long cpu, long memory)
    {
        var json = PodJson("p", "2", "400", spec);
        json["spec"]!["containers"]!.AsArray().Add(System.Text.Json.Nodes.JsonNode.Parse("""{"name":"d","image":"d","resources":{"limits":{"cpu":"7"},"requests":{"cpu":1.1,"memory":"500"}}}"""));
        var pod = PodInfo.Project(Stored(json));
        Assert.Equal((cpu, memory), (pod.Requests.MilliCpu, pod.Requests.Memory));
    }

    [Fact]
    public void A_container_without_requests_counts_for_something_when_nodes_are_compared()
    {
        var pod = Pod("p", cpu: "2");
        Assert.Equal((2000, 0), (pod.Requests.MilliCpu, pod.Requests.Memory));
        Assert.Equal((2000, 200L << 20), (pod.NonZeroMilliCpu, pod.NonZeroMemory));
    }

    [Fact]
    public void A_request_of_nothing_counts_as_nothing()
    {
        var pod = Pod("p", cpu: "0", memory: "0");
        Assert.Equal((0, 0), (pod.NonZeroMilliCpu, pod.NonZeroMemory));
    }

    // 2 CPU were given. "r" is a refusal.
    [Theory]
    [InlineData("2", "2", "2", "", 2000)]
    [InlineData("1", "2", "2", "", 2000)]
    [InlineData("3", "2", "2", "", 3000)]
    [InlineData("1", "1", "2", "", 2000)]
    [InlineData("1", "1", "1", "", 1000)]
    [InlineData("3", "2", "2", "r", 2000)]
    [InlineData("1", "2", "2", "r", 2000)]
    [InlineData("3", "2", null, "r", 2000)]
    [InlineData("3", null, null, "", 3000)]
    public void Until_it_is_resized_a_pod_counts_for_what_it_has(string asked, string? allocated, string? inForce, string refusal, long counted)
    {
        var given = (allocated is null ? "" : $$$""" ,"allocatedResources":{"cpu":"{{{allocated}}}"} """) + (inForce is null ? "" : $$$""" ,"resources":{"requests":{"cpu":"{{{inForce}}}"}} """);
        var status = $$$"""
            "containerStatuses":[{"name":"c"{{{given}}}}],
            "conditions":[{"type":"PodResizePending","status":"True","reason":"{{{(refusal.Length > 0 ? "Infeasible" : "Deferred")}}}"}]
            """;
        var pod = Pod("p", cpu: asked, spec: """ "nodeName":"n","initContainers":[{"name":"i"}],"overhead":{"cpu":"100m"} """, status: status, metadata: """ "generation":2 """);
        Assert.Equal((counted + 100, counted + 100), (pod.Requests.MilliCpu, pod.NonZeroMilliCpu));
    }

    [Fact]
    public void Everything_that_scheduling_needs_is_read()
    {
        var pod = Pod("p", spec: """
            "nodeName":"n","schedulerName":"mine","priority":7,"preemptionPolicy":"Never","schedulingGates":[{"name":"g"}],"nodeSelector":{"a":"b"},
            "tolerations":[{"key":"k","operator":"Exists","effect":"NoExecute","tolerationSeconds":3}]
            """, status: """ "conditions":[{"type":"Ready","status":"True"},{"message":"m","reason":"r","lastTransitionTime":"t","status":"False","type":"PodScheduled"},{"type":"Other"}],"phase":"Failed" """,
            container: """ "ports":[{"containerPort":1,"hostPort":80},{"containerPort":2}] """);
        Assert.Equal(("n", "mine", 7, true, true), (pod.NodeName, pod.SchedulerName, pod.Priority, pod.NeverPreempts, pod.IsTerminal));
        Assert.Equal(["g"], pod.SchedulingGates);
        Assert.Equal(["web:1"], pod.Images);
        Assert.Equal("b", pod.NodeAffinity.Selector["a"]);
        Assert.Equal(new Toleration("k", true, "", TaintEffect.NoExecute), Assert.Single(pod.Tolerations));
        Assert.Equal(new HostPort("0.0.0.0", "TCP", 80), Assert.Single(pod.HostPorts));
        Assert.Equal(new ScheduledCondition("False", "r", "m", "t"), pod.Scheduled);
    }

    [Fact]
    public void Absent_fields_have_their_defaults()
    {
        var pod = PodInfo.Project(Stored(System.Text.Json.Nodes.JsonNode.Parse("""{"metadata":{"name":"p","namespace":"x"},"spec":null}""")!));
        Assert.Equal(("", "default-scheduler", 0, false), (pod.NodeName, pod.SchedulerName, pod.Priority, pod.IsTerminal));
        Assert.Same(NodeAffinityRules.None, pod.NodeAffinity);
        Assert.True(pod.Requests.IsNone);
    }
}
