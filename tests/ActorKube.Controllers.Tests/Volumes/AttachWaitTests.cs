using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Controllers.Tests.Harness;
using ActorKube.Controllers.Volumes.Attaching;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Reconciling;
using ActorKube.Machinery.Times;
using ActorKube.Testing.Fakes;
using static ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Controllers.Tests.Volumes;

public sealed class AttachWaitTests() : AttachBench(TimeSpan.FromMinutes(6))
{
    [Fact]
    public void Pods_hear_once_that_their_volume_is_elsewhere()
    {
        Taken();
        Use("n1", Unique);
        _h.AddPodWith("q", Storage.UsesClaim("c"), ",\"nodeName\":\"n2\"");
        _h.Settle();
        for (var i = 0; i < 3; i++)
            Use("n2", $"kubernetes.io/csi/example.com^other-{i}");
        _h.Settle();
        Assert.Single(_h.Events, static e => e.Message.StartsWith("Multi-Attach", StringComparison.Ordinal));
    }

    [Fact]
    public void That_a_volume_is_there_is_told_once_although_the_node_is_told_at_the_second_attempt()
    {
        AddBound("c", "v");
        _h.AddPodWith("p", Storage.UsesClaim("c"), ",\"nodeName\":\"n1\"");
        _h.Settle();
        var failures = 1;
        _h.Cluster.Fault = (verb, address) => verb == "update" && address.Subresource == "status" && failures-- > 0 ? ApiErrors.Modified(address.Resource.Resource, address.Name) : null;
        Attached(Only());
        _h.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(Unique, _h.Cluster.Json(WellKnownResources.Nodes, "", "n1").Items("status", "volumesAttached").Single().Text("name"));
        Assert.Single(_h.Events, static e => e.Reason == "SuccessfulAttachVolume");
    }

    [Fact]
    public void While_a_volume_is_being_detached_nobody_is_told_anything()
    {
        Taken();
        Holding();
        _h.Cluster.Vanish(Pods, "default", "p");
        Use("n1");
        _h.AddPodWith("q", Storage.UsesClaim("c"), ",\"nodeName\":\"n2\"");
        _h.Settle();
        Assert.Equal("n1", NodeOfOnly());
        Assert.DoesNotContain(_h.Events, static e => e.Warning);
    }

    [Theory]
    [InlineData("attachError", "the driver said no", 0)]
    [InlineData("", "no answer", 130)]
    public void What_could_not_be_attached_to_one_node_may_be_tried_at_another(string field, string message, int seconds)
    {
        AddBound("c", "v");
        _h.AddPodWith("p", Storage.UsesClaim("c"), ",\"nodeName\":\"n1\"");
        _h.Settle();
        _h.AddPodWith("q", Storage.UsesClaim("c"), ",\"nodeName\":\"n2\"");
        _h.Settle();
        var attachment = Assert.Single(_h.Cluster[VolumeAttachments].All);
        if (field.Length > 0)
            _h.Cluster.Change(VolumeAttachments, "", attachment.Key.Name, a => a["status"] = new JsonObject { ["attached"] = false, [field] = new JsonObject { ["message"] = message } });
        _h.Advance(TimeSpan.FromSeconds(seconds));
        Assert.Equal(2, _h.Cluster[VolumeAttachments].All.Count);
        Assert.DoesNotContain(_h.Events, static e => e.Message.StartsWith("Multi-Attach", StringComparison.Ordinal));
    }

    [Fact]
    public void Of_nodes_that_need_a_volume_at_the_same_moment_one_gets_it()
    {
        AddBound("c", "v");
        foreach (var node in (ReadOnlySpan<string>)["n1", "n2"])
            _h.AddPodWith($"p-{node}", Storage.UsesClaim("c"), $",\"nodeName\":\"{node}\"");
        var reconciler = new AttachDetach(null);
        // The second node is looked at before the caches show what the first has asked for.
        var view = new Caches(_h.Cluster, reconciler.WatchesOf([]));
        Assert.True(Decide("n1").Writes);
        Assert.False(Decide("n2").Writes);
        Assert.True(Decide("n1").Writes);
        Assert.True(Decide("n2", TimeSpan.FromMinutes(1)).Writes);

        Plan Decide(string node, TimeSpan uptime = default) => reconciler.Reconcile(new ReconcileContext { Key = new ObjectKey("", node), View = view, Now = new Present(_h.Time.GetUtcNow(), uptime) });
    }

    [Fact]
    public void Two_volumes_that_stand_for_one_disk_are_one()
    {
        Taken();
        AddBound("d", "w", handle: "h-v");
        _h.AddPodWith("q", Storage.UsesClaim("d"), ",\"nodeName\":\"n2\"");
        _h.Settle();
        Assert.Equal("n1", NodeOfOnly());
        Assert.Contains(_h.Events, static e => e is { Warning: true, Message: "Multi-Attach error for volume \"w\" Volume is already used by pod(s) p" });
    }

    [Fact]
    public void A_driver_that_does_not_answer_is_told_of_every_two_minutes()
    {
        AddBound("c", "v");
        _h.AddPodWith("p", Storage.UsesClaim("c"), ",\"nodeName\":\"n1\"");
        _h.Advance(TimeSpan.FromSeconds(100));
        Assert.Empty(_h.Events);
        _h.Advance(TimeSpan.FromSeconds(200));
        Assert.Equal(
            Enumerable.Repeat("AttachVolume.Attach failed for volume \"v\" : timed out waiting for external-attacher of example.com CSI driver to attach volume h-v", 2), _h.Events.Select(static e => e.Message));
    }

    [Fact]
    public void An_attachment_that_does_not_go_is_told_of()
    {
        Taken();
        Holding();
        _h.Cluster.Vanish(Pods, "default", "p");
        Use("n1");
        _h.Settle();
        _h.AddPodWith("q", Storage.UsesClaim("c"), ",\"nodeName\":\"n1\"");
        _h.Settle();
        Assert.DoesNotContain(_h.Events, static e => e.Warning);
        _h.Cluster.Change(VolumeAttachments, "", Only().Key.Name, static a => a.Child("status")["detachError"] = new JsonObject { ["message"] = "busy" });
        _h.Settle();
        Assert.Single(_h.Events, static e => e is { Warning: true, Reason: "FailedAttachVolume", Message: "AttachVolume.Attach failed for volume \"v\" : volume attachment is being deleted" });
    }

    [Fact]
    public void An_attachment_that_is_refused_is_told_of()
    {
        AddBound("c", "v");
        _h.Cluster.Fault = static (verb, address) => verb == "create" && address.Resource == VolumeAttachments ? ApiErrors.TooManyRequests("no room", 1) : null;
        _h.AddPodWith("p", Storage.UsesClaim("c"), ",\"nodeName\":\"n1\"");
        _h.Settle();
        Assert.Contains(_h.Events, static e => e is { Warning: true, Reason: "FailedAttachVolume", Message: "AttachVolume.Attach failed for volume \"v\" : kubernetes.io/csi: attacher.Attach failed: no room" });
    }

    [Theory]
    [InlineData(true, 5, false)]
    [InlineData(true, 7, true)]
    [InlineData(false, 0, true)]
    public void A_node_that_was_deleted_keeps_what_it_used_for_a_while(bool used, int minutes, bool detached)
    {
        Taken();
        if (used)
            Use("n1", Unique);
        _h.Settle();
        _h.Cluster.Vanish(Machinery.Client.WellKnownResources.Nodes, "", "n1");
        _h.Cluster.Vanish(Pods, "default", "p");
        _h.Advance(TimeSpan.FromMinutes(minutes));
        Assert.Equal(detached, _h.Cluster[VolumeAttachments].All.Count == 0);
    }

    [Theory]
    [InlineData("{\"waiting\":{}}", true)]
    [InlineData("{\"terminated\":{\"exitCode\":0}}", true)]
    [InlineData("{\"running\":{}}", false)]
    public void A_pod_that_is_deleted_needs_its_volumes_while_something_runs(string state, bool detached)
    {
        Taken();
        _h.Cluster.Change(Pods, "default", "p", p =>
        {
            p.Child("metadata")["deletionTimestamp"] = "2030-01-01T00:00:00Z";
            p.Child("status")["containerStatuses"] = new JsonArray(new JsonObject { ["name"] = "a", ["state"] = JsonNode.Parse(state) });
        });
        _h.Settle();
        Assert.Equal(detached, _h.Cluster[VolumeAttachments].All.Count == 0);
    }

    [Fact]
    public void An_ephemeral_claim_of_somebody_else_is_not_attached()
    {
        AddBound("p-data", "v");
        _h.AddPodWith("p", "\"ephemeral\":{\"volumeClaimTemplate\":{\"spec\":{}}}", ",\"nodeName\":\"n1\"");
        _h.Settle();
        Assert.Empty(_h.Cluster[VolumeAttachments].All);
    }

    [Fact]
    public void A_claim_counts_when_its_status_says_that_it_is_bound()
    {
        AddBound("c", "v");
        _h.Cluster.Change(PersistentVolumeClaims, "default", "c", static c => c.Child("status")["phase"] = "Pending");
        _h.AddPodWith("p", Storage.UsesClaim("c"), ",\"nodeName\":\"n1\"");
        _h.Settle();
        Assert.Empty(_h.Cluster[VolumeAttachments].All);
        Bind("c");
        _h.Settle();
        Only();
    }

    [Fact]
    public void A_driver_that_turns_out_to_attach_nothing_lets_go()
    {
        AddBound("c", "v");
        _h.AddPodWith("p", Storage.UsesClaim("c"), ",\"nodeName\":\"n1\"");
        _h.Settle();
        Only();
        _h.Cluster.Create(CsiDrivers, """{"apiVersion":"storage.k8s.io/v1","kind":"CSIDriver","metadata":{"name":"example.com"},"spec":{"attachRequired":false}}""");
        _h.Settle();
        Assert.Empty(_h.Cluster[VolumeAttachments].All);
        _h.Cluster.Change(CsiDrivers, "", "example.com", static d => d.Child("spec")["attachRequired"] = true);
        _h.Settle();
        Only();
    }

    [Fact]
    public void What_has_lost_its_volume_is_detached_by_what_the_node_tells()
    {
        Taken();
        _h.Cluster.Vanish(PersistentVolumes, "", "v");
        _h.Cluster.Vanish(Pods, "default", "p");
        _h.Settle();
        Assert.Empty(_h.Cluster[VolumeAttachments].All);
        Assert.Null(_h.Cluster.Json(Machinery.Client.WellKnownResources.Nodes, "", "n1").At("status", "volumesAttached"));
    }

    [Fact]
    public void The_node_is_not_told_of_attachments_that_others_have_made()
    {
        AddBound("c", "v");
        _h.Cluster.Create(VolumeAttachments, """
            {"apiVersion":"storage.k8s.io/v1","kind":"VolumeAttachment","metadata":{"name":"by-hand"},"spec":{"attacher":"example.com","nodeName":"n1","source":{"persistentVolumeName":"v"}},"status":{"attached":true}}
            """);
        _h.Settle();
        Assert.Null(_h.Cluster.Json(Machinery.Client.WellKnownResources.Nodes, "", "n1").At("status", "volumesAttached"));
    }

    [Fact]
    public void A_node_that_is_handed_over_later_gets_its_volumes()
    {
        _h.AddNode("own");
        AddBound("c", "v");
        _h.AddPodWith("p", Storage.UsesClaim("c"), ",\"nodeName\":\"own\"");
        _h.Settle();
        _h.Cluster.Change(Machinery.Client.WellKnownResources.Nodes, "", "own", static n => n.Child("metadata").Child("annotations")["volumes.kubernetes.io/controller-managed-attach-detach"] = "true");
        _h.Settle();
        Assert.Equal("own", NodeOfOnly());
    }

    private sealed class Caches(MemoryCluster cluster, IReadOnlyList<WatchSpec> watches) : IClusterView
    {
        public CacheView Of(GroupVersionResource resource) =>
            CacheView.Of(cluster[resource].All.Select(static o => new CachedObject(o)), watches.Single(w => w.Resource == resource).Indexes, 1);
    }
}

public sealed class UnforcedDetachTests() : AttachBench(null)
{
    [Fact]
    public void Nobody_is_forced_where_that_is_switched_off()
    {
        Taken();
        Use("n1", Unique);
        _h.Cluster.Change(WellKnownResources.Nodes, "", "n1", static n => n["status"]!["conditions"] = new JsonArray());
        _h.Cluster.Vanish(Pods, "default", "p");
        _h.Advance(TimeSpan.FromHours(5));
        Only();
    }
}
