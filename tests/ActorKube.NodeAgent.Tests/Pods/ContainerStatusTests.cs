using System.Text.Json.Nodes;
using ActorKube.NodeAgent.Pods;
using ActorKube.NodeAgent.Pods.Status;
using ActorKube.NodeAgent.Tests.Support;

namespace ActorKube.NodeAgent.Tests.Pods;

public sealed class ContainerStatusTests
{
    [Fact]
    public async Task A_containers_status_repeats_resources_and_mounts_of_the_spec_and_is_recognised_when_read_back()
    {
        await using var agent = new AgentFixture();
        agent.Start();
        agent.Cluster.Put("pods", TestPods.Pod("web", change: pod =>
        {
            pod["metadata"]!["generation"] = 4;
            pod["spec"]!["volumes"] = JsonNode.Parse("""[{"name":"e","emptyDir":{}}]""");
            var container = pod["spec"]!["containers"]![0]!;
            container["resources"] = JsonNode.Parse("""{"limits":{"memory":"64Mi","cpu":"1"},"requests":{"cpu":"250m","memory":"64Mi"}}""");
            container["volumeMounts"] = JsonNode.Parse("""[{"name":"e","mountPath":"/e"},{"name":"e","mountPath":"/r","readOnly":true}]""");
        }));
        await agent.UntilPhase("web", "Running");
        var pod = agent.Pod("web")!;
        var status = pod["status"]!["containerStatuses"]![0]!;
        Assert.Equal("""{"limits":{"cpu":"1","memory":"64Mi"},"requests":{"cpu":"250m","memory":"64Mi"}}""", status["resources"]!.ToJsonString());
        Assert.Equal("""{"cpu":"250m","memory":"64Mi"}""", status["allocatedResources"]!.ToJsonString());
        Assert.Equal("""[{"name":"e","mountPath":"/e"},{"name":"e","mountPath":"/r","readOnly":true,"recursiveReadOnly":"Disabled"}]""", status["volumeMounts"]!.ToJsonString());
        Assert.Equal("4", pod["status"]!["observedGeneration"]!.ToJsonString());
        Assert.All(pod["status"]!["conditions"]!.AsArray(), c => Assert.Equal("4", c!["observedGeneration"]!.ToJsonString()));

        await agent.StopAgentAsync();
        agent.Cluster.Writes.Clear();
        agent.Start();
        agent.Cluster.Put("pods", TestPods.Pod("later"));
        await agent.UntilPhase("later", "Running");
        Assert.DoesNotContain(agent.Cluster.Writes, w => w.What.Contains("pods/default/web"));
    }

    [Fact]
    public void Resources_that_nobody_set_are_shown_as_none_and_users_as_the_runtime_tells()
    {
        var pod = Contexts.Pod().Pod;
        pod.Status = new() { StartTime = DateTime.UnixEpoch, ContainerStatuses = [new() { Name = "web", Resources = new(), User = new() { Linux = new() { Uid = 5, Gid = 6, SupplementalGroups = [7, 8] } } }] };
        var read = PodStatusReader.Read(pod)!.Regular[0];
        Assert.Equal((SpecStatus.Empty, UserStatus.Of(5, 6, [7, 8])), (read.Spec, read.User));
        Assert.Equal(SpecStatus.Empty, PodViewReader.Read(pod).Regular[0].Spec);

        var before = new PodStatusView { Phase = "Running", Regular = [read with { User = null }] };
        var patch = JsonNode.Parse(PodStatusPatch.Write("u", before, before with { Regular = [read] })!)!;
        Assert.Equal("""{"linux":{"uid":5,"gid":6,"supplementalGroups":[7,8]}}""", patch["status"]!["containerStatuses"]![0]!["user"]!.ToJsonString());
        Assert.Equal("{}", patch["status"]!["containerStatuses"]![0]!["resources"]!.ToJsonString());
    }

    [Fact]
    public void Containers_for_debugging_are_refused_once_each()
    {
        var scene = Scene.Parse("main:web box=ready web=running");
        var debugger = new ContainerView("debugger", ContainerKind.Ephemeral, "busybox", 0);
        var pod = scene.Pod with { Ephemeral = [debugger] };
        var first = PodDecider.Decide(pod, scene.Seen, scene.Memory, scene.Now);
        Assert.Equal(
            [(true, "Failed", "Error: ephemeral containers are not supported by this node agent", "spec.ephemeralContainers{debugger}")],
            first.Events.Select(e => (e.Warning, e.Reason, e.Message, e.FieldPath)));
        Assert.Empty(PodDecider.Decide(pod, scene.Seen, first.Memory, scene.Now).Events);
        var second = PodDecider.Decide(pod with { Ephemeral = [debugger, debugger with { Name = "another" }] }, scene.Seen, first.Memory, scene.Now);
        Assert.Equal(["another"], second.Events.Select(e => e.Container));
    }

    [Fact]
    public void A_rejected_pod_fails_with_the_reason_and_what_runs_is_stopped()
    {
        var scene = Scene.Parse("main:web box=ready web=running");
        var decision = PodDecider.Decide(scene.Pod with { Rejection = new PodVerdict("SysctlForbidden", "no") }, scene.Seen, scene.Memory, scene.Now);
        Assert.Equal("stop web/30", Scene.Describe(decision));
        Assert.Equal(new PodVerdict("SysctlForbidden", "Pod was rejected: no"), decision.Memory.Verdict);
        Assert.Equal([("SysctlForbidden", "no")], decision.Events.Select(e => (e.Reason, e.Message)));
    }
}
