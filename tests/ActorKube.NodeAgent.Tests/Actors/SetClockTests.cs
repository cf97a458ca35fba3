using System.Text.Json.Nodes;
using ActorKube.NodeAgent.Runtimes;
using ActorKube.NodeAgent.Tests.Support;

namespace ActorKube.NodeAgent.Tests.Actors;

/// <summary>Whoever sets the clock ends no wait of an agent early and prolongs none.</summary>
public sealed class SetClockTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task The_back_off_of_restarts_lasts_as_long_as_it_says(int hours)
    {
        await using var agent = new AgentFixture();
        await BackOffAsync(agent);
        agent.Time.Jump(TimeSpan.FromHours(hours));
        agent.Time.Advance(TimeSpan.FromSeconds(9));
        await NudgeAsync(agent);
        Assert.Equal((1, "CrashLoopBackOff"), (Restarts(agent), (string?)State(agent, "waiting")?["reason"]));
        agent.Time.Advance(TimeSpan.FromSeconds(1));
        await agent.Until(() => Restarts(agent) == 2 && State(agent, "running") is not null, "the restart");
    }

    [Theory]
    [InlineData(1, 60, true)]
    [InlineData(1, 599, true)]
    [InlineData(1, 620, false)]
    [InlineData(-1, 599, true)]
    [InlineData(-1, 620, false)]
    public async Task The_back_off_is_forgotten_after_ten_good_minutes_and_not_by_the_clock(int hours, int goodSeconds, bool backsOff)
    {
        await using var agent = new AgentFixture();
        await BackOffAsync(agent);
        agent.Time.Advance(TimeSpan.FromSeconds(10));
        await agent.Until(() => Restarts(agent) == 2 && State(agent, "running") is not null, "the restart");
        agent.Time.Jump(TimeSpan.FromHours(hours));
        await NudgeAsync(agent);
        agent.Time.Advance(TimeSpan.FromSeconds(goodSeconds));
        await EndAsync(agent);
        if (backsOff)
            await agent.Until(() => (string?)State(agent, "waiting")?["reason"] == "CrashLoopBackOff", "the back-off");
        else
            await agent.Until(() => Restarts(agent) == 3 && State(agent, "running") is not null, "the restart, which is free again");
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(-1, false)]
    [InlineData(1, true)]
    [InlineData(-1, true)]
    public async Task A_pod_ends_at_its_deadline_and_no_sooner(int hours, bool isAdopted)
    {
        await using var agent = new AgentFixture();
        agent.Start();
        agent.Cluster.Put("pods", TestPods.Pod("web", change: p => p["spec"]!["activeDeadlineSeconds"] = 60));
        await agent.UntilPhase("web", "Running");
        agent.Time.Advance(TimeSpan.FromSeconds(20));
        if (isAdopted)
        {
            await agent.StopAgentAsync();
            agent.Start();
        }
        await NudgeAsync(agent);
        agent.Time.Jump(TimeSpan.FromHours(hours));
        agent.Time.Advance(TimeSpan.FromSeconds(39));
        await NudgeAsync(agent);
        Assert.Equal("Running", (string?)agent.Pod("web")!["status"]!["phase"]);
        agent.Time.Advance(TimeSpan.FromSeconds(1));
        await agent.UntilPhase("web", "Failed");
        Assert.Equal("DeadlineExceeded", (string?)agent.Pod("web")!["status"]!["reason"]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task A_sidecar_gets_what_is_left_of_the_grace_of_its_pod(int hours)
    {
        await using var agent = new AgentFixture();
        agent.Start();
        agent.Cluster.Put("pods", TestPods.Pod("web", change: p =>
        {
            var sidecar = TestPods.Container("side");
            sidecar["restartPolicy"] = "Always";
            p["spec"]!["initContainers"] = new JsonArray(sidecar);
        }).Scripted("stop-delay", "24h"));
        await agent.UntilPhase("web", "Running");
        var stopped = agent.Until(() => agent.Cluster.All("events").Any(e => ((string?)e["message"])?.Contains("container web", StringComparison.Ordinal) == true && (string?)e["reason"] == "Killing"), "the stop");
        agent.Cluster.DeletePod("default", "web", grace: 30);
        await stopped;
        var asked = agent.Time.GetTimestamp();
        agent.Time.Jump(TimeSpan.FromHours(hours));
        await agent.AdvanceUntil(() => agent.Pod("web") is null, "the end of the object");
        // The first container takes all of the grace, the sidecar has the shortest one left.
        Assert.InRange(agent.Time.GetElapsedTime(asked), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(30));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task The_lease_is_renewed_at_its_interval_and_shows_the_clock(int hours)
    {
        await using var agent = new AgentFixture();
        agent.Start();
        await agent.Until(() => Renewed(agent) is not null, "the lease");
        agent.Time.Jump(TimeSpan.FromHours(hours));
        var start = agent.Time.GetTimestamp();
        await agent.AdvanceUntil(() => Renewed(agent) is { } at && (at - agent.Time.GetUtcNow()).Duration() < TimeSpan.FromMinutes(30), "the renewal");
        Assert.InRange(agent.Time.GetElapsedTime(start), TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(30));

        static DateTimeOffset? Renewed(AgentFixture agent) =>
            (string?)agent.Cluster.Find("leases", "kube-node-lease", TestPods.Node)?["spec"]?["renewTime"] is { } text ? DateTimeOffset.Parse(text, null) : null;
    }

    /// <summary>A pod whose container has ended twice and waits for ten seconds.</summary>
    private static async Task BackOffAsync(AgentFixture agent)
    {
        agent.Start();
        agent.Cluster.Put("pods", TestPods.Pod("web"));
        await agent.UntilPhase("web", "Running");
        await EndAsync(agent);
        await agent.Until(() => Restarts(agent) == 1 && State(agent, "running") is not null, "the first restart, which is free");
        await EndAsync(agent);
        await agent.Until(() => (string?)State(agent, "waiting")?["reason"] == "CrashLoopBackOff", "the back-off");
    }

    private static async Task EndAsync(AgentFixture agent)
    {
        var running = Assert.Single(await agent.Runtime.ListContainersAsync(new ContainerFilter { State = ContainerState.Running }, TestContext.Current.CancellationToken));
        agent.Runtime.EndContainer(running.Id, 1);
    }

    /// <summary>Makes the agent decide about the pod now, and waits until it has.</summary>
    private static async Task NudgeAsync(AgentFixture agent)
    {
        var pod = agent.Pod("web")!;
        var generation = ((long?)pod["metadata"]!["generation"] ?? 0) + 1;
        pod["metadata"]!["generation"] = generation;
        agent.Cluster.Put("pods", pod);
        await agent.Until(() => (long?)agent.Pod("web")!["status"]!["observedGeneration"] == generation, "the nudge");
    }

    private static JsonNode? State(AgentFixture agent, string state) => agent.Pod("web")!["status"]!["containerStatuses"]![0]!["state"]![state];

    private static int Restarts(AgentFixture agent) => (int)agent.Pod("web")!["status"]!["containerStatuses"]![0]!["restartCount"]!;
}
