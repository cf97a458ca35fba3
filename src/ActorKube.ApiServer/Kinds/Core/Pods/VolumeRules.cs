using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Quantities;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Core.Pods;

/// <summary>The volumes of a pod (upstream: <c>ValidateVolumes</c>, <c>validateVolumeSource</c>).</summary>
internal static class VolumeRules
{
    private static readonly string[] PullPolicies = ["Always", "IfNotPresent", "Never"];

    // In the order in which upstream looks at them: of several, all but the first are refused.
    private static readonly string[] Sources =
    [
        "emptyDir", "hostPath", "gitRepo", "gcePersistentDisk", "awsElasticBlockStore", "secret", "nfs", "iscsi", "glusterfs", "flocker", "persistentVolumeClaim",
        "rbd", "cinder", "cephfs", "quobyte", "downwardAPI", "fc", "flexVolume", "configMap", "azureFile", "vsphereVolume", "photonPersistentDisk", "portworxVolume",
        "azureDisk", "storageos", "projected", "scaleIO", "csi", "ephemeral", "image",
    ];

    /// <summary>Checks all volumes of a pod, and notes the good ones for those who mount them.</summary>
    public static void Check(JsonObject spec, PodContext pod, FieldPath path, FieldErrors errors)
    {
        if (spec.Array("volumes") is not { Count: > 0 })
            return;
        HashSet<string>? created = null;
        if (pod.PodName is { Length: > 0 })
            foreach (var (_, volume) in spec.Items("volumes"))
                if (volume.Object("ephemeral") is not null)
                    (created ??= []).Add($"{pod.PodName}-{volume.Text("name")}");
        foreach (var (i, volume) in spec.Items("volumes"))
        {
            var item = path.Index(i);
            var before = errors.Count;
            CheckSource(volume, pod, item, errors);
            if (FieldRules.Required(volume, "name", item, errors) is { } name)
            {
                FieldRules.Form(volume, "name", DnsNames.Label, item, errors);
                if (pod.Volumes.ContainsKey(name))
                    errors.Duplicate(item.Child("name"), name);
                else if (errors.Count == before)
                    pod.Volumes[name] = volume;
            }
            if (created is not null && volume.Object("persistentVolumeClaim").Text("claimName") is { } claim && created.Contains(claim))
                errors.Invalid(item.Child("persistentVolumeClaim", "claimName"), claim, "must not reference a PVC that gets created for an ephemeral volume");
        }
    }

    private static void CheckSource(JsonObject volume, PodContext pod, FieldPath path, FieldErrors errors)
    {
        var count = 0;
        foreach (var kind in Sources)
        {
            if (volume.Object(kind) is not { } source)
                continue;
            if (count++ > 0)
                errors.Forbidden(path.Child(NameInRefusal(kind)), "may not specify more than 1 volume type");
            else
                CheckKind(kind, source, volume.Text("name") ?? "", pod, path, errors);
        }
        if (count == 0)
            errors.Required(path, "must specify a volume type");
    }

    // Upstream's messages misspell two of them.
    private static string NameInRefusal(string kind) => kind switch { "cephfs" => "cephFS", "downwardAPI" => "downwarAPI", _ => kind };

    private static void CheckKind(string kind, JsonObject source, string name, PodContext pod, FieldPath owner, FieldErrors errors)
    {
        switch (kind)
        {
            case "emptyDir":
                if (Quantity.TryParse(source["sizeLimit"]?.ToString(), out var limit) && limit.Sign < 0)
                    errors.Forbidden(owner.Child(kind, "sizeLimit"), "SizeLimit field must be a valid resource quantity");
                break;
            case "hostPath": CheckHostPath(source, owner.Child(kind), errors); break;
            case "configMap":
                FieldRules.Required(source, "name", owner.Child(kind), errors);
                ProjectionRules.CheckKeys(source, owner.Child(kind), errors);
                break;
            case "secret":
                FieldRules.Required(source, "secretName", owner.Child(kind), errors);
                ProjectionRules.CheckKeys(source, owner.Child(kind), errors);
                break;
            case "downwardAPI": ProjectionRules.CheckDownward(source, owner.Child(kind), errors); break;
            case "projected": ProjectionRules.CheckProjected(source, owner.Child(kind), errors); break;
            case "persistentVolumeClaim": FieldRules.Required(source, "claimName", owner.Child(kind), errors); break;
            case "ephemeral": CheckEphemeral(source, name, pod, owner, errors); break;
            case "image":
                FieldRules.Required(source, "reference", owner.Child(kind), errors);
                FieldRules.OneOf(source, "pullPolicy", PullPolicies, owner.Child(kind), errors);
                break;
            case "gitRepo":
                FieldRules.Required(source, "repository", owner.Child(kind), errors);
                PathRules.Descending(source.Text("directory") ?? "", owner.Child(kind, "directory"), errors);
                break;
            default: DriverVolumeRules.Check(kind, source, name, owner, errors); break;
        }
    }

    private static void CheckHostPath(JsonObject source, FieldPath path, FieldErrors errors)
    {
        if (FieldRules.Required(source, "path", path, errors) is { } place && PathRules.ClimbsUp(place))
            errors.Invalid(path.Child("path"), place, "must not contain '..'");
    }

    private static void CheckEphemeral(JsonObject source, string name, PodContext pod, FieldPath owner, FieldErrors errors)
    {
        if (source.Object("volumeClaimTemplate") is not { } template)
            errors.Required(owner.Child("ephemeral", "volumeClaimTemplate"));
        else
            ClaimTemplateRules.Check(template, owner.Child("ephemeral", "volumeClaimTemplate"), errors);
        if (pod.PodName is not { Length: > 0 } || name.Length == 0)
            return;
        var claim = $"{pod.PodName}-{name}";
        foreach (var fault in DnsNames.Subdomain(claim))
            errors.Invalid(owner.Child("name"), name, $"PVC name \"{claim}\": {fault}");
    }
}
