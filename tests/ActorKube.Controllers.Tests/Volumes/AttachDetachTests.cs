using System.Text.Json.Nodes;
using ActorKube.Controllers.Tests.Harness;
using ActorKube.Machinery.Objects;
using static ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Controllers.Tests.Volumes;

public sealed class AttachDetachTests() : AttachBench(TimeSpan.FromMinutes(6))
{
    [Fact]
    public void A_volume_is_attached_where_a_pod_needs_it_and_the_node_is_told()
    {
        AddBound("c", "v");
        _h.AddPodWith("p", Storage.UsesClaim("c"), ",\"nodeName\":\"n1\"");
        _h.Settle();
        var attachment = Assert.Single(_h.Cluster[VolumeAttachments].All);
        Assert.Equal(("example.com", "n1", "v"), (attachment.Edit().Text("spec", "attacher"), attachment.Edit().Text("spec", "nodeName"), attachment.Edit().Text("spec", "source", "persistentVolumeName")));
        // As the driver's side computes it: sha256 of handle, driver and node.
        Assert.Equal("csi-" + Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("h-vexample.comn1"u8)), attachment.Key.Name);
        Assert.Empty(_h.Cluster.Json(Machinery.Client.WellKnownResources.Nodes, "", "n1").Items("status", "volumesAttached"));
        Attached(attachment);
        Assert.Equal(Unique, _h.Cluster.Json(Machinery.Client.WellKnownResources.Nodes, "", "n1").Items("status", "volumesAttached").Single().Text("name"));
        Assert.Single(_h.Events, e => e is { Reason: "SuccessfulAttachVolume", Warning: false, Message: "AttachVolume.Attach succeeded for volume \"v\" " });
    }

    [Theory]
    [InlineData("a driver that attaches nothing", "{\"attachRequired\":false}", "", 0)]
    [InlineData("a driver that is attached", "{\"attachRequired\":true}", "", 1)]
    [InlineData("a pod that has ended", "{}", "Succeeded", 0)]
    public void Only_what_has_to_be_is_attached(string what, string driver, string phase, int attachments)
    {
        _h.Cluster.Create(CsiDrivers, $$"""{"apiVersion":"storage.k8s.io/v1","kind":"CSIDriver","metadata":{"name":"example.com"},"spec":{{driver}}}""");
        AddBound("c", "v");
        _h.AddPodWith("p", Storage.UsesClaim("c"), ",\"nodeName\":\"n1\"");
        if (phase.Length > 0)
            _h.Cluster.Change(Pods, "default", "p", p => p.Child("status")["phase"] = phase);
        _h.Settle();
        Assert.True(attachments == _h.Cluster[VolumeAttachments].All.Count, what);
    }

    [Theory]
    [InlineData("true", 1)]
    [InlineData("false", 0)]
    public void A_node_may_keep_what_ended_pods_had(string keeps, int attachments)
    {
        _h.Cluster.Change(Machinery.Client.WellKnownResources.Nodes, "", "n1", n => n["metadata"]!["annotations"]!["volumes.kubernetes.io/keep-terminated-pod-volumes"] = keeps);
        A_volume_is_attached_where_a_pod_needs_it_and_the_node_is_told();
        _h.Cluster.Change(Pods, "default", "p", static p => p.Child("status")["phase"] = "Succeeded");
        _h.Settle();
        Assert.Equal(attachments, _h.Cluster[VolumeAttachments].All.Count);
    }

    [Fact]
    public void Nodes_that_attach_for_themselves_are_left_alone()
    {
        _h.AddNode("own");
        AddBound("c", "v");
        _h.AddPodWith("p", Storage.UsesClaim("c"), ",\"nodeName\":\"own\"");
        _h.Settle();
        Assert.Empty(_h.Cluster[VolumeAttachments].All);
    }

    [Fact]
    public void A_volume_is_detached_when_the_node_has_let_go_of_it()
    {
        A_volume_is_attached_where_a_pod_needs_it_and_the_node_is_told();
        Use("n1", Unique);
        _h.Cluster.Vanish(Pods, "default", "p");
        _h.Advance(TimeSpan.FromHours(1));
        Assert.Single(_h.Cluster[VolumeAttachments].All);
        Use("n1");
        _h.Settle();
        Assert.Empty(_h.Cluster[VolumeAttachments].All);
        Assert.Empty(_h.Cluster.Json(Machinery.Client.WellKnownResources.Nodes, "", "n1").Items("status", "volumesAttached"));
    }

    [Theory]
    [InlineData("", 5, false)]
    [InlineData("", 7, true)]
    [InlineData("node.kubernetes.io/out-of-service", 0, true)]
    public void From_a_node_that_is_not_healthy_it_is_taken_after_a_while_or_at_once_when_that_is_out_of_service(string taint, int minutes, bool detached)
    {
        A_volume_is_attached_where_a_pod_needs_it_and_the_node_is_told();
        Use("n1", Unique);
        _h.Cluster.Change(Machinery.Client.WellKnownResources.Nodes, "", "n1", n =>
        {
            n["status"]!["conditions"] = new JsonArray(new JsonObject { ["type"] = "Ready", ["status"] = "Unknown" });
            if (taint.Length > 0)
                n.Child("spec")["taints"] = new JsonArray(new JsonObject { ["key"] = taint, ["effect"] = "NoExecute" });
        });
        _h.Cluster.Vanish(Pods, "default", "p");
        _h.Advance(TimeSpan.FromMinutes(minutes));
        Assert.Equal(detached, _h.Cluster[VolumeAttachments].All.Count == 0);
    }

    [Fact]
    public void A_volume_for_one_node_is_not_attached_to_another_until_it_has_left_the_first()
    {
        A_volume_is_attached_where_a_pod_needs_it_and_the_node_is_told();
        Use("n1", Unique);
        _h.AddPodWith("q", Storage.UsesClaim("c"), ",\"nodeName\":\"n2\"");
        _h.Settle();
        Assert.Single(_h.Cluster[VolumeAttachments].All);
        Assert.Contains(_h.Events, e => e is { Reason: "FailedAttachVolume", Warning: true, Message: "Multi-Attach error for volume \"v\" Volume is already used by pod(s) p" });
        _h.Cluster.Vanish(Pods, "default", "p");
        Use("n1");
        _h.Settle();
        Assert.Equal("n2", Assert.Single(_h.Cluster[VolumeAttachments].All).Edit().Text("spec", "nodeName"));
    }

    [Fact]
    public void What_an_attacher_could_not_do_is_told_about_the_pod()
    {
        AddBound("c", "v");
        _h.AddPodWith("p", Storage.UsesClaim("c"), ",\"nodeName\":\"n1\"");
        _h.Settle();
        var attachment = Assert.Single(_h.Cluster[VolumeAttachments].All);
        _h.Cluster.Change(VolumeAttachments, "", attachment.Key.Name, a => a["status"] = new JsonObject { ["attached"] = false, ["attachError"] = new JsonObject { ["message"] = "no such disk" } });
        _h.Settle();
        Assert.Contains(_h.Events, e => e is { Reason: "FailedAttachVolume", Message: "AttachVolume.Attach failed for volume \"v\" : no such disk" });
    }
}
