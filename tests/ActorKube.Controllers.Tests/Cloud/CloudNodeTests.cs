using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ActorKube.Controllers.Cloud;
using ActorKube.Controllers.Cloud.Instances;
using ActorKube.Controllers.Tests.Harness;
using ActorKube.Machinery.Objects;
using R = ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Controllers.Tests.Cloud;

public class CloudNodeTests
{
    private const string Uninitialized = "\"taints\":[{\"key\":\"node.cloudprovider.kubernetes.io/uninitialized\",\"value\":\"true\",\"effect\":\"NoSchedule\"},{\"key\":\"mine\",\"effect\":\"NoSchedule\"}]";
    private const string Own = ",\"addresses\":[{\"type\":\"InternalIP\",\"address\":\"10.0.0.1\"},{\"type\":\"Hostname\",\"address\":\"n1\"}]";

    private readonly CloudHarness _h = new();

    private JsonObject Node(string name) => _h.Kubernetes.Cluster.Json(R.Nodes, "", name);

    private string[] Taints(string name) => [.. Node(name).Items("spec", "taints").Select(t => t.Text("key"))];

    private string[] Addresses(string name) => [.. Node(name).Items("status", "addresses").Select(a => $"{a.Text("type")} {a.Text("address")}")];

    private CloudHarness Run()
    {
        _h.Kubernetes.Run(new CloudNodes(TimeSpan.FromMinutes(5)));
        return _h;
    }

    [Fact]
    public void A_node_that_waits_for_the_cloud_gets_provider_id_labels_and_addresses_and_loses_the_taint()
    {
        Run().AddNode("n1", spec: Uninitialized, status: Own, metadata: ",\"annotations\":{\"simulated.actorkube.io/zone\":\"z1\",\"simulated.actorkube.io/external-ip\":\"192.0.2.1\"}");
        _h.Kubernetes.Settle();
        Assert.Equal(["mine"], Taints("n1"));
        Assert.Equal("simulated://z1/n1", Node("n1").Text("spec", "providerID"));
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["failure-domain.beta.kubernetes.io/zone"] = "z1",
                ["topology.kubernetes.io/zone"] = "z1",
                ["failure-domain.beta.kubernetes.io/region"] = "simulated-1",
                ["topology.kubernetes.io/region"] = "simulated-1",
                ["beta.kubernetes.io/instance-type"] = "simulated.medium",
                ["node.kubernetes.io/instance-type"] = "simulated.medium",
            },
            Node("n1").Strings("metadata", "labels").ToDictionary());
        Assert.Equal(["InternalIP 10.0.0.1", "Hostname n1", "ExternalIP 192.0.2.1"], Addresses("n1"));
        Assert.Equal(["Normal Synced: Node synced successfully"], _h.Events);
        Assert.Single(_h.Calls);
    }

    [Fact]
    public void The_taint_stays_while_the_cloud_does_not_answer()
    {
        _h.Faults = _ => "the API is down";
        Run().AddNode("n1", spec: Uninitialized);
        _h.Kubernetes.Settle();
        Assert.Contains("node.cloudprovider.kubernetes.io/uninitialized", Taints("n1"));
        Assert.Contains(_h.Kubernetes.Decisions, d => d.Reasons.Contains("failed to get instance metadata for node n1: the API is down"));
        _h.Faults = _ => null;
        _h.Kubernetes.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["mine"], Taints("n1"));
    }

    [Fact]
    public void Addresses_are_asked_for_every_five_minutes_and_not_with_every_heartbeat()
    {
        Run().AddNode("n1", status: Own);
        _h.Kubernetes.Settle();
        for (var i = 0; i < 9; i++)
        {
            _h.Kubernetes.Cluster.Change(R.Nodes, "", "n1", n => n.Child("status")["beat"] = i);
            _h.Kubernetes.Advance(TimeSpan.FromSeconds(30));
        }
        Assert.Single(_h.Calls);
        _h.Annotate(R.Nodes, "", "n1", "simulated.actorkube.io/external-ip", "192.0.2.7");
        _h.Kubernetes.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(2, _h.Calls.Count);
        Assert.Equal(["InternalIP 10.0.0.1", "Hostname n1", "ExternalIP 192.0.2.7"], Addresses("n1"));
        Assert.False(Node("n1").Child("spec").ContainsKey("providerID"));
    }

    [Fact]
    public void Labels_of_new_names_follow_those_of_old_names()
    {
        Run().AddNode("n1", metadata: ",\"labels\":{\"failure-domain.beta.kubernetes.io/zone\":\"a\",\"topology.kubernetes.io/zone\":\"b\",\"beta.kubernetes.io/instance-type\":\"big\"}");
        _h.Kubernetes.Advance(TimeSpan.FromSeconds(1));
        _h.Kubernetes.Cluster.Change(R.Nodes, "", "n1", n => n.Child("status")["beat"] = 1);
        _h.Kubernetes.Settle();
        Assert.Equal("a", Node("n1").Text("metadata", "labels", "topology.kubernetes.io/zone"));
        Assert.Equal("big", Node("n1").Text("metadata", "labels", "node.kubernetes.io/instance-type"));
    }

    [Theory]
    [InlineData("", "InternalIP 10.0.0.1,ExternalIP 192.0.2.1,Hostname host", "InternalIP 10.0.0.1,ExternalIP 192.0.2.1,Hostname host")]
    [InlineData("", "InternalIP 10.0.0.1", "InternalIP 10.0.0.1,Hostname own")]
    [InlineData("10.0.0.2", "InternalIP 10.0.0.1,InternalIP 10.0.0.2,Hostname host", "InternalIP 10.0.0.2,Hostname host")]
    [InlineData("10.0.0.2,fd00::2", "InternalIP 10.0.0.1,InternalIP fd00::2,InternalIP 10.0.0.2,Hostname host", "InternalIP 10.0.0.2,InternalIP fd00::2,Hostname host")]
    [InlineData("10.0.0.3", "InternalIP 10.0.0.1,Hostname host", null)]
    [InlineData("10.0.0.3", "", "")]
    public void A_node_gets_the_clouds_addresses_and_prefers_those_it_was_told(string told, string offered, string? expected)
    {
        var node = CloudNode.Project(Manifests.Object($$$"""
            {"metadata":{"name":"own","annotations":{"alpha.kubernetes.io/provided-node-ip":"{{{told}}}"}},"spec":{},"status":{"addresses":[{"type":"Hostname","address":"own"}]}}
            """));
        ImmutableArray<NodeAddress> addresses = [.. offered.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(a => new NodeAddress(a.Split(' ')[0], a.Split(' ')[1]))];
        Assert.Equal(expected is not null, NodeAddresses.TryChoose(node, addresses, out var chosen));
        if (expected is not null)
            Assert.Equal(expected, string.Join(',', chosen.Select(a => $"{a.Type} {a.Address}")));
    }

    [Theory]
    [InlineData("example.com/rack", "r1", true)]
    [InlineData("kubernetes.io/rack", "r1", false)]
    [InlineData("node.k8s.io/rack", "r1", false)]
    [InlineData("present", "same", false)]
    [InlineData("present", "other", false)]
    public void A_clouds_labels_are_set_outside_of_kubernetes_namespaces(string name, string value, bool isSet)
    {
        var node = CloudNode.Project(Manifests.Object("""{"metadata":{"name":"n","labels":{"present":"same"}},"spec":{}}"""));
        Assert.Equal(isSet, NodePatches.Missing(node, ImmutableDictionary<string, string>.Empty.Add(name, value)).ContainsKey(name));
    }
}
