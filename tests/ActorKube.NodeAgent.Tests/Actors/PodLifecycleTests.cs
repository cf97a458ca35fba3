using System.Text.Json.Nodes;
using ActorKube.NodeAgent.Tests.Support;

namespace ActorKube.NodeAgent.Tests.Actors;

public sealed class PodLifecycleTests
{
    [Fact]
    public async Task A_pod_that_is_bound_to_the_node_runs_and_says_so()
    {
        await using var agent = new AgentFixture();
        agent.Start();
        agent.Cluster.Put("pods", TestPods.Pod("web"));
        await agent.UntilPhase("web", "Running");
        var status = agent.Pod("web")!["status"]!;
        Assert.Equal("192.168.7.1", (string?)status["hostIP"]);
        Assert.StartsWith("10.244.1.", (string?)status["podIP"]);
        var container = status["containerStatuses"]![0]!;
        Assert.True((bool)container["ready"]!);
        Assert.StartsWith("simulated://", (string?)container["containerID"]);
        Assert.NotNull(container["state"]!["running"]!["startedAt"]);
        Assert.Equal("True", (string?)status["conditions"]!.AsArray().Single(c => (string?)c!["type"] == "Ready")!["status"]);
    }
}
