using System.Text.Json.Nodes;
using ActorKube.NodeAgent.Runtimes;
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
        Assert.Equal("True", Condition(status, "Ready"));
    }

    [Theory]
    [InlineData("0", "Succeeded", "Completed", "PodCompleted")]
    [InlineData("3", "Failed", "Error", "PodFailed")]
    public async Task A_pod_that_never_restarts_ends_with_its_container(string exitCode, string phase, string reason, string readyReason)
    {
        await using var agent = new AgentFixture();
        agent.Start();
        agent.Cluster.Put("pods", TestPods.Pod("job", "Never").Scripted("run-for", "5s").Scripted("exit-code", exitCode));
        await agent.UntilPhase("job", "Running");
        agent.Time.Advance(TimeSpan.FromSeconds(5));
        await agent.UntilPhase("job", phase);
        var status = agent.Pod("job")!["status"]!;
        var terminated = status["containerStatuses"]![0]!["state"]!["terminated"]!;
        Assert.Equal(reason, (string?)terminated["reason"]);
        Assert.Equal(exitCode, terminated["exitCode"]!.ToJsonString());
        Assert.Equal(readyReason, (string?)status["conditions"]!.AsArray().Single(c => (string?)c!["type"] == "Ready")!["reason"]);
        Assert.NotNull(status["podIP"]);
    }

    [Fact]
    public async Task A_pod_says_that_its_container_took_too_much_memory_even_if_the_runtime_knows_it_late()
    {
        await using var agent = new AgentFixture();
        agent.Start();
        agent.Cluster.Put("pods", TestPods.Pod("big", "Never"));
        await agent.UntilPhase("big", "Running");
        var id = Assert.Single(await agent.Runtime.ListContainersAsync(ContainerFilter.All, TestContext.Current.CancellationToken)).Id;
        agent.Runtime.EndContainer(id, 137);
        await agent.UntilPhase("big", "Failed");
        Assert.Equal("Error", Reason());
        agent.Runtime.ExplainEnd(id, "OOMKilled");
        await agent.AdvanceUntil(() => Reason() == "OOMKilled", "the reason");

        string? Reason() => (string?)agent.Pod("big")!["status"]!["containerStatuses"]![0]!["state"]!["terminated"]!["reason"];
    }

    [Fact]
    public async Task A_container_that_ends_again_and_again_is_backed_off()
    {
        await using var agent = new AgentFixture();
        agent.Start();
        agent.Cluster.Put("pods", TestPods.Pod("bad").Scripted("run-for", "1s").Scripted("exit-code", "1"));
        await agent.UntilPhase("bad", "Running");
        agent.Time.Advance(TimeSpan.FromSeconds(1));
        await agent.Until(() => Restarts(agent) == 1 && State(agent, "running") is not null, "the first restart, which is free");
        agent.Time.Advance(TimeSpan.FromSeconds(1));
        await agent.Until(() => (string?)State(agent, "waiting")?["reason"] == "CrashLoopBackOff", "the back-off");
        Assert.Equal("back-off 10s restarting failed container=web pod=bad_default(uid-bad)", (string?)State(agent, "waiting")!["message"]);
        Assert.Equal("1", agent.Pod("bad")!["status"]!["containerStatuses"]![0]!["lastState"]!["terminated"]!["exitCode"]!.ToJsonString());
        Assert.Equal("Running", (string?)agent.Pod("bad")!["status"]!["phase"]);
        agent.Time.Advance(TimeSpan.FromSeconds(10));
        await agent.Until(() => Restarts(agent) == 2, "the second restart");
        await agent.Until(() => agent.Cluster.All("events").Any(e => (string?)e["reason"] == "BackOff"), "the event");

        static JsonNode? State(AgentFixture agent, string state) => agent.Pod("bad")!["status"]!["containerStatuses"]![0]!["state"]![state];
        static int Restarts(AgentFixture agent) => (int)agent.Pod("bad")!["status"]!["containerStatuses"]![0]!["restartCount"]!;
    }

    [Fact]
    public async Task A_deleted_pod_is_stopped_with_its_grace_and_then_its_object_goes()
    {
        await using var agent = new AgentFixture();
        agent.Start();
        agent.Cluster.Put("pods", TestPods.Pod("web").Scripted("stop-delay", "1h"));
        await agent.UntilPhase("web", "Running");
        agent.Cluster.DeletePod("default", "web", grace: 20);
        await agent.Until(() => agent.Cluster.All("events").Any(e => (string?)e["reason"] == "Killing"), "the stop");
        Assert.NotNull(agent.Pod("web"));
        // The event comes before the runtime is asked: how many seconds must pass after it is not known, that they are no fewer is.
        var asked = agent.Time.GetUtcNow();
        await agent.AdvanceUntil(() => agent.Pod("web") is null, "the end of the object");
        Assert.True(agent.Time.GetUtcNow() - asked >= TimeSpan.FromSeconds(20));
        Assert.Empty(await agent.Runtime.ListSandboxesAsync(SandboxFilter.All, TestContext.Current.CancellationToken));
        Assert.Contains(agent.Cluster.Writes, w => w.What == "PATCH pods/default/web/status" && (string?)w.Body!["status"]!["phase"] == "Failed");
        Assert.Contains(agent.Cluster.Writes, w => w.What == "DELETE pods/default/web?grace=0");
    }

    [Fact]
    public async Task A_pod_whose_time_is_up_is_not_ready_at_once_and_has_failed_when_its_containers_have_ended()
    {
        await using var agent = new AgentFixture();
        agent.Start();
        agent.Cluster.Put("pods", TestPods.Pod("web", change: pod => pod["spec"]!["activeDeadlineSeconds"] = 60).Scripted("stop-delay", "1h"));
        await agent.Until(() => Ready() == "True", "ready");
        agent.Time.Advance(TimeSpan.FromSeconds(60));
        await agent.Until(() => Ready() == "False", "not ready");
        Assert.Equal(("Running", null), ((string?)agent.Pod("web")!["status"]!["phase"], (string?)agent.Pod("web")!["status"]!["reason"]));
        await agent.AdvanceUntil(() => (string?)agent.Pod("web")!["status"]!["phase"] == "Failed", "the end");
        Assert.Equal("DeadlineExceeded", (string?)agent.Pod("web")!["status"]!["reason"]);
        Assert.NotNull(agent.Pod("web")!["status"]!["containerStatuses"]![0]!["state"]!["terminated"]);
        Assert.Equal(1, agent.Cluster.Writes.Count(w => (string?)w.Body?["status"]?["phase"] == "Failed"));

        string? Ready() => agent.Pod("web")?["status"] is { } status ? Condition(status, "Ready") : null;
    }

    [Theory]
    [InlineData("busybox:1", "Never", "ErrImageNeverPull", "Container image \"busybox:1\" is not present with pull policy of Never", "Error: ErrImageNeverPull")]
    [InlineData("Busybox:1", "Always", "InspectFailed", "Failed to apply default image tag \"Busybox:1\": couldn't parse image name \"Busybox:1\": invalid reference format: repository name (library/Busybox) must be lowercase", "Error: InvalidImageName")]
    public async Task What_is_wrong_with_an_image_is_told_in_upstreams_words(string image, string policy, string reason, string message, string failed)
    {
        await using var agent = new AgentFixture();
        agent.Start();
        agent.Cluster.Put("pods", TestPods.Pod("web", change: pod =>
        {
            pod["spec"]!["containers"]![0]!["image"] = image;
            pod["spec"]!["containers"]![0]!["imagePullPolicy"] = policy;
        }));
        await agent.Until(() => Events().Any(e => e.Reason == "Failed"), "the events");
        Assert.Contains((reason, message), Events());
        Assert.Contains(("Failed", failed), Events());

        IEnumerable<(string? Reason, string? Message)> Events() => agent.Cluster.All("events").Select(e => ((string?)e["reason"], (string?)e["message"]));
    }

    [Fact]
    public async Task A_start_is_told_in_upstreams_words()
    {
        await using var agent = new AgentFixture();
        agent.Start();
        agent.Cluster.Put("pods", TestPods.Pod("web"));
        await agent.Until(() => Events().Any(e => e.Reason == "Started"), "the events");
        Assert.Contains(("Created", "Container created"), Events());
        Assert.Contains(("Started", "Container started"), Events());
        agent.Cluster.Put("pods", TestPods.Pod("again"));
        await agent.Until(() => Events().Any(e => e.Message == "Container image \"busybox:1\" already present on machine and can be accessed by the pod"), "the image");

        IEnumerable<(string? Reason, string? Message)> Events() => agent.Cluster.All("events").Select(e => ((string?)e["reason"], (string?)e["message"]));
    }

    [Fact]
    public async Task A_second_deletion_with_less_grace_shortens_the_first()
    {
        await using var agent = new AgentFixture();
        agent.Start();
        agent.Cluster.Put("pods", TestPods.Pod("web").Scripted("stop-delay", "1000h"));
        await agent.UntilPhase("web", "Running");
        agent.Cluster.DeletePod("default", "web", grace: 1_000_000);
        await agent.Until(() => Kills(agent) == 1, "the first stop");
        agent.Cluster.DeletePod("default", "web", grace: 5);
        await agent.Until(() => Kills(agent) == 2, "the second stop");
        var asked = agent.Time.GetUtcNow();
        await agent.AdvanceUntil(() => agent.Pod("web") is null, "the end of the object");
        Assert.InRange((agent.Time.GetUtcNow() - asked).TotalSeconds, 5, 999_999);

        static int Kills(AgentFixture agent) => agent.Cluster.All("events").Where(e => (string?)e["reason"] == "Killing").Sum(e => (int)e["count"]!);
    }

    [Fact]
    public async Task A_pod_that_vanishes_from_the_api_is_taken_down()
    {
        await using var agent = new AgentFixture();
        agent.Start();
        agent.Cluster.Put("pods", TestPods.Pod("web"));
        await agent.UntilPhase("web", "Running");
        var gone = WhenGone(agent);
        agent.Cluster.Remove("pods", "default", "web");
        await gone;
    }

    [Fact]
    public async Task Pods_outlive_the_control_plane_and_their_newest_status_arrives_later()
    {
        await using var agent = new AgentFixture();
        agent.Start();
        agent.Cluster.Put("pods", TestPods.Pod("job", "Never").Scripted("run-for", "30s"));
        await agent.UntilPhase("job", "Running");
        agent.Cluster.IsDown = true;
        var ended = WhenExited(agent);
        agent.Time.Advance(TimeSpan.FromSeconds(30));
        await ended;
        agent.Cluster.IsDown = false;
        agent.Cluster.Put("pods", TestPods.Pod("late"));
        await agent.AdvanceUntil(() => (string?)agent.Pod("job")!["status"]!["phase"] == "Succeeded", "the status from the time without control plane");
        await agent.AdvanceUntil(() => (string?)agent.Pod("late")!["status"]!["phase"] == "Running", "the pod that came meanwhile");
    }

    [Fact]
    public async Task A_restarted_agent_adopts_what_runs_and_removes_what_nobody_wants()
    {
        await using var agent = new AgentFixture();
        agent.Start();
        agent.Cluster.Put("pods", TestPods.Pod("kept"));
        agent.Cluster.Put("pods", TestPods.Pod("lost"));
        await agent.UntilPhase("kept", "Running");
        await agent.UntilPhase("lost", "Running");
        var before = (string?)agent.Pod("kept")!["status"]!["containerStatuses"]![0]!["containerID"];
        await agent.StopAgentAsync();
        agent.Cluster.Remove("pods", "default", "lost");
        agent.Cluster.Writes.Clear();
        var gone = WhenGone(agent);
        agent.Start();
        await gone;
        agent.Cluster.Put("pods", TestPods.Pod("new"));
        await agent.UntilPhase("new", "Running");
        Assert.Equal(before, (string?)agent.Pod("kept")!["status"]!["containerStatuses"]![0]!["containerID"]);
        Assert.DoesNotContain(agent.Cluster.Writes, w => w.What.Contains("pods/default/kept"));
        Assert.Equal(2, (await agent.Runtime.ListSandboxesAsync(SandboxFilter.All, TestContext.Current.CancellationToken)).Count);
    }

    [Fact]
    public async Task A_missing_image_is_shown_and_pulled_again_later()
    {
        await using var agent = new AgentFixture();
        agent.Start();
        agent.Cluster.Put("pods", TestPods.Pod("web").Scripted("pull-error", "no such thing"));
        await agent.Until(() => Reason(agent) == "ErrImagePull", "the error");
        agent.Time.Advance(TimeSpan.FromSeconds(2));
        await agent.Until(() => Reason(agent) == "ImagePullBackOff", "the back-off");
        Assert.Equal("Pending", (string?)agent.Pod("web")!["status"]!["phase"]);
        var pulls = Pulls(agent);
        agent.Time.Advance(TimeSpan.FromSeconds(8));
        await agent.Until(() => Pulls(agent) > pulls, "the next pull");

        static string? Reason(AgentFixture agent) => (string?)agent.Pod("web")?["status"]?["containerStatuses"]?[0]?["state"]?["waiting"]?["reason"];
        static int Pulls(AgentFixture agent) => agent.Cluster.All("events").Where(e => (string?)e["reason"] == "Pulling").Sum(e => (int)e["count"]!);
    }

    [Fact]
    public async Task A_status_that_somebody_else_overwrote_is_put_right()
    {
        await using var agent = new AgentFixture();
        agent.Start();
        agent.Cluster.Put("pods", TestPods.Pod("web"));
        await agent.Until(() => Ready(agent) == "True", "ready");
        var pod = agent.Pod("web")!;
        pod["status"]!["conditions"]!.AsArray().Single(c => (string?)c!["type"] == "Ready")!["status"] = "False";
        agent.Cluster.Put("pods", pod);
        await agent.Until(() => Ready(agent) == "True", "ready again");

        static string? Ready(AgentFixture agent) => agent.Pod("web")?["status"] is { } status ? Condition(status, "Ready") : null;
    }

    private static string? Condition(JsonNode status, string type) =>
        (string?)status["conditions"]?.AsArray().SingleOrDefault(c => (string?)c!["type"] == type)?["status"];

    private static Task WhenGone(AgentFixture agent) => When(agent, e => e.Kind == RuntimeEventKind.SandboxRemoved);

    private static Task WhenExited(AgentFixture agent) => When(agent, e => e.Kind == RuntimeEventKind.ContainerExited);

    // Armed when it returns: the stream's first events are read before anything else happens.
    private static async Task When(AgentFixture agent, Predicate<RuntimeEvent> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await foreach (var e in agent.Runtime.WatchAsync(patience.Token))
            if (condition(e))
                return;
    }
}
