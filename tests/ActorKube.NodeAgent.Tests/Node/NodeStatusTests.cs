using System.Net.Sockets;
using System.Text.Json.Nodes;
using ActorKube.NodeAgent.Hosting;
using ActorKube.NodeAgent.Network;
using ActorKube.NodeAgent.Runtimes.Simulated;
using ActorKube.NodeAgent.Tests.Support;
using Akka.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace ActorKube.NodeAgent.Tests.Node;

public sealed class NodeStatusTests
{
    [Fact]
    public async Task A_node_registers_itself_and_is_ready()
    {
        await using var agent = new AgentFixture(TestPods.Settings() with { Labels = TestPods.Settings().Labels.Add("zone", "a"), Cpu = 8, MemoryBytes = 1L << 34 });
        agent.Start();
        await agent.Until(() => Ready(agent) == "True", "the node");
        var node = agent.Cluster.Find("nodes", "", "n1")!;
        Assert.Equal(("n1", "linux", "a"), ((string?)node["metadata"]!["labels"]!["kubernetes.io/hostname"], (string?)node["metadata"]!["labels"]!["kubernetes.io/os"], (string?)node["metadata"]!["labels"]!["zone"]));
        Assert.Equal(("8", "16777216Ki", "110"), ((string?)node["status"]!["capacity"]!["cpu"], (string?)node["status"]!["capacity"]!["memory"], (string?)node["status"]!["capacity"]!["pods"]));
        Assert.Equal("simulated://1.0.0", (string?)node["status"]!["nodeInfo"]!["containerRuntimeVersion"]);
        Assert.Equal("InternalIP", (string?)node["status"]!["addresses"]![0]!["type"]);
        await agent.Until(() => agent.Cluster.Find("leases", "kube-node-lease", "n1") is not null, "the lease");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("""{"apiVersion":"storage.k8s.io/v1","kind":"CSINode","metadata":{"name":"n1","ownerReferences":[{"apiVersion":"v1","kind":"Node","name":"n1","uid":"former"}]},"spec":{"drivers":[{"name":"d","nodeID":"x"}]}}""")]
    public async Task A_node_says_which_drivers_it_has_left_to_others(string? before)
    {
        await using var agent = new AgentFixture(TestPods.Settings());
        if (before is not null)
            agent.Cluster.Put("csinodes", (JsonObject)JsonNode.Parse(before)!);
        agent.Start();
        await agent.Until(() => Migrated(agent).Length > 0, "the drivers");
        Assert.Contains("kubernetes.io/gce-pd,kubernetes.io/portworx-volume", Migrated(agent), StringComparison.Ordinal);
        var item = agent.Cluster.Find("csinodes", "", "n1")!;
        Assert.Equal((string?)agent.Cluster.Find("nodes", "", "n1")!["metadata"]!["uid"], (string?)Assert.Single(item["metadata"]!["ownerReferences"]!.AsArray())!["uid"]);
        Assert.Equal(before is null ? 0 : 1, item["spec"]!["drivers"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_node_that_waits_for_a_cloud_is_tainted_tells_its_addresses_once_and_leaves_them_to_the_cloud()
    {
        await using var agent = new AgentFixture(TestPods.Settings() with { WaitsForCloud = true });
        agent.Start();
        await agent.Until(() => Ready(agent) == "True", "the node");
        var node = agent.Cluster.Find("nodes", "", "n1")!;
        Assert.Equal("node.cloudprovider.kubernetes.io/uninitialized true NoSchedule", string.Join(' ', node["spec"]!["taints"]![0]!.AsObject().Select(f => (string?)f.Value)));
        Assert.Equal((string?)node["status"]!["addresses"]![0]!["address"], (string?)node["metadata"]!["annotations"]!["alpha.kubernetes.io/provided-node-ip"]);
        node["status"]!["addresses"] = new JsonArray(new JsonObject { ["type"] = "ExternalIP", ["address"] = "192.0.2.1" });
        node["spec"] = new JsonObject();
        agent.Cluster.Put("nodes", node);
        agent.Runtime.IsAvailable = false;
        await agent.AdvanceUntil(() => Ready(agent) == "False", "the next status");
        node = agent.Cluster.Find("nodes", "", "n1")!;
        Assert.Equal("192.0.2.1", (string?)Assert.Single(node["status"]!["addresses"]!.AsArray())!["address"]);
        Assert.Null(node["spec"]!["taints"]);
    }

    [Fact]
    public async Task Addresses_that_a_cloud_chooses_while_the_agent_tells_its_own_stay()
    {
        await using var agent = new AgentFixture(TestPods.Settings() with { WaitsForCloud = true });
        agent.Cluster.Put("nodes", (JsonObject)JsonNode.Parse("""{"apiVersion":"v1","kind":"Node","metadata":{"name":"n1"},"spec":{}}""")!);
        agent.Cluster.Changed += (_, change) =>
        {
            // Between the agent's look at the node and its first status: the agent itself waits for this. Its events are written by others at the same time, which may be late.
            if (change.What != "PATCH nodes/n1")
                return;
            var node = agent.Cluster.Find("nodes", "", "n1")!;
            node["status"] = new JsonObject { ["addresses"] = new JsonArray(new JsonObject { ["type"] = "ExternalIP", ["address"] = "192.0.2.1" }) };
            agent.Cluster.Put("nodes", node);
        };
        agent.Start();
        await agent.AdvanceUntil(() => Ready(agent) == "True", "the node");
        Assert.Equal("192.0.2.1", (string?)Assert.Single(agent.Cluster.Find("nodes", "", "n1")!["status"]!["addresses"]!.AsArray())!["address"]);
    }

    [Fact]
    public async Task The_pod_ranges_of_the_node_object_make_the_network_ready()
    {
        await using var agent = new AgentFixture(podCidrs: []);
        agent.Start();
        await agent.Until(() => Ready(agent) == "False", "the node without a network");
        Assert.Contains("container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady", Condition(agent, "message"));
        agent.Cluster.Put("nodes", Ranged(agent.Cluster.Find("nodes", "", "n1")!));
        await agent.AdvanceUntil(() => Ready(agent) == "True", "the node with a network");
        agent.Cluster.Put("pods", TestPods.Pod("web"));
        await agent.UntilPhase("web", "Running");
        Assert.StartsWith("10.244.9.", (string?)agent.Pod("web")!["status"]!["podIP"]);
    }

    [Fact]
    public async Task A_node_that_has_its_pod_ranges_from_before_runs_its_pods_at_once_and_was_never_unready()
    {
        await using var agent = new AgentFixture(podCidrs: []);
        agent.Cluster.Put("nodes", Ranged(new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Node", ["metadata"] = new JsonObject { ["name"] = "n1" } }));
        agent.Cluster.Put("pods", TestPods.Pod("web"));
        agent.Start();
        await agent.UntilPhase("web", "Running");
        await agent.Until(() => Ready(agent) == "True", "the node");
        Assert.DoesNotContain(agent.Cluster.Writes, w => w.What.StartsWith("PATCH", StringComparison.Ordinal) && w.Body?.ToJsonString().Contains("KubeletNotReady", StringComparison.Ordinal) == true);
        Assert.DoesNotContain(Reasons(agent), r => r is "FailedCreatePodSandBox" or "NetworkNotReady");
    }

    [Fact]
    public async Task Pods_that_wait_for_a_network_longer_say_so_in_upstreams_words_and_those_of_the_hosts_network_do_not_wait()
    {
        await using var agent = new AgentFixture(podCidrs: []);
        agent.Cluster.Put("pods", TestPods.Pod("web"));
        var host = TestPods.Pod("host");
        host["spec"]!["hostNetwork"] = true;
        agent.Cluster.Put("pods", host);
        agent.Start();
        await agent.UntilPhase("host", "Running");
        await agent.Until(() => Ready(agent) == "False", "the node without a network");
        await agent.AdvanceUntil(() => Reasons(agent).Contains("NetworkNotReady"), "the event");
        Assert.Contains(agent.Cluster.Writes, w => (string?)w.Body?["message"] ==
            "network is not ready: container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:The node has no pod range yet.");
        agent.Cluster.Put("nodes", Ranged(agent.Cluster.Find("nodes", "", "n1")!));
        await agent.AdvanceUntil(() => (string?)agent.Pod("web")?["status"]?["phase"] == "Running", "the pod");
    }

    [Fact]
    public async Task A_runtime_that_does_not_answer_makes_the_node_not_ready()
    {
        await using var agent = new AgentFixture();
        agent.Start();
        await agent.Until(() => Ready(agent) == "True", "the node");
        agent.Runtime.IsAvailable = false;
        await agent.AdvanceUntil(() => Ready(agent) == "False", "the node without runtime");
        Assert.StartsWith("container runtime is down", Condition(agent, "message"));
        agent.Runtime.IsAvailable = true;
        await agent.AdvanceUntil(() => Ready(agent) == "True", "the node with runtime");
    }

    [Fact]
    public async Task The_lease_is_renewed_often_and_the_status_written_seldom()
    {
        await using var agent = new AgentFixture();
        agent.Start();
        await agent.Until(() => agent.Cluster.Find("leases", "kube-node-lease", "n1") is not null, "the lease");
        var start = agent.Time.GetUtcNow();
        await agent.AdvanceUntil(() => agent.Cluster.Writes.Count(w => w.What.StartsWith("PATCH leases", StringComparison.Ordinal)) > 3, "renewals");
        var mostWrites = 1 + (int)((agent.Time.GetUtcNow() - start) / TimeSpan.FromMinutes(5));
        Assert.InRange(agent.Cluster.Writes.Count(w => w.What == "PATCH nodes/n1/status"), 1, mostWrites);
        await agent.AdvanceUntil(() => agent.Cluster.Writes.Count(w => w.What == "PATCH nodes/n1/status") > mostWrites, "the heartbeat");
    }

    [Fact]
    public async Task The_network_is_configured_only_where_nobody_else_does()
    {
        using var root = new TempDirectory();
        var settings = TestPods.Settings(root.Path) with { CniEnabled = true };
        await using var runtime = new SimulatedRuntime(new SimulatedRuntimeOptions { Time = TimeProvider.System, IdSeed = 1 });
        var network = new NodeNetwork(runtime, settings, NullLogger.Instance);
        await network.ApplyAsync(["10.1.2.0/24"], TestContext.Current.CancellationToken);
        var written = JsonNode.Parse(File.ReadAllText(root["cni/10-actorkube.conflist"]))!;
        Assert.Equal("10.1.2.0/24", (string?)written["plugins"]![0]!["ipam"]!["ranges"]![0]![0]!["subnet"]);
        File.WriteAllText(root["cni/05-other.conflist"], "{}");
        await network.ApplyAsync(["10.1.2.0/24"], TestContext.Current.CancellationToken);
        Assert.Equal([root["cni/05-other.conflist"]], Directory.GetFiles(root["cni"]));
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("actorkube.node-agent.max-pods = 5", null)]
    [InlineData("actorkube.node-agent.max-pods = many", "actorkube.node-agent.max-pods has to be a whole number from 0; it is 'many'.")]
    [InlineData("actorkube.node-agent.status.parallel = 16", "actorkube.node-agent.status.parallel has to be a whole number from 1 to 15; it is '16'.")]
    [InlineData("actorkube.node-agent.logs.max-files = 1", "actorkube.node-agent.logs.max-files has to be a whole number from 2; it is '1'.")]
    [InlineData("actorkube.node-agent.events.level = some", "actorkube.node-agent.events.level has to be all or warnings or none; it is 'some'.")]
    [InlineData("actorkube.node-agent.cni.routes.protocol = 300", "actorkube.node-agent.cni.routes.protocol has to be a whole number from 5 to 255; it is '300'.")]
    [InlineData("actorkube.node-agent.cni.enabled = perhaps", "actorkube.node-agent.cni.enabled has to be on or off; it is 'perhaps'.")]
    [InlineData("actorkube.node-agent.cloud-provider = aws", "actorkube.node-agent.cloud-provider has to be none or external; it is 'aws'.")]
    [InlineData("actorkube.node-agent.max-pod = 5", "actorkube.node-agent.max-pod is not a setting.")]
    [InlineData("actorkube.node-agent.capacity.memory = much", "actorkube.node-agent.capacity.memory has to be a size such as 512 MiB, or empty; it is 'much'.")]
    [InlineData("actorkube.node-agent.labels.zone = a", null)]
    [InlineData("actorkube.node-agent.runtime.endpoint = containerd.sock", "actorkube.node-agent.runtime.endpoint has to be unix:///PATH of at most 107 bytes; it is 'containerd.sock'.")]
    [InlineData("actorkube.node-agent.dns.cluster-servers = [ns]", "actorkube.node-agent.dns.cluster-servers has to be a list of IP addresses; it is 'ns'.")]
    [InlineData("actorkube.node-agent.server.bind-address = all", "actorkube.node-agent.server.bind-address has to be an IP address; it is 'all'.")]
    public void Settings_are_checked_by_name(string hocon, string? message)
    {
        var error = Record.Exception(() => NodeAgentConfig.Read(ConfigurationFactory.ParseString(hocon), "n1", ["10.0.0.1"]));
        Assert.Equal(message, error?.Message);
    }

    [Fact]
    public void The_defaults_are_those_of_the_file()
    {
        var settings = NodeAgentConfig.Read(Config.Empty, "n1", ["10.0.0.1"]);
        Assert.Equal((110, 10250, TimeSpan.FromMinutes(5), 10L * 1024 * 1024), (settings.MaxPods, settings.Port, settings.NodeHeartbeat, settings.LogMaxBytes));
        Assert.Null(settings.Cpu);
        Assert.Equal(Socket.OSSupportsIPv6 ? "::" : "0.0.0.0", settings.BindAddress);
    }

    private static JsonObject Ranged(JsonObject node)
    {
        node["spec"] = new JsonObject { ["podCIDR"] = "10.244.9.0/24", ["podCIDRs"] = new JsonArray("10.244.9.0/24") };
        return node;
    }

    private static IEnumerable<string?> Reasons(AgentFixture agent) => agent.Cluster.Writes.Where(w => w.What.Contains("events", StringComparison.Ordinal)).Select(w => (string?)w.Body?["reason"]);

    private static string Migrated(AgentFixture agent) => (string?)agent.Cluster.Find("csinodes", "", "n1")?["metadata"]?["annotations"]?["storage.alpha.kubernetes.io/migrated-plugins"] ?? "";

    private static string? Ready(AgentFixture agent) => Condition(agent, "status");

    private static string? Condition(AgentFixture agent, string field) =>
        (string?)agent.Cluster.Find("nodes", "", "n1")?["status"]?["conditions"]?.AsArray().SingleOrDefault(c => (string?)c!["type"] == "Ready")?[field];
}
