using System.Text.Json.Nodes;
using ActorKube.Controllers.Tests.Harness;
using ActorKube.Controllers.Volumes;
using ActorKube.Machinery.Objects;
using static ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Controllers.Tests.Volumes;

public sealed class VolumeExpanderTests
{
    private const string Waiting = "waiting for an external controller to expand this PVC";
    private readonly ControllerHarness _h = new ControllerHarness().Run(new VolumeExpander());

    [Theory]
    [InlineData("5Gi", "csi", "", 0)]
    [InlineData("9Gi", "csi", "", 1)]
    [InlineData("9Gi", "hostPath", "", 1)]
    [InlineData("5Gi", "csi", "\"volume.alpha.kubernetes.io/pre-resize-capacity\":\"3Gi\"", 1)]
    public void A_claim_that_wants_to_grow_is_told_who_lets_it(string wanted, string source, string annotation, int events)
    {
        Add(wanted, source, annotation);
        Assert.Equal(events, _h.Events.Count(static e => e is { Reason: "ExternalExpanding", Warning: false, Message: Waiting }));
        Assert.Equal(events, _h.Events.Count);
    }

    [Fact]
    public void It_is_told_again_when_it_wants_more_and_not_when_its_status_changes()
    {
        Add("9Gi", "csi");
        _h.Cluster.Change(PersistentVolumeClaims, "default", "c", static c => c["status"]!["conditions"] = new JsonArray(new JsonObject { ["type"] = "Resizing", ["status"] = "True" }));
        _h.Settle();
        Assert.Single(_h.Events);
        _h.Cluster.Change(PersistentVolumeClaims, "default", "c", static c => c["spec"]!["resources"]!["requests"]!["storage"] = "10Gi");
        _h.Settle();
        Assert.Equal(2, _h.Events.Count);
    }

    [Fact]
    public void A_claim_without_a_bound_volume_is_looked_at_again()
    {
        Add("9Gi", "csi", uid: "another");
        Assert.Empty(_h.Events);
        _h.Cluster.Change(PersistentVolumes, "", "v", v => v["spec"]!["claimRef"]!["uid"] = _h.Cluster.Find(PersistentVolumeClaims, "default", "c")!.Head.Uid);
        _h.Advance(TimeSpan.FromMinutes(1));
        Assert.Single(_h.Events);
        Assert.InRange(_h.Turns, 2, 20);
    }

    [Theory]
    [InlineData("awsElasticBlockStore", "kubernetes.io/aws-ebs", "ebs.csi.aws.com")]
    [InlineData("portworxVolume", "kubernetes.io/portworx-volume", "pxd.portworx.com")]
    public void A_volume_of_a_driver_that_was_in_the_tree_is_handed_to_its_successor(string source, string driver, string successor)
    {
        Add("9Gi", source);
        Assert.Equal([$"CSI migration enabled for {driver}; waiting for external resizer to expand the pvc"], _h.Events.Select(static e => e.Message));
        Assert.Equal(successor, _h.Claim("c").Text("metadata", "annotations", "volume.kubernetes.io/storage-resizer"));
    }

    private void Add(string wanted, string source, string annotation = "", string? uid = null)
    {
        var claim = _h.AddClaim("c", $"\"volumeName\":\"v\",\"resources\":{{\"requests\":{{\"storage\":\"{wanted}\"}}}}");
        var hidden = source == "hostPath" ? "" : "\"hostPath\":null,";
        _h.AddVolume("v", $"{hidden}\"claimRef\":{{\"namespace\":\"default\",\"name\":\"c\",\"uid\":\"{uid ?? claim.Head.Uid}\"}},\"{source}\":{{\"driver\":\"example.com\"}}", $"\"annotations\":{{{annotation}}}");
        _h.Cluster.Change(PersistentVolumeClaims, "default", "c", static c => c["status"] = new JsonObject { ["phase"] = "Bound", ["capacity"] = new JsonObject { ["storage"] = "5Gi" } });
        _h.Settle();
    }
}
