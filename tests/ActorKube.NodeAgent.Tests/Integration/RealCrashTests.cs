using ActorKube.NodeAgent.Runtimes;
using ActorKube.NodeAgent.Tests.Containers;
using ActorKube.Testing.Containers;

namespace ActorKube.NodeAgent.Tests.Integration;

/// <summary>What happens to pods on a real containerd when something beside them dies.</summary>
[Collection(ContainerdCollection.Name)]
[Trait("needs", "containerd")]
public sealed class RealCrashTests : IAsyncLifetime
{
    private const string Sleeper = """{"terminationGracePeriodSeconds":1,"containers":[{"name":"main","image":"IMAGE","imagePullPolicy":"Never","command":["sleep","1000"]}]}""";

    private ContainerFabric? _fabric;
    private ContainerdNode _node = null!;
    private RealAgent _agent = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        if (ContainerHost.SkipReason is not null)
            return;
        _fabric = await ContainerFabric.CreateAsync();
        _node = await _fabric.StartNodeAsync(5);
        _agent = new RealAgent(_node);
    }

    public async ValueTask DisposeAsync()
    {
        if (_fabric is null)
            return;
        await _agent.DisposeAsync();
        await _fabric.DisposeAsync();
    }

    [Fact]
    public async Task A_runtime_that_dies_makes_the_node_not_ready_and_its_pods_are_not_declared_dead_and_go_on_when_it_is_back()
    {
        ContainerdCollection.SkipWithoutContainerd();
        _agent.Put("kept", Sleeper);
        await _agent.Until(() => _agent.Phase("kept") == "Running" && Ready("status") == "True", "the pod on a ready node");
        var id = _agent.Id("kept");
        _agent.Cluster.Writes.Clear();

        await _node.KillContainerdAsync();
        await _agent.Until(() => Ready("status") == "False", "the node without runtime");
        Assert.Equal("KubeletNotReady", Ready("reason"));
        Assert.StartsWith("container runtime is down", Ready("message"), StringComparison.Ordinal);
        _agent.Put("late", Sleeper);
        await _agent.Until(() => _agent.Events("late", "FailedCreatePodSandBox").Any(), "an attempt without runtime");
        Assert.Equal(("Running", "Pending"), (_agent.Phase("kept"), _agent.Phase("late")));
        Assert.DoesNotContain(_agent.Cluster.Writes, w => w.What == "PATCH pods/default/kept/status");

        await _node.StartContainerdAsync();
        await _agent.Until(() => Ready("status") == "True" && _agent.Phase("late") == "Running", "the node with its runtime");
        Assert.Equal(id, _agent.Id("kept"));
        Assert.Equal("0", _agent.Container("kept")!["restartCount"]!.ToJsonString());
    }

    [Fact]
    public async Task An_agent_that_starts_again_removes_what_was_deleted_meanwhile_and_brings_back_what_died_meanwhile()
    {
        ContainerdCollection.SkipWithoutContainerd();
        foreach (var pod in (string[])["lost", "kept", "dead"])
            _agent.Put(pod, Sleeper);
        await _agent.Until(() => _agent.Phase("lost") == "Running" && _agent.Phase("kept") == "Running" && _agent.Phase("dead") == "Running", "three pods");
        var (kept, dead) = (_agent.Id("kept"), _agent.Id("dead"));
        await _agent.StopAsync();

        _agent.Cluster.Remove("pods", "default", "lost");
        // The agent may have ended between the sandbox of a pod and its files.
        var files = Directory.CreateDirectory(Path.Combine(_agent.Root.Path, "pods", "uid-files", "volumes"));
        await _agent.Runtime.StopContainerAsync(dead!["containerd://".Length..], TimeSpan.Zero, Cancel);
        var removed = _agent.WhenAsync(e => e.Kind == RuntimeEventKind.SandboxRemoved && e.PodUid == "uid-lost");
        _agent.Start();
        await removed;
        await _agent.Until(() => _agent.Id("dead") != dead && _agent.Container("dead")!["state"]!["running"] is not null, "the container that had died");
        await _agent.Until(() => !Directory.Exists(files.Parent!.FullName), "the files nobody owns are gone");

        Assert.Equal(kept, _agent.Id("kept"));
        Assert.Equal("1", _agent.Container("dead")!["restartCount"]!.ToJsonString());
        Assert.Equal("137", _agent.Container("dead")!["lastState"]!["terminated"]!["exitCode"]!.ToJsonString());
    }

    [Fact]
    public async Task An_agent_without_control_plane_keeps_its_pods_running_and_catches_up()
    {
        ContainerdCollection.SkipWithoutContainerd();
        _agent.Put("service", Sleeper);
        _agent.Put("doomed", Sleeper);
        _agent.Put("job", """{"restartPolicy":"Never","containers":[{"name":"main","image":"IMAGE","imagePullPolicy":"Never","command":["sh","-c","trap 'exit 3' TERM; while true; do sleep 0.1; done"]}]}""");
        await _agent.Until(() => _agent.Phase("service") == "Running" && _agent.Phase("doomed") == "Running" && _agent.Phase("job") == "Running", "three pods");
        var service = Bare(_agent.Id("service"));

        _agent.Cluster.IsDown = true;
        var restarted = _agent.WhenAsync(e => e.Kind == RuntimeEventKind.ContainerStarted && e.PodUid == "uid-service" && e.ContainerId != service);
        var ended = _agent.WhenAsync(e => e.Kind == RuntimeEventKind.ContainerExited && e.PodUid == "uid-job");
        await _agent.Runtime.StopContainerAsync(service, TimeSpan.Zero, Cancel);
        await _agent.Runtime.StopContainerAsync(Bare(_agent.Id("job")), TimeSpan.FromSeconds(10), Cancel);
        await restarted;
        await ended;
        _agent.Cluster.Remove("pods", "default", "doomed");
        var removed = _agent.WhenAsync(e => e.Kind == RuntimeEventKind.SandboxRemoved && e.PodUid == "uid-doomed");
        _agent.Cluster.IsDown = false;

        await removed;
        await _agent.Until(() => _agent.Phase("job") == "Failed" && _agent.Container("service")!["restartCount"]!.ToJsonString() == "1", "what happened meanwhile");
        Assert.Equal("3", _agent.Container("job")!["state"]!["terminated"]!["exitCode"]!.ToJsonString());
        Assert.NotNull(_agent.Container("service")!["state"]!["running"]);
    }

    private static string Bare(string? id) => id!["containerd://".Length..];

    private string? Ready(string field) =>
        (string?)_agent.Cluster.Find("nodes", "", "n1")?["status"]?["conditions"]?.AsArray().SingleOrDefault(c => (string?)c!["type"] == "Ready")?[field];
}
