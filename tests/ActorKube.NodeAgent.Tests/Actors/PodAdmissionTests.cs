using System.Text.Json.Nodes;
using ActorKube.NodeAgent.Tests.Support;

namespace ActorKube.NodeAgent.Tests.Actors;

public sealed class PodAdmissionTests
{
    [Fact]
    public async Task A_pod_that_names_a_node_without_room_for_it_fails_and_the_next_one_runs_when_there_is_room()
    {
        await using var agent = new AgentFixture(TestPods.Settings() with { Cpu = 1 });
        agent.Start();
        agent.Cluster.Put("pods", Pod("first", "700m", "Never").Scripted("run-for", "5s"));
        await agent.UntilPhase("first", "Running");
        agent.Cluster.Put("pods", Pod("refused", "500m"));
        await agent.UntilPhase("refused", "Failed");
        var status = agent.Pod("refused")!["status"]!;
        Assert.Equal(("OutOfcpu", "Pod was rejected: Node didn't have enough resource: cpu, requested: 500, used: 700, capacity: 1000"), ((string?)status["reason"], (string?)status["message"]));
        // As upstream has it: then kubectl shows the reason.
        Assert.Null(status["containerStatuses"]);
        Assert.Equal("PodScheduled", (string?)Assert.Single(status["conditions"]!.AsArray())!["type"]);

        agent.Time.Advance(TimeSpan.FromSeconds(5));
        await agent.UntilPhase("first", "Succeeded");
        await agent.StopAgentAsync();
        agent.Start();
        agent.Cluster.Put("pods", Pod("next", "500m"));
        await agent.UntilPhase("next", "Running");
        Assert.Null(agent.Pod("refused")!["status"]!["containerStatuses"]);
        Assert.Equal("Failed", (string?)agent.Pod("refused")!["status"]!["phase"]);
    }

    [Fact]
    public async Task A_pod_that_is_deleted_leaves_its_room()
    {
        await using var agent = new AgentFixture(TestPods.Settings() with { MaxPods = 1 });
        agent.Start();
        agent.Cluster.Put("pods", Pod("first", "0"));
        await agent.UntilPhase("first", "Running");
        agent.Cluster.DeletePod("default", "first", grace: 0);
        await agent.Until(() => agent.Pod("first") is null, "the pod is gone");
        agent.Cluster.Put("pods", Pod("next", "0"));
        await agent.UntilPhase("next", "Running");
    }

    [Fact]
    public async Task After_a_restart_what_runs_has_its_room_before_anything_new_is_looked_at()
    {
        await using var agent = new AgentFixture(TestPods.Settings() with { Cpu = 1 });
        agent.Start();
        agent.Cluster.Put("pods", Pod("older", "700m"));
        agent.Cluster.Put("pods", Pod("old", "200m"));
        await agent.UntilPhase("older", "Running");
        await agent.UntilPhase("old", "Running");
        await agent.StopAgentAsync();
        // Listed first, and first in the order of names.
        var anew = Pod("anew", "300m");
        anew["metadata"]!["creationTimestamp"] = "2025-12-31T00:00:00Z";
        agent.Cluster.Put("pods", anew);
        agent.Start();
        await agent.UntilPhase("anew", "Failed");
        Assert.Equal("OutOfcpu", (string?)agent.Pod("anew")!["status"]!["reason"]);
        Assert.Equal(["Running", "Running"], new[] { "older", "old" }.Select(name => (string?)agent.Pod(name)!["status"]!["phase"]));
    }

    private static JsonObject Pod(string name, string cpu, string restartPolicy = "Always") =>
        TestPods.Pod(name, restartPolicy, p => p["spec"]!["containers"]![0]!["resources"] = new JsonObject { ["requests"] = new JsonObject { ["cpu"] = cpu } });
}
