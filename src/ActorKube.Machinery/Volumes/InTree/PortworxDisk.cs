using System.Text.Json.Nodes;
using ActorKube.Machinery.Objects;

namespace ActorKube.Machinery.Volumes.InTree;

/// <summary>Disks of Portworx.</summary>
internal sealed class PortworxDisk() : InTreeDriver("portworxVolume", "kubernetes.io/portworx-volume", "pxd.portworx.com")
{
    private static readonly string[] Uses = ["controllerPublishSecretRef", "nodeStageSecretRef", "nodePublishSecretRef", "controllerExpandSecretRef", "nodeExpandSecretRef"];

    private protected override bool KeepsReadOnly => false;

    private protected override JsonObject Source(JsonNode? inTree, VolumePlace place)
    {
        var csi = Csi(inTree.Text("volumeID"), inTree, []);
        var (name, ns) = (place.Annotation("openstorage.io/auth-secret-name"), place.Annotation("openstorage.io/auth-secret-namespace"));
        if (name.Length > 0 && ns.Length > 0)
            foreach (var use in Uses)
                csi[use] = new JsonObject { ["name"] = name, ["namespace"] = ns };
        return csi;
    }

    private protected override string InlineMode(JsonNode? inTree) => inTree.Flag("readOnly") ? "ReadOnlyMany" : base.InlineMode(inTree);
}
