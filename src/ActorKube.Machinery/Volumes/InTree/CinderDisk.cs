using System.Text.Json.Nodes;
using ActorKube.Machinery.Objects;

namespace ActorKube.Machinery.Volumes.InTree;

/// <summary>Disks of OpenStack's Cinder.</summary>
internal sealed class CinderDisk() : InTreeDriver("cinder", "kubernetes.io/cinder", "cinder.csi.openstack.org")
{
    private protected override JsonObject Source(JsonNode? inTree, VolumePlace place) => Csi(inTree.Text("volumeID"), inTree, []);

    private protected override void Finish(JsonObject volume) => VolumeTopology.Translate(volume, "topology.cinder.csi.openstack.org/zone");
}
