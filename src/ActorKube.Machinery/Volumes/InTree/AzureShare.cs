using System.Text.Json.Nodes;
using ActorKube.Machinery.Objects;

namespace ActorKube.Machinery.Volumes.InTree;

/// <summary>File shares of Azure.</summary>
internal sealed class AzureShare() : InTreeDriver("azureFile", "kubernetes.io/azure-file", "file.csi.azure.com")
{
    private const string Prefix = "azure-storage-account-";
    private const string Suffix = "-secret";

    public override bool IsScheduled => false;

    private protected override JsonObject Source(JsonNode? inTree, VolumePlace place)
    {
        var (secret, share) = (inTree.Text("secretName"), inTree.Text("shareName"));
        var ns = place.IsInline || inTree.At("secretNamespace") is null ? place.Namespace : inTree.Text("secretNamespace");
        if (ns.Length == 0)
            throw new FormatException("could not find a secret namespace in PersistentVolumeSource or ClaimRef");
        var csi = Csi($"{place.Annotation("kubernetes.io/azure-file-resource-group")}#{AccountOf(secret)}#{share}#{place.Name}#{ns}", null, new JsonObject { ["sharename"] = share });
        csi["nodeStageSecretRef"] = new JsonObject { ["name"] = secret, ["namespace"] = ns };
        return csi;
    }

    private protected override string InlineName(JsonNode? inTree, JsonObject csi) => csi.Text("volumeHandle");

    private protected override string InlineMode(JsonNode? inTree) => "ReadWriteMany";

    // A secret is usually named after its account; otherwise its name takes the account's place.
    private static string AccountOf(string secret)
    {
        var (start, end) = (secret.IndexOf(Prefix, StringComparison.Ordinal) + Prefix.Length, secret.LastIndexOf(Suffix, StringComparison.Ordinal));
        return start >= Prefix.Length && end > start ? secret[start..end] : secret;
    }
}
