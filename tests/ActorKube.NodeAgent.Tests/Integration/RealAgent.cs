using System.Text;
using System.Text.Json.Nodes;
using ActorKube.NodeAgent.Hosting;
using ActorKube.NodeAgent.Runtimes;
using ActorKube.NodeAgent.Runtimes.Cri;
using ActorKube.NodeAgent.Server;
using ActorKube.NodeAgent.Tests.Support;
using ActorKube.Testing.Containers;
using Akka.Actor;
using Microsoft.Extensions.Logging.Abstractions;

namespace ActorKube.NodeAgent.Tests.Integration;

/// <summary>A whole agent on a real containerd, against an API in memory.</summary>
internal sealed class RealAgent : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ContainerdNode _node;
    private readonly ActorSystem _system = ActorSystem.Create("real", "akka { loglevel = OFF, stdout-loglevel = OFF }");
    private NodeAgentHost? _agent;

    public RealAgent(ContainerdNode node)
    {
        _node = node;
        Runtime = new CriRuntime(new CriRuntimeOptions { Endpoint = node.Endpoint, RelistInterval = TimeSpan.FromMilliseconds(200) });
        Cluster.Virtual["token"] = body =>
        {
            body["status"] = new JsonObject { ["token"] = "a.b.c", ["expirationTimestamp"] = "2099-01-01T00:00:00Z" };
            return body;
        };
        Start();
    }

    public FakeCluster Cluster { get; } = new(TimeProvider.System);

    public CriRuntime Runtime { get; }

    public TempDirectory Root { get; } = new();

    /// <summary>Starts an agent; it finds what an earlier one has left.</summary>
    public void Start() => _agent = NodeAgentHost.Start(
        _system,
        TestPods.Settings(Root.Path) with
        {
            NodeIps = [_node.Address],
            CgroupsEnabled = true,
            CgroupRoot = _node.CgroupParent,
            VolumeRefresh = TimeSpan.FromSeconds(1),
            NodeStatusInterval = TimeSpan.FromSeconds(1),
        },
        Cluster, Runtime, TimeProvider.System, NullLoggerFactory.Instance);

    /// <summary>Stops the agent; its pods go on.</summary>
    public async Task StopAsync()
    {
        if (_agent is { } agent)
            await agent.DisposeAsync();
        _agent = null;
    }

    /// <summary>Binds a pod to the node: <paramref name="spec"/> is merged over the usual one, <c>IMAGE</c> in it is busybox.</summary>
    public void Put(string name, string spec)
    {
        var pod = TestPods.Pod(name);
        FakePatch.Apply((JsonObject)pod["spec"]!, (JsonObject)JsonNode.Parse(spec.Replace("IMAGE", OfflineImages.Busybox.Name))!, strategic: false);
        pod["metadata"]!["labels"] = new JsonObject { ["app"] = name };
        pod["status"]!.AsObject().Remove("qosClass");
        Cluster.Put("pods", pod);
    }

    /// <summary>Stores another object of the namespace <c>default</c>.</summary>
    public void Put(string plural, string name, string content, string ns = "default")
    {
        var item = (JsonObject)JsonNode.Parse(content)!;
        item["metadata"] = new JsonObject { ["name"] = name };
        if (ns.Length > 0)
            item["metadata"]!["namespace"] = ns;
        Cluster.Put(plural, item);
    }

    public JsonNode? Status(string pod) => Cluster.Find("pods", "default", pod)?["status"];

    public JsonNode? Container(string pod) => Status(pod)?["containerStatuses"]?[0];

    public string? Phase(string pod) => (string?)Status(pod)?["phase"];

    public string? Id(string pod) => (string?)Container(pod)?["containerID"];

    public string? Waiting(string pod) => (string?)Container(pod)?["state"]?["waiting"]?["reason"];

    /// <summary>Messages of the events about a pod that have a reason.</summary>
    public IEnumerable<string> Events(string pod, string reason) =>
        Cluster.All("events").Where(e => (string?)e["involvedObject"]!["name"] == pod && (string?)e["reason"] == reason).Select(e => (string)e["message"]!);

    /// <summary>What the pod's container has printed.</summary>
    public async Task<string> LogAsync(string pod)
    {
        var container = await Runtime.GetContainerStatusAsync(Id(pod)!["containerd://".Length..], CancellationToken.None);
        using var text = new MemoryStream();
        await new ContainerLogReader(Runtime.LogFiles, TimeProvider.System).CopyAsync(container.LogPath, text, new LogOptions(), CancellationToken.None);
        return Encoding.UTF8.GetString(text.ToArray());
    }

    /// <summary>Completes at the first event of the runtime that fits. What the runtime shows is read before anything that the caller does next.</summary>
    public async Task WhenAsync(Predicate<RuntimeEvent> condition)
    {
        using var patience = new CancellationTokenSource(Patience);
        await foreach (var e in Runtime.WatchAsync(patience.Token))
            if (condition(e))
                return;
    }

    /// <summary>Waits until the cluster satisfies a condition; looks after every write.</summary>
    public async Task Until(Func<bool> condition, string what)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Look(object? sender, EventArgs e)
        {
            if (condition())
                reached.TrySetResult();
        }
        Cluster.Changed += Look;
        try
        {
            Look(null, EventArgs.Empty);
            await reached.Task.WaitAsync(Patience, CancellationToken.None);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"Waited in vain for: {what}. Writes:\n{string.Join('\n', Cluster.Writes.Where(w => !w.What.Contains("nodes/")).Select(w => $"{w.What} {w.Body?.ToJsonString()}"))}");
        }
        finally
        {
            Cluster.Changed -= Look;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_agent is not null)
        {
            foreach (var pod in Cluster.All("pods"))
                Cluster.DeletePod("default", (string)pod["metadata"]!["name"]!, 0);
            await Until(() => Cluster.All("pods").Count == 0, "the end of all pods");
            await StopAsync();
        }
        await _system.Terminate();
        await Runtime.DisposeAsync();
        Root.Dispose();
    }
}
