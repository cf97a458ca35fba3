using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;
using static ActorKube.Scheduler.Tests.Harness.Objects;

namespace ActorKube.Scheduler.Tests.Plugins;

/// <summary>Disks: how many a node can take, who is in whose way, and drivers that were part of Kubernetes once.</summary>
public sealed class DiskPluginTests : VolumeBench
{
    [Fact]
    public void No_node_gets_more_volumes_than_its_driver_can_take()
    {
        NodeThatTakes(2);
        for (var i = 0; i < 3; i++)
        {
            Volume($"v{i}", Unbound, claim: $"c{i}", source: $"\"csi\":{{\"driver\":\"d\",\"volumeHandle\":\"h{i}\"}}");
            Claim($"c{i}", Unbound);
            Bind($"c{i}", $"v{i}");
        }
        _h.Start();
        for (var i = 0; i < 3; i++)
        {
            _h.AddPod(PodWith($"c{i}", $"p{i}"));
            _h.Settle();
        }
        Assert.Equal(("n1", "n1", ""), (_h.NodeOf("p0"), _h.NodeOf("p1"), _h.NodeOf("p2")));
        Assert.StartsWith("0/1 nodes are available: 1 node(s) exceed max volume count.", _h.Condition("p2").Text("message"), StringComparison.Ordinal);
        _h.AddPod(PodWith("c0", "again"));
        _h.Settle();
        Assert.Equal("n1", _h.NodeOf("again"));
    }

    [Theory]
    [InlineData("gcePersistentDisk", "\"pdName\":\"d\"", "\"pdName\":\"d\"", false)]
    [InlineData("gcePersistentDisk", "\"pdName\":\"d\",\"readOnly\":true", "\"pdName\":\"d\",\"readOnly\":true", true)]
    [InlineData("gcePersistentDisk", "\"pdName\":\"d\"", "\"pdName\":\"e\"", true)]
    [InlineData("awsElasticBlockStore", "\"volumeID\":\"d\",\"readOnly\":true", "\"volumeID\":\"d\",\"readOnly\":true", false)]
    [InlineData("iscsi", "\"iqn\":\"d\"", "\"iqn\":\"d\",\"readOnly\":true", false)]
    [InlineData("rbd", "\"monitors\":[\"a\",\"b\"],\"pool\":\"p\",\"image\":\"d\"", "\"monitors\":[\"b\"],\"pool\":\"p\",\"image\":\"d\"", false)]
    [InlineData("rbd", "\"monitors\":[\"a\"],\"pool\":\"p\",\"image\":\"d\"", "\"monitors\":[\"b\"],\"pool\":\"p\",\"image\":\"d\"", true)]
    [InlineData("azureDisk", "\"diskURI\":\"d\"", "\"diskURI\":\"d\"", true)]
    public void Two_pods_of_a_node_do_not_get_in_each_others_way_with_a_disk(string field, string first, string second, bool fits)
    {
        _h.AddNode(NodeJson("n1"));
        _h.AddPod(PodOnDisk(field, first, "p"));
        _h.Start();
        _h.AddPod(PodOnDisk(field, second, "q"));
        _h.Settle();
        Assert.Equal(("n1", fits ? "n1" : ""), (_h.NodeOf("p"), _h.NodeOf("q")));
        if (fits)
            return;
        Assert.StartsWith("0/1 nodes are available: 1 node(s) had no available disk.", _h.Condition("q").Text("message"), StringComparison.Ordinal);
        _h.Cluster.Memory.Vanish(WellKnownResources.Pods, "default", "p");
        _h.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("n1", _h.NodeOf("q"));
    }

    [Theory]
    [InlineData("\"gcePersistentDisk\":{\"pdName\":\"h\"}", "pd.csi.storage.gke.io")]
    [InlineData("\"cinder\":{\"volumeID\":\"h\"}", "cinder.csi.openstack.org")]
    public void Volumes_of_drivers_that_were_in_the_tree_count_as_those_of_their_successors(string source, string driver)
    {
        _h.AddNode(NodeJson("n1"));
        Put(WellKnownResources.CsiNodes, $$$"""{"apiVersion":"storage.k8s.io/v1","kind":"CSINode","metadata":{"name":"n1","uid":"u"},"spec":{"drivers":[{"name":"{{{driver}}}","nodeID":"n1","allocatable":{"count":1}}]}}""");
        Volume("v", Unbound, claim: "c", source: source);
        Claim("c", Unbound);
        Bind("c", "v");
        _h.AddPod(PodWith("c"));
        _h.Start();
        Volume("w", Unbound, claim: "d", source: $"\"csi\":{{\"driver\":\"{driver}\",\"volumeHandle\":\"x\"}}");
        Claim("d", Unbound);
        Bind("d", "w");
        _h.AddPod(PodWith("d", "q"));
        _h.Settle();
        Assert.Equal(("n1", ""), (_h.NodeOf("p"), _h.NodeOf("q")));
        Assert.StartsWith("0/1 nodes are available: 1 node(s) exceed max volume count.", _h.Condition("q").Text("message"), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_attached_still_takes_its_place()
    {
        NodeThatTakes(1);
        Volume("left", Unbound, source: "\"csi\":{\"driver\":\"d\",\"volumeHandle\":\"h\"}");
        Attach("left");
        Volume("v", Unbound, claim: "c", source: "\"csi\":{\"driver\":\"d\",\"volumeHandle\":\"i\"}");
        Claim("c", Unbound);
        Bind("c", "v");
        _h.AddPod(PodWith("c"));
        _h.Start();
        Assert.Equal("", _h.NodeOf("p"));
        _h.Cluster.Memory.Vanish(WellKnownResources.VolumeAttachments, "", "a");
        _h.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("n1", _h.NodeOf("p"));
    }

    [Fact]
    public void A_node_that_is_full_takes_the_pod_whose_volume_it_has_already()
    {
        NodeThatTakes(1);
        Attach("v");
        Volume("v", Unbound, claim: "c", source: "\"csi\":{\"driver\":\"d\",\"volumeHandle\":\"i\"}");
        Claim("c", Unbound);
        Bind("c", "v");
        _h.AddPod(PodWith("c"));
        _h.Start();
        Assert.Equal("n1", _h.NodeOf("p"));
    }

    [Theory]
    [InlineData("", "n1")]
    [InlineData("kubernetes.io/gce-pd", "n2")]
    public void A_node_has_a_volume_by_the_labels_of_the_driver_that_it_uses(string migrated, string expected)
    {
        _h.AddNode(NodeJson("n1", labels: "\"topology.kubernetes.io/zone\":\"a\""));
        _h.AddNode(NodeJson("n2", labels: "\"topology.gke.io/zone\":\"a\""));
        foreach (var node in (ReadOnlySpan<string>)["n1", "n2"])
            Put(WellKnownResources.CsiNodes, $$$"""{"apiVersion":"storage.k8s.io/v1","kind":"CSINode","metadata":{"name":"{{{node}}}","uid":"u-{{{node}}}","annotations":{"storage.alpha.kubernetes.io/migrated-plugins":"{{{migrated}}}"}},"spec":{"drivers":[]}}""");
        Volume("v", Unbound, claim: "c", source: "\"gcePersistentDisk\":{\"pdName\":\"h\"},\"nodeAffinity\":{\"required\":{\"nodeSelectorTerms\":[{\"matchExpressions\":[{\"key\":\"topology.kubernetes.io/zone\",\"operator\":\"In\",\"values\":[\"a\"]}]}]}}");
        Claim("c", Unbound);
        Bind("c", "v");
        _h.AddPod(PodWith("c"));
        _h.Start();
        Assert.Equal(expected, _h.NodeOf("p"));
    }

    [Fact]
    public void Claims_and_disks_are_read_with_the_pod()
    {
        var pod = Pod("p", spec: """
            "volumes":[{"emptyDir":{},"name":"x"},{"ephemeral":{"volumeClaimTemplate":{"spec":{}}},"name":"scratch"},{"name":"in","csi":{"driver":"d"}},{"gcePersistentDisk":{"pdName":"g"},"name":"disk"},
            {"name":"target","iscsi":{"iqn":"i"}},{"name":"data","persistentVolumeClaim":{"claimName":"c"}}]
            """);
        Assert.Equal([("scratch", "p-scratch", true, null, null), ("disk", "", false, "pd.csi.storage.gke.io", "projects/UNSPECIFIED/zones/UNSPECIFIED/disks/g"), ("target", "", false, "", ""), ("data", "c", false, null, null)],
            pod.Volumes.Select(v => (v.Name, v.Claim, v.IsEphemeral, v.Disk?.Driver, v.Disk?.Handle)));
        Assert.Empty(Pod("q", spec: """ "volumes":[{"name":"t","projected":{"sources":[{"serviceAccountToken":{"path":"token"}}]}}] """).Volumes);
    }

    // Node n1, and so many volumes of driver d on it.
    private void NodeThatTakes(int volumes)
    {
        _h.AddNode(NodeJson("n1"));
        Put(WellKnownResources.CsiNodes, $$$"""{"apiVersion":"storage.k8s.io/v1","kind":"CSINode","metadata":{"name":"n1","uid":"u"},"spec":{"drivers":[{"name":"d","nodeID":"n1","allocatable":{"count":{{{volumes}}}}}]}}""");
    }

    private void Attach(string volume) => Put(
        WellKnownResources.VolumeAttachments, $$$$"""{"apiVersion":"storage.k8s.io/v1","kind":"VolumeAttachment","metadata":{"name":"a","uid":"u-a"},"spec":{"attacher":"d","nodeName":"n1","source":{"persistentVolumeName":"{{{{volume}}}}"}}}""");
}
