using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Volumes;
using ActorKube.Scheduler.Framework;
using ActorKube.Scheduler.Indices;
using ActorKube.Scheduler.Scheduling;
using ActorKube.Scheduler.Tests.Harness;
using static ActorKube.Scheduler.Tests.Harness.Objects;

namespace ActorKube.Scheduler.Tests.Plugins;

public sealed class VolumePluginTests : VolumeBench
{
    [Fact]
    public void A_pod_whose_claim_does_not_exist_waits_for_it()
    {
        _h.AddNode(NodeJson("n1"));
        _h.AddPod(PodWith("c"));
        _h.Start();
        Assert.StartsWith("0/1 nodes are available: persistentvolumeclaim \"c\" not found.", _h.Condition("p").Text("message"), StringComparison.Ordinal);
        Class("slow", "Immediate");
        Claim("c", "slow");
        _h.Advance(TimeSpan.FromSeconds(5));
        Assert.StartsWith("0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.", _h.Condition("p").Text("message"), StringComparison.Ordinal);
        Volume("v", "slow", claim: "c");
        Bind("c", "v");
        _h.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal("n1", _h.NodeOf("p"));
    }

    [Fact]
    public void A_pod_whose_claim_does_not_exist_is_not_tried_when_others_get_their_volumes()
    {
        Class("slow", "Immediate");
        _h.AddNode(NodeJson("n1"));
        _h.AddPod(PodWith("c"));
        Claim("stuck", "slow");
        _h.AddPod(PodWith("stuck", "q"));
        _h.Start();
        for (var i = 0; i < 20; i++)
        {
            Claim($"c{i}", "slow");
            Volume($"v{i}", "slow", claim: $"c{i}");
            Bind($"c{i}", $"v{i}");
            _h.Settle();
        }
        Assert.Equal((1, 1), (Attempts("p"), Attempts("q")));
        Volume("free", "slow");
        _h.Settle();
        Assert.Equal((1, 2), (Attempts("p"), Attempts("q")));
    }

    [Theory]
    [InlineData("\"deletionTimestamp\":\"2030-01-01T00:00:00Z\",\"finalizers\":[\"kubernetes.io/pvc-protection\"]", "Bound", "persistentvolumeclaim \"c\" is being deleted")]
    [InlineData("", "Lost", "persistentvolumeclaim \"c\" bound to non-existent persistentvolume \"v\"")]
    [InlineData("", "Bound", "persistentvolume \"v\" not found")]
    public void A_claim_that_is_of_no_use_keeps_its_pod_waiting(string metadata, string phase, string why)
    {
        _h.AddNode(NodeJson("n1"));
        Put(WellKnownResources.PersistentVolumeClaims, $$$"""
            {"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"namespace":"default","name":"c","uid":"uid-c","annotations":{"pv.kubernetes.io/bind-completed":"yes"}{{{(metadata.Length > 0 ? "," + metadata : "")}}} },
            "spec":{"volumeName":"v","accessModes":["ReadWriteOnce"]},"status":{"phase":"{{{phase}}}"}}
            """);
        _h.AddPod(PodWith("c"));
        _h.Start();
        Assert.StartsWith($"0/1 nodes are available: {why}.", _h.Condition("p").Text("message"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_pod_goes_to_the_node_that_its_volume_is_on_and_nowhere_else()
    {
        _h.AddNode(NodeJson("n1"));
        _h.AddNode(NodeJson("n2"));
        Volume("v", "local", claim: "c", node: "n2");
        Claim("c", "local");
        Bind("c", "v");
        _h.AddPod(PodWith("c"));
        _h.Start();
        Assert.Equal("n2", _h.NodeOf("p"));
        _h.AddPod(PodWith("c", "q", ",\"nodeSelector\":{\"kubernetes.io/hostname\":\"n1\"}"));
        _h.Settle();
        Assert.StartsWith("0/2 nodes are available: 1 node(s) didn't match PersistentVolume's node affinity, 1 node(s) didn't match Pod's node affinity/selector.", _h.Condition("q").Text("message"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_volume_is_chosen_with_the_node_and_the_pod_is_bound_when_the_claim_is()
    {
        Class("local", Waits, "kubernetes.io/no-provisioner");
        _h.AddNode(NodeJson("n1"));
        _h.AddNode(NodeJson("n2"));
        Volume("v", "local", node: "n2");
        Claim("c", "local");
        _h.AddPod(PodWith("c"));
        _h.Start();
        var volume = _h.Cluster.Memory.Json(WellKnownResources.PersistentVolumes, "", "v");
        Assert.Equal(("c", "uid-c", "yes"), (volume.Text("spec", "claimRef", "name"), volume.Text("spec", "claimRef", "uid"), volume.Text("metadata", "annotations", VolumeAnnotations.BoundByController)));
        Assert.Equal(("", "n2"), (_h.NodeOf("p"), _h.NominatedNodeOf("p")));
        Bind("c", "v");
        _h.SettleUntil(() => _h.NodeOf("p") == "n2");
    }

    [Fact]
    public void Two_pods_never_get_the_same_volume()
    {
        Class("local", Waits, "kubernetes.io/no-provisioner");
        _h.AddNode(NodeJson("n1"));
        Volume("v", "local", node: "n1");
        Claim("c", "local");
        Claim("d", "local");
        _h.AddPod(PodWith("c"));
        _h.Start();
        _h.AddPod(PodWith("d", "q"));
        _h.Settle();
        Assert.StartsWith("0/1 nodes are available: 1 node(s) didn't find available persistent volumes to bind.", _h.Condition("q").Text("message"), StringComparison.Ordinal);
        Volume("w", "local", node: "n1");
        _h.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("d", _h.Cluster.Memory.Json(WellKnownResources.PersistentVolumes, "", "w").Text("spec", "claimRef", "name"));
    }

    [Fact]
    public void A_volume_that_has_to_be_made_is_made_for_the_node_that_was_chosen()
    {
        Class("fast", Waits);
        _h.AddNode(NodeJson("n1"));
        Claim("c", "fast");
        _h.AddPod(PodWith("c"));
        _h.Start();
        Assert.Equal("n1", _h.Cluster.Memory.Json(WellKnownResources.PersistentVolumeClaims, "default", "c").Text("metadata", "annotations", VolumeAnnotations.SelectedNode));
        Assert.Equal("", _h.NodeOf("p"));
        Volume("v", "fast", claim: "c");
        Bind("c", "v");
        _h.SettleUntil(() => _h.NodeOf("p") == "n1");
    }

    [Fact]
    public void Pods_without_volumes_do_not_wait_behind_one_whose_volume_is_being_made()
    {
        using var h = new SchedulerHarness(epoch: 7, settings: new SchedulerSettings { ParallelBindings = 1 }) { MayWait = true };
        Put(WellKnownResources.StorageClasses, ClassJson("fast", Waits, "example.com/disks"), h);
        h.AddNode(NodeJson("n1"));
        Put(WellKnownResources.PersistentVolumeClaims, ClaimJson("c", "fast"), h);
        h.AddPod(PodWith("c"));
        h.Start();
        for (var i = 0; i < 20; i++)
            h.AddPod(PodJson($"plain{i}"));
        h.Settle();
        Assert.All(Enumerable.Range(0, 20), i => Assert.Equal("n1", h.NodeOf($"plain{i}")));
        Assert.Equal("", h.NodeOf("p"));
    }

    [Fact]
    public void A_provisioner_that_gives_the_choice_back_makes_the_pod_be_scheduled_anew()
    {
        Class("fast", Waits);
        _h.AddNode(NodeJson("n1"));
        Claim("c", "fast");
        _h.AddPod(PodWith("c"));
        _h.Start();
        Change("c", c => c["metadata"]!["annotations"]!.AsObject().Remove(VolumeAnnotations.SelectedNode));
        _h.SettleUntil(() => _h.Events.Exists(e => e.Contains("running PreBind plugin \"VolumeBinding\": binding volumes: provisioning failed for PVC \"c\"", StringComparison.Ordinal)));
        _h.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("n1", _h.Cluster.Memory.Json(WellKnownResources.PersistentVolumeClaims, "default", "c").Text("metadata", "annotations", VolumeAnnotations.SelectedNode));
    }

    [Fact]
    public void A_place_is_kept_ten_minutes_and_not_longer()
    {
        Class("fast", Waits);
        _h.AddNode(NodeJson("n1"));
        Claim("c", "fast");
        _h.AddPod(PodWith("c"));
        _h.Start();
        _h.Advance(TimeSpan.FromMinutes(9));
        Assert.DoesNotContain(_h.Events, e => e.Contains("FailedScheduling", StringComparison.Ordinal));
        _h.Advance(TimeSpan.FromMinutes(2));
        _h.SettleUntil(() => _h.Events.Exists(e => e.Contains("binding volumes: context deadline exceeded", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_pod_that_goes_while_its_volume_is_made_leaves_nothing_behind()
    {
        Class("local", Waits, "kubernetes.io/no-provisioner");
        _h.AddNode(NodeJson("n1", cpu: "1"));
        Volume("v", "local", node: "n1");
        Claim("c", "local");
        _h.AddPod(PodWith("c"));
        _h.Start();
        _h.Cluster.Memory.Vanish(WellKnownResources.Pods, "default", "p");
        _h.Settle();
        Assert.Equal(0, _h.Core.Index.PodCount);
        _h.AddPod(PodJson("big", cpu: "1"));
        _h.Settle();
        Assert.Equal("n1", _h.NodeOf("big"));
    }

    [Theory]
    [InlineData("zone-b", "n2")]
    [InlineData("zone-a__zone-b", "any")]
    [InlineData("zone-c", "")]
    public void A_pod_goes_to_the_zone_of_its_volume(string zone, string expected)
    {
        _h.AddNode(NodeJson("n1", labels: "\"topology.kubernetes.io/zone\":\"zone-a\""));
        _h.AddNode(NodeJson("n2", labels: "\"topology.kubernetes.io/zone\":\"zone-b\""));
        Volume("v", Unbound, claim: "c", labels: $"\"topology.kubernetes.io/zone\":\"{zone}\"");
        Claim("c", Unbound);
        Bind("c", "v");
        _h.AddPod(PodWith("c"));
        _h.Start();
        if (expected == "any")
            Assert.NotEqual("", _h.NodeOf("p"));
        else
            Assert.Equal(expected, _h.NodeOf("p"));
        if (expected == "")
            Assert.StartsWith("0/2 nodes are available: 2 node(s) had no available volume zone.", _h.Condition("p").Text("message"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_claim_for_one_pod_is_used_by_one_pod()
    {
        _h.AddNode(NodeJson("n1"));
        _h.AddNode(NodeJson("n2"));
        Volume("v", Unbound, claim: "c");
        Claim("c", Unbound, "ReadWriteOncePod");
        Bind("c", "v");
        _h.AddPod(PodWith("c"));
        _h.Start();
        _h.AddPod(PodWith("c", "q"));
        _h.Settle();
        Assert.StartsWith("0/2 nodes are available: 2 node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod.", _h.Condition("q").Text("message"), StringComparison.Ordinal);
        _h.Cluster.Memory.Vanish(WellKnownResources.Pods, "default", "p");
        _h.Advance(TimeSpan.FromSeconds(5));
        Assert.NotEqual("", _h.NodeOf("q"));
    }

    [Theory]
    [InlineData("10Gi", "n1")]
    [InlineData("500Mi", "")]
    public void Storage_that_tells_how_much_there_is_has_to_have_room(string capacity, string expected)
    {
        Class("fast", Waits);
        _h.AddNode(NodeJson("n1"));
        Put(WellKnownResources.CsiDrivers, """{"apiVersion":"storage.k8s.io/v1","kind":"CSIDriver","metadata":{"name":"example.com/disks","uid":"u"},"spec":{"storageCapacity":true}}""");
        Put(WellKnownResources.CsiStorageCapacities, $$"""{"apiVersion":"storage.k8s.io/v1","kind":"CSIStorageCapacity","metadata":{"namespace":"x","name":"a","uid":"u"},"storageClassName":"fast","capacity":"{{capacity}}","nodeTopology":{} }""");
        Claim("c", "fast");
        _h.AddPod(PodWith("c"));
        _h.Start();
        Assert.Equal(expected, _h.Cluster.Memory.Json(WellKnownResources.PersistentVolumeClaims, "default", "c").Text("metadata", "annotations", VolumeAnnotations.SelectedNode));
        if (expected == "")
            Assert.StartsWith("0/1 nodes are available: 1 node(s) did not have enough free storage.", _h.Condition("p").Text("message"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2Gi", "10Gi", "n2")]
    [InlineData("10Gi", "2Gi", "n1")]
    public void A_volume_is_made_where_most_storage_is_left(string first, string second, string expected)
    {
        Class("fast", Waits);
        _h.AddNode(NodeJson("n1"));
        _h.AddNode(NodeJson("n2"));
        Put(WellKnownResources.CsiDrivers, """{"apiVersion":"storage.k8s.io/v1","kind":"CSIDriver","metadata":{"name":"example.com/disks","uid":"u"},"spec":{"storageCapacity":true}}""");
        foreach (var (node, capacity) in (ReadOnlySpan<(string, string)>)[("n1", first), ("n2", second)])
            Put(WellKnownResources.CsiStorageCapacities,
                $$$$"""{"apiVersion":"storage.k8s.io/v1","kind":"CSIStorageCapacity","metadata":{"namespace":"x","name":"{{{{node}}}}","uid":"u-{{{{node}}}}"},"storageClassName":"fast","capacity":"{{{{capacity}}}}","nodeTopology":{"matchLabels":{"kubernetes.io/hostname":"{{{{node}}}}"}}}""");
        Claim("c", "fast");
        _h.AddPod(PodWith("c"));
        _h.Start();
        Assert.Equal(expected, _h.Cluster.Memory.Json(WellKnownResources.PersistentVolumeClaims, "default", "c").Text("metadata", "annotations", VolumeAnnotations.SelectedNode));
    }

    [Fact]
    public void To_a_pod_without_volumes_no_plugin_of_volumes_has_anything_to_say()
    {
        var index = new ClusterIndex();
        var profile = new SchedulingProfile(new ProfileSpec(), new PluginRegistry(PluginRegistry.BuiltIn), new PluginContext(index, new WaitingPods(), new PluginArguments()));
        var (state, pod) = (new CycleState(), Pod("p", spec: """ "volumes":[{"name":"t","emptyDir":{}}] """));
        var plugins = profile.PreFilters.Where(static p => p.GetType().Namespace!.EndsWith("Plugins.Volumes", StringComparison.Ordinal)).ToArray();
        Assert.Equal(4, plugins.Length);
        Assert.All(plugins, p => Assert.Same(Status.Skip, p.PreFilter(state, pod, out _)));
        Assert.All(profile.PreBinds, p => Assert.False(p.MayWait(state)));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            foreach (var plugin in plugins)
                plugin.PreFilter(state, pod, out _);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
