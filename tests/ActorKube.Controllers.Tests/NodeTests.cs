using System.Text.Json.Nodes;
using ActorKube.Controllers.Hosting;
using ActorKube.Controllers.Nodes;
using ActorKube.Controllers.Tests.Harness;
using ActorKube.Machinery.Objects;
using static ActorKube.Machinery.Client.WellKnownResources;
using R = ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Controllers.Tests;

public class NodeTests
{
    private static readonly ControllersOptions Options = ControllersOptions.From(Akka.Configuration.Config.Empty);

    private readonly ControllerHarness _h = new();

    private void AddNode(string name, string ready = "True", string zone = "z")
    {
        _h.Cluster.Create(R.Nodes, $$$"""{"apiVersion":"v1","kind":"Node","metadata":{"name":"{{{name}}}","labels":{"topology.kubernetes.io/zone":"{{{zone}}}"}},"status":{"conditions":[{"type":"Ready","status":"{{{ready}}}","lastHeartbeatTime":"2030-01-01T00:00:00Z","lastTransitionTime":"2030-01-01T00:00:00Z"}]}}""");
        _h.Cluster.Create(Leases, $$$"""{"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"namespace":"kube-node-lease","name":"{{{name}}}"},"spec":{}}""");
    }

    private void Renew(params string[] nodes)
    {
        foreach (var node in nodes)
            _h.Cluster.Change(Leases, "kube-node-lease", node, l => l.Child("spec")["renewTime"] = JsonWriting.Time(_h.Time.GetUtcNow()));
    }

    private void Live(TimeSpan span, params string[] renewing)
    {
        for (var passed = TimeSpan.Zero; passed < span; passed += TimeSpan.FromSeconds(10))
        {
            Renew(renewing);
            _h.Advance(TimeSpan.FromSeconds(10));
        }
    }

    private string[] Taints(string node) => [.. _h.Cluster.Json(R.Nodes, "", node).Items("spec", "taints").Select(t => $"{t.Text("key")}:{t.Text("effect")}").Order()];

    private string Ready(string node) => _h.Cluster.Json(R.Nodes, "", node).Items("status", "conditions").Single(c => c.Text("type") == "Ready").Text("status");

    private void AddPod(string name, string node, string extra = "") =>
        _h.Cluster.Create(Pods, $$$"""{"apiVersion":"v1","kind":"Pod","metadata":{"namespace":"default","name":"{{{name}}}"},"spec":{"nodeName":"{{{node}}}"{{{extra}}}},"status":{"phase":"Running","conditions":[{"type":"Ready","status":"True"}]}}""");

    [Fact]
    public void A_node_that_comes_or_goes_is_told_about_once()
    {
        _h.Run(new NodeLifecycle(Options.NodeLifecycle));
        AddNode("n1");
        Live(TimeSpan.FromSeconds(100));
        _h.Cluster.Vanish(R.Nodes, "", "n1");
        _h.Advance(TimeSpan.FromSeconds(100));
        Assert.Equal(
            ["RegisteredNode: Node n1 event: Registered Node n1 in Controller", "RemovingNode: Node n1 event: Removing Node n1 from Controller"],
            _h.Events.Where(static e => e.Reason is "RegisteredNode" or "RemovingNode").Select(static e => $"{e.Reason}: {e.Message}"));
        AddNodeAgain();
        Assert.Equal(2, _h.Events.Count(static e => e.Reason == "RegisteredNode"));

        void AddNodeAgain()
        {
            _h.Cluster.Create(R.Nodes, """{"apiVersion":"v1","kind":"Node","metadata":{"name":"n1"}}""");
            _h.Settle();
        }
    }

    [Fact]
    public void A_silent_node_turns_unknown_is_tainted_and_its_pods_are_no_longer_ready()
    {
        _h.Run(new NodeLifecycle(Options.NodeLifecycle));
        AddNode("n1");
        AddNode("n2");
        AddPod("p", "n1");
        Live(TimeSpan.FromSeconds(40), "n1", "n2");
        Assert.Equal("True", Ready("n1"));
        Live(TimeSpan.FromSeconds(70), "n2");
        Assert.Equal(("Unknown", "True"), (Ready("n1"), Ready("n2")));
        Assert.Equal(["node.kubernetes.io/unreachable:NoExecute", "node.kubernetes.io/unreachable:NoSchedule"], Taints("n1"));
        Assert.Empty(Taints("n2"));
        Assert.False(PodView.Project(_h.Cluster.Find(Pods, "default", "p")!).Ready);
        Assert.Contains(_h.Events, e => e.Reason == "NodeNotReady" && e.Message == "Node n1 status is now: NodeNotReady");
        var unknown = _h.Cluster.Json(R.Nodes, "", "n1").Items("status", "conditions").ToDictionary(c => c.Text("type"), c => c.Text("reason"));
        Assert.Equal(("NodeStatusUnknown", "NodeStatusNeverUpdated"), (unknown["Ready"], unknown["MemoryPressure"]));
    }

    [Fact]
    public void What_a_silent_node_never_said_is_dated_from_its_creation_and_what_it_did_not_know_stays_as_it_is()
    {
        _h.Run(new NodeLifecycle(Options.NodeLifecycle));
        AddNode("n1");
        _h.Cluster.Change(R.Nodes, "", "n1", n =>
        {
            n.Child("metadata")["creationTimestamp"] = "2029-12-31T00:00:00Z";
            n.Child("status")["conditions"]!.AsArray().Add(JsonNode.Parse("""{"type":"DiskPressure","status":"Unknown","reason":"Own","message":"who knows","lastTransitionTime":"2030-01-01T00:00:00Z"}"""));
        });
        Live(TimeSpan.FromSeconds(70));
        var conditions = _h.Cluster.Json(R.Nodes, "", "n1").Items("status", "conditions").ToDictionary(c => c.Text("type"));
        Assert.Equal("2029-12-31T00:00:00Z", conditions["MemoryPressure"].Text("lastHeartbeatTime"));
        Assert.Equal("2030-01-01T00:00:00Z", conditions["Ready"].Text("lastHeartbeatTime"));
        Assert.Equal(("Own", "2030-01-01T00:00:00Z"), (conditions["DiskPressure"].Text("reason"), conditions["DiskPressure"].Text("lastTransitionTime")));
    }

    [Theory]
    [InlineData(1, 0, "n1", "True")]
    [InlineData(1, 100, "n1", "True")]
    [InlineData(1, 30, "", "True")]
    [InlineData(1, 60, "", "Unknown")]
    [InlineData(-1, 100, "n1", "True")]
    [InlineData(-1, 30, "", "True")]
    [InlineData(-1, 60, "", "Unknown")]
    public void Silence_is_measured_by_time_that_passes_whatever_the_clock_is_set_to(int jumpHours, int thenSeconds, string renewing, string ready)
    {
        _h.Run(new NodeLifecycle(Options.NodeLifecycle));
        AddNode("n1");
        Live(TimeSpan.FromSeconds(100), "n1");
        _h.Time.Jump(TimeSpan.FromHours(jumpHours));
        _h.Settle();
        Live(TimeSpan.FromSeconds(thenSeconds), renewing.Length > 0 ? [renewing] : []);
        Assert.Equal(ready, Ready("n1"));
    }

    [Fact]
    public void A_successor_gives_a_silent_node_a_fresh_grace_period_and_then_finds_it()
    {
        AddNode("n1");
        _h.Advance(TimeSpan.FromHours(1));
        _h.Run(new NodeLifecycle(Options.NodeLifecycle));
        _h.Advance(TimeSpan.FromSeconds(40));
        Assert.Equal("True", Ready("n1"));
        _h.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal("Unknown", Ready("n1"));
    }

    [Fact]
    public void A_node_that_comes_back_loses_its_taints()
    {
        _h.Run(new NodeLifecycle(Options.NodeLifecycle));
        AddNode("n1");
        AddNode("n2");
        Live(TimeSpan.FromSeconds(100), "n2");
        Assert.NotEmpty(Taints("n1"));
        _h.Cluster.Change(R.Nodes, "", "n1", n => n["status"]!["conditions"] = new JsonArray(new JsonObject { ["type"] = "Ready", ["status"] = "True" }));
        Live(TimeSpan.FromSeconds(10), "n1", "n2");
        Assert.Empty(Taints("n1"));
    }

    [Theory]
    [InlineData("MemoryPressure", "node.kubernetes.io/memory-pressure:NoSchedule")]
    [InlineData("DiskPressure", "node.kubernetes.io/disk-pressure:NoSchedule")]
    [InlineData("PIDPressure", "node.kubernetes.io/pid-pressure:NoSchedule")]
    [InlineData("NetworkUnavailable", "node.kubernetes.io/network-unavailable:NoSchedule")]
    public void A_condition_becomes_a_taint_and_goes_with_it(string condition, string taint)
    {
        _h.Run(new NodeLifecycle(Options.NodeLifecycle));
        AddNode("n1");
        _h.Cluster.Change(R.Nodes, "", "n1", n =>
        {
            n["status"]!["conditions"]!.AsArray().Add(new JsonObject { ["type"] = condition, ["status"] = "True" });
            n["spec"] = new JsonObject { ["taints"] = new JsonArray(new JsonObject { ["key"] = "mine", ["effect"] = "NoSchedule" }) };
        });
        _h.Settle();
        Assert.Equal(new[] { "mine:NoSchedule", taint }.Order(), Taints("n1"));
        _h.Cluster.Change(R.Nodes, "", "n1", n => n["status"]!["conditions"]!.AsArray().RemoveAt(1));
        _h.Settle();
        Assert.Equal(["mine:NoSchedule"], Taints("n1"));
    }

    [Fact]
    public void A_cordoned_node_is_tainted()
    {
        _h.Run(new NodeLifecycle(Options.NodeLifecycle));
        AddNode("n1");
        _h.Cluster.Change(R.Nodes, "", "n1", n => n["spec"] = new JsonObject { ["unschedulable"] = true });
        _h.Settle();
        Assert.Equal(["node.kubernetes.io/unschedulable:NoSchedule"], Taints("n1"));
    }

    [Fact]
    public void When_every_node_falls_silent_none_is_evicted()
    {
        _h.Run(new NodeLifecycle(Options.NodeLifecycle));
        AddNode("n1");
        AddNode("n2");
        _h.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(["node.kubernetes.io/unreachable:NoSchedule"], Taints("n1"));
        Assert.Equal(["node.kubernetes.io/unreachable:NoSchedule"], Taints("n2"));
    }

    [Fact]
    public void Nodes_are_evicted_one_every_ten_seconds_and_not_at_all_when_too_many_fail()
    {
        _h.Run(new NodeLifecycle(Options.NodeLifecycle));
        var healthy = Enumerable.Range(0, 7).Select(i => $"up{i}").ToArray();
        var dying = Enumerable.Range(0, 4).Select(i => $"down{i}").ToArray();
        foreach (var node in healthy.Concat(dying))
            AddNode(node);
        int Evicted() => dying.Count(n => Taints(n).Contains("node.kubernetes.io/unreachable:NoExecute"));
        Live(TimeSpan.FromSeconds(50), healthy);
        _h.Settle();
        Assert.Equal(1, Evicted());
        Live(TimeSpan.FromSeconds(40), healthy);
        Assert.InRange(Evicted(), 3, 4);
    }

    [Fact]
    public void A_small_zone_in_which_most_nodes_fail_stops_evicting()
    {
        _h.Run(new NodeLifecycle(Options.NodeLifecycle));
        foreach (var node in (string[])["a", "b", "c", "d"])
            AddNode(node);
        Live(TimeSpan.FromMinutes(5), "a");
        Assert.DoesNotContain(new[] { "b", "c", "d" }, n => Taints(n).Any(t => t.EndsWith("NoExecute", StringComparison.Ordinal)));
    }

    [Fact]
    public void Pods_of_a_vanished_node_are_deleted_after_the_grace()
    {
        _h.Run(new PodGarbageCollector(Options.PodGarbage));
        AddNode("n1");
        AddPod("stays", "n1");
        AddPod("goes", "n2");
        _h.Settle();
        Assert.NotNull(_h.Cluster.Find(Pods, "default", "goes"));
        _h.Advance(TimeSpan.FromSeconds(60));
        Assert.Null(_h.Cluster.Find(Pods, "default", "goes"));
        Assert.NotNull(_h.Cluster.Find(Pods, "default", "stays"));
    }

    [Theory]
    [InlineData("gone", "DeletionByPodGC: PodGC: node no longer exists")]
    [InlineData("out of service", "")]
    [InlineData("none", "")]
    public void A_pod_that_nobody_will_report_on_has_failed_before_it_goes(string node, string disruption)
    {
        AddNode("n1");
        AddPod("p", node switch { "gone" => "n2", "none" => "", _ => "n1" });
        _h.Cluster.Change(R.Nodes, "", "n1", n => n.Child("spec")["taints"] = new JsonArray(new JsonObject { ["key"] = "node.kubernetes.io/out-of-service", ["effect"] = "NoExecute" }));
        _h.Cluster.Change(R.Nodes, "", "n1", n => n.Child("status")["conditions"] = new JsonArray(new JsonObject { ["type"] = "Ready", ["status"] = "Unknown" }));
        _h.Cluster.Change(Pods, "default", "p", p =>
        {
            p["metadata"]!["finalizers"] = new JsonArray("example.com/kept");
            if (node != "gone")
                p["metadata"]!["deletionTimestamp"] = JsonWriting.Time(_h.Time.GetUtcNow());
        });
        _h.Run(new PodGarbageCollector(Options.PodGarbage));
        _h.Advance(TimeSpan.FromSeconds(60));
        var pod = _h.Cluster.Json(Pods, "default", "p");
        Assert.Equal(("Failed", 1L), (pod.Text("status", "phase"), pod.Number("status", "observedGeneration")));
        Assert.Equal(disruption, string.Concat(pod.Items("status", "conditions").Where(c => c.Text("type") == "DisruptionTarget").Select(c => $"{c.Text("reason")}: {c.Text("message")}")));
    }

    [Fact]
    public void Of_too_many_finished_pods_the_evicted_go_first_and_then_the_oldest()
    {
        _h.Run(new PodGarbageCollector(new PodGarbageOptions(TimeSpan.FromSeconds(20), 3, TimeSpan.FromSeconds(40))));
        AddNode("n1");
        for (var i = 0; i < 5; i++)
        {
            AddPod($"p{i}", "n1");
            _h.Cluster.Change(Pods, "default", $"p{i}", p => p["status"] = i == 4 ? new JsonObject { ["phase"] = "Failed", ["reason"] = "Evicted" } : new JsonObject { ["phase"] = "Succeeded" });
            _h.Time.Advance(TimeSpan.FromSeconds(1));
        }
        _h.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(["p1", "p2", "p3"], _h.Cluster[Pods].All.Select(p => p.Key.Name).Order());
    }
}
