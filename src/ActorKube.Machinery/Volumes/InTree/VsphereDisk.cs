using System.Text.Json.Nodes;
using ActorKube.Machinery.Objects;

namespace ActorKube.Machinery.Volumes.InTree;

/// <summary>Disks of vSphere.</summary>
internal sealed class VsphereDisk() : InTreeDriver("vsphereVolume", "kubernetes.io/vsphere-volume", "csi.vsphere.vmware.com")
{
    public override bool IsScheduled => false;

    private protected override JsonObject Source(JsonNode? inTree, VolumePlace place) =>
        Csi(inTree.Text("volumePath"), inTree, inTree.Text("storagePolicyName") is { Length: > 0 } policy ? new JsonObject { ["storagepolicyname"] = policy } : []);

    private protected override void Finish(JsonObject volume) => VolumeTopology.Translate(volume, "topology.csi.vmware.com/zone", "topology.csi.vmware.com/region");
}
