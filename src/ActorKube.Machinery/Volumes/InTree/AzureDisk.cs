using System.Text.Json.Nodes;
using ActorKube.Machinery.Objects;

namespace ActorKube.Machinery.Volumes.InTree;

/// <summary>Disks of Azure that Azure manages; of others the CSI driver knows nothing.</summary>
internal sealed class AzureDisk() : InTreeDriver("azureDisk", "kubernetes.io/azure-disk", "disk.csi.azure.com")
{
    private const string Managed = "Managed";

    private protected override JsonObject Source(JsonNode? inTree, VolumePlace place)
    {
        if (inTree.Text("kind") is { Length: > 0 } kind && !kind.Equals(Managed, StringComparison.OrdinalIgnoreCase))
            throw new FormatException($"kind({kind}) is not supported in csi migration");
        var attributes = new JsonObject();
        if (inTree.Text("cachingMode") is { Length: > 0 } caching)
            attributes["cachingmode"] = caching;
        if (inTree.At("fsType") is not null)
            attributes["fstype"] = inTree.Text("fsType");
        attributes["kind"] = Managed;
        return Csi(inTree.Text("diskURI"), inTree, attributes);
    }

    private protected override string InlineName(JsonNode? inTree, JsonObject csi) => csi.Text("volumeHandle");
}
