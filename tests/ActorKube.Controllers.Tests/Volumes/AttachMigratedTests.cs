using ActorKube.Controllers.Tests.Harness;
using ActorKube.Machinery.Objects;
using static ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Controllers.Tests.Volumes;

/// <summary>Volumes of drivers that were part of Kubernetes once are attached by the CSI drivers that have taken over.</summary>
public sealed class AttachMigratedTests() : AttachBench(TimeSpan.FromMinutes(6))
{
    private const string Disk = "\"gcePersistentDisk\":{\"pdName\":\"d\",\"fsType\":\"ext4\"}";
    private const string Handle = "projects/UNSPECIFIED/zones/UNSPECIFIED/disks/d";
    private const string Name = "kubernetes.io/csi/pd.csi.storage.gke.io^" + Handle;

    [Fact]
    public void A_volume_is_attached_by_the_successor_and_told_of_by_its_name()
    {
        AddBound("c", "v");
        _h.Cluster.Change(PersistentVolumes, "", "v", static v => (v["spec"]!["csi"], v["spec"]!["cinder"]) = (null, new System.Text.Json.Nodes.JsonObject { ["volumeID"] = "id" }));
        _h.AddPodWith("p", Storage.UsesClaim("c"), ",\"nodeName\":\"n1\"");
        _h.Settle();
        Assert.Equal(("cinder.csi.openstack.org", "v"), (Only().Edit().Text("spec", "attacher"), Only().Edit().Text("spec", "source", "persistentVolumeName")));
        Attached(Only());
        Assert.Equal("kubernetes.io/csi/cinder.csi.openstack.org^id", _h.Cluster.Json(Machinery.Client.WellKnownResources.Nodes, "", "n1").Items("status", "volumesAttached").Single().Text("name"));
        Assert.Single(_h.Events, static e => e is { Reason: "SuccessfulAttachVolume", Message: "AttachVolume.Attach succeeded for volume \"v\" " });
    }

    [Fact]
    public void A_disk_that_stands_in_a_pod_is_described_by_its_attachment_and_leaves_with_the_pod()
    {
        _h.AddPodWith("p", Disk, ",\"nodeName\":\"n1\"");
        _h.Settle();
        var spec = Only().Edit().At("spec", "source", "inlineVolumeSpec");
        Assert.Equal(("pd.csi.storage.gke.io", Handle, "ext4", "ReadWriteOnce", "Filesystem"),
            (spec.Text("csi", "driver"), spec.Text("csi", "volumeHandle"), spec.Text("csi", "fsType"), spec.Items("accessModes").Single().Text(), spec.Text("volumeMode")));
        Attached(Only());
        Assert.Equal(Name, _h.Cluster.Json(Machinery.Client.WellKnownResources.Nodes, "", "n1").Items("status", "volumesAttached").Single().Text("name"));
        Assert.Single(_h.Events, static e => e is { Reason: "SuccessfulAttachVolume", Message: "AttachVolume.Attach succeeded for volume \"pd.csi.storage.gke.io-d\" " });
        Use("n1", Name);
        _h.Cluster.Vanish(Pods, "default", "p");
        _h.Settle();
        Assert.Equal("n1", NodeOfOnly());
        Use("n1");
        _h.Settle();
        Assert.Empty(_h.Cluster[VolumeAttachments].All);
    }

    [Fact]
    public void A_disk_for_one_node_is_not_attached_to_another_whatever_stands_for_it()
    {
        _h.AddPodWith("p", Disk, ",\"nodeName\":\"n1\"");
        _h.Settle();
        Attached(Only());
        Use("n1", Name);
        AddBound("c", "v");
        _h.Cluster.Change(PersistentVolumes, "", "v", static v => (v["spec"]!["csi"], v["spec"]!["gcePersistentDisk"]) = (null, new System.Text.Json.Nodes.JsonObject { ["pdName"] = "d" }));
        _h.AddPodWith("q", Storage.UsesClaim("c"), ",\"nodeName\":\"n2\"");
        _h.Settle();
        Assert.Equal("n1", NodeOfOnly());
        Assert.Contains(_h.Events, static e => e is { Reason: "FailedAttachVolume", Warning: true, Message: "Multi-Attach error for volume \"v\" Volume is already used by pod(s) p" });
        _h.Cluster.Vanish(Pods, "default", "p");
        Use("n1");
        _h.Settle();
        Assert.Equal("n2", NodeOfOnly());
        Assert.Equal("v", Only().Edit().Text("spec", "source", "persistentVolumeName"));
    }
}
