using System.Text.Json.Nodes;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Volumes;

namespace ActorKube.Controllers.Volumes.Provisioning;

/// <summary>The persistent volume for a claim: a directory of one node.</summary>
internal static class LocalPathVolume
{
    // File systems take names of 255 bytes; names of claims may take as many themselves.
    private const int LongestDirectory = 200;

    /// <summary>The volume's name: upstream's, and the same whenever it is made for this claim, so that it is made once.</summary>
    public static string NameOf(ClaimView claim) => $"pvc-{claim.Object.Head.Uid}";

    /// <summary>The volume.</summary>
    public static JsonObject Of(ClaimView claim, StorageClassView storageClass, string node, string hostname, LocalPathRoot root)
    {
        var asked = claim.Object.Edit();
        var given = storageClass.Object.Edit();
        var metadata = new JsonObject
        {
            ["name"] = NameOf(claim),
            ["labels"] = new JsonObject { [LocalPath.NodeLabel] = LocalPath.LabelOf(node) },
            ["annotations"] = new JsonObject { [VolumeAnnotations.ProvisionedBy] = LocalPath.Provisioner, [LocalPath.NodeLabel] = node },
        };
        // Where nothing is on disk nobody would ever take it off.
        if (root.OnDisk)
            metadata["finalizers"] = new JsonArray(LocalPath.Finalizer);
        return new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "PersistentVolume",
            ["metadata"] = metadata,
            ["spec"] = new JsonObject
            {
                ["accessModes"] = new JsonArray([.. claim.AccessModes.Select(static m => (JsonNode?)m)]),
                ["capacity"] = new JsonObject { ["storage"] = asked.Text("spec", "resources", "requests", "storage") },
                ["claimRef"] = ClaimReference.ToJson(claim.Object),
                ["local"] = new JsonObject { ["path"] = $"{root.Directory}/{DirectoryOf(claim)}" },
                ["nodeAffinity"] = OnlyOn(hostname),
                ["persistentVolumeReclaimPolicy"] = given.Text("reclaimPolicy") is { Length: > 0 } policy ? policy : "Delete",
                ["storageClassName"] = claim.Class,
                ["volumeMode"] = "Filesystem",
            },
        };
    }

    private static string DirectoryOf(ClaimView claim)
    {
        var name = $"{NameOf(claim)}_{claim.Object.Key.Namespace}_{claim.Object.Key.Name}";
        return name.Length > LongestDirectory ? name[..LongestDirectory] : name;
    }

    private static JsonObject OnlyOn(string hostname) => new()
    {
        ["required"] = new JsonObject
        {
            ["nodeSelectorTerms"] = new JsonArray(new JsonObject
            {
                ["matchExpressions"] = new JsonArray(new JsonObject { ["key"] = LocalPathNode.HostnameLabel, ["operator"] = "In", ["values"] = new JsonArray(hostname) }),
            }),
        },
    };
}
