using System.Text.Json.Nodes;
using ActorKube.NodeAgent.Tests.Support;

namespace ActorKube.NodeAgent.Tests.Actors;

public sealed class PodResizeTests
{
    private const string Small = """{"requests":{"cpu":"100m","memory":"64Mi"}}""";
    private const string Large = """{"requests":{"cpu":"200m","memory":"64Mi"}}""";

    [Fact]
    public async Task A_resize_is_told_to_be_infeasible_and_containers_keep_what_they_have_when_they_start_anew_too()
    {
        await using var agent = new AgentFixture();
        agent.Start();
        agent.Cluster.Put("pods", Pod().Scripted("run-for", "5s"));
        await agent.UntilPhase("web", "Running");
        Assert.Null(Pending(agent));

        Resize(agent, Large, 2);
        await agent.Until(() => Pending(agent) is not null, "the condition");
        var condition = Pending(agent)!;
        Assert.Equal(("True", "Infeasible", "In-place resize is not supported by this node agent", 2), Shown(condition));
        await agent.Until(() => Events(agent).Length == 1, "the event");
        Assert.Equal(
            """Pod resize Infeasible: {"containers":[{"name":"web","resources":{"requests":{"cpu":"200m","memory":"64Mi"}}}],"generation":2,"error":"In-place resize is not supported by this node agent"}""",
            Events(agent)[0]);
        Assert.Equal("100m", Given(agent));

        agent.Time.Advance(TimeSpan.FromSeconds(5));
        await agent.Until(() => (int)Status(agent)["restartCount"]! == 1 && Status(agent)["state"]!["running"] is not null, "the restart");
        Assert.Equal("100m", Given(agent));
        Assert.NotNull(Pending(agent));
        Assert.Single(Events(agent));

        Resize(agent, Small, 3);
        await agent.Until(() => Pending(agent) is null, "the end of the condition");
    }

    [Fact]
    public async Task The_next_agent_of_the_node_knows_what_containers_were_given()
    {
        await using var agent = new AgentFixture();
        agent.Start();
        agent.Cluster.Put("pods", Pod());
        await agent.UntilPhase("web", "Running");
        await agent.StopAgentAsync();
        Resize(agent, Large, 2);
        agent.Start();
        await agent.Until(() => Pending(agent) is not null, "the condition");
        Assert.Equal("100m", Given(agent));
    }

    private static JsonObject Pod() => TestPods.Pod("web", change: pod =>
    {
        pod["metadata"]!["generation"] = 1;
        pod["spec"]!["containers"]![0]!["resources"] = JsonNode.Parse(Small);
    });

    private static void Resize(AgentFixture agent, string resources, int generation)
    {
        var pod = agent.Pod("web")!;
        pod["metadata"]!["generation"] = generation;
        pod["spec"]!["containers"]![0]!["resources"] = JsonNode.Parse(resources);
        agent.Cluster.Put("pods", pod);
    }

    private static JsonNode Status(AgentFixture agent) => agent.Pod("web")!["status"]!["containerStatuses"]![0]!;

    private static string? Given(AgentFixture agent)
    {
        var status = Status(agent);
        Assert.Equal((string?)status["resources"]!["requests"]!["cpu"], (string?)status["allocatedResources"]!["cpu"]);
        return (string?)status["resources"]!["requests"]!["cpu"];
    }

    private static JsonNode? Pending(AgentFixture agent) => agent.Pod("web")!["status"]!["conditions"]!.AsArray().SingleOrDefault(c => (string?)c!["type"] == "PodResizePending");

    private static (string?, string?, string?, int) Shown(JsonNode condition) =>
        ((string?)condition["status"], (string?)condition["reason"], (string?)condition["message"], (int)condition["observedGeneration"]!);

    private static string[] Events(AgentFixture agent) =>
        [.. agent.Cluster.All("events").Where(e => (string?)e["reason"] == "ResizeInfeasible").Select(e => (string)e["message"]!)];
}
