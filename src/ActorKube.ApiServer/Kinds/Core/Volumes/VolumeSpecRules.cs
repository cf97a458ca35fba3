using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Quantities;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Kinds.Core.Pods;

namespace ActorKube.ApiServer.Kinds.Core.Volumes;

/// <summary>Persistent volumes (upstream: <c>ValidatePersistentVolumeSpec</c>, <c>ValidatePersistentVolumeUpdate</c>).</summary>
internal static class VolumeSpecRules
{
    private static readonly string[] Policies = ["Delete", "Recycle", "Retain"];

    // In the order in which upstream looks at them: of several, all but the first are refused.
    private static readonly string[] Sources =
    [
        "hostPath", "gcePersistentDisk", "awsElasticBlockStore", "glusterfs", "flocker", "nfs", "rbd", "quobyte", "cephfs", "iscsi", "cinder", "fc", "flexVolume", "azureFile",
        "vsphereVolume", "photonPersistentDisk", "portworxVolume", "azureDisk", "scaleIO", "local", "storageos", "csi",
    ];

    /// <summary>Checks the spec of a volume.</summary>
    public static void Check(JsonObject spec, string name, FieldPath path, FieldErrors errors)
    {
        AccessModeRules.Check(spec, path, "", errors);
        CheckCapacity(spec, path, errors);
        FieldRules.OneOf(spec, "persistentVolumeReclaimPolicy", Policies, path, errors);
        if (spec.Object("nodeAffinity") is { } affinity)
            CheckAffinity(affinity, path.Child("nodeAffinity"), errors);
        CheckSources(spec, name, path, errors);
        FieldRules.Form(spec, "storageClassName", DnsNames.Subdomain, path, errors);
        FieldRules.OneOf(spec, "volumeMode", AccessModeRules.VolumeModes, path, errors);
        if (spec["volumeAttributesClassName"] is not null)
            CheckAttributesClass(spec, path, errors);
    }

    /// <summary>Checks a spec that stands inline in an attachment: it says little besides the driver.</summary>
    public static void CheckInline(JsonObject spec, FieldPath path, FieldErrors errors)
    {
        const string where = "in the context of inline volumes";
        foreach (var field in (ReadOnlySpan<string>)["claimRef", "capacity"])
            if (spec.Object(field) is { } value && (field == "claimRef" || value.Count > 0))
                errors.Forbidden(path.Child(field), $"may not be specified {where}");
        if (spec.Object("csi") is null)
            errors.Required(path.Child("csi"), $"has to be specified {where}");
        AccessModeRules.Check(spec, path, "", errors);
        if (spec.Text("persistentVolumeReclaimPolicy") is not (null or "" or "Retain"))
            errors.Forbidden(path.Child("persistentVolumeReclaimPolicy"), $"may only be Retain {where}");
        if (spec["nodeAffinity"] is not null)
            errors.Forbidden(path.Child("nodeAffinity"), $"may not be specified {where}");
        CheckSources(spec, "", path, errors);
        if (spec.Text("storageClassName") is { Length: > 0 })
            errors.Forbidden(path.Child("storageClassName"), $"may not be specified {where}");
        if (spec.Text("volumeMode") is not (null or "Filesystem"))
            errors.Forbidden(path.Child("volumeMode"), $"may not specify volumeMode other than Filesystem {where}");
    }

    private static void CheckSources(JsonObject spec, string name, FieldPath path, FieldErrors errors)
    {
        CheckSource(spec, name, path, errors);
        if (spec.Text("persistentVolumeReclaimPolicy") == "Recycle" && spec.Object("hostPath").Text("path") is { Length: > 0 } place && place.Trim('/').Length == 0)
            errors.Forbidden(path.Child("persistentVolumeReclaimPolicy"), "may not be 'recycle' for a hostPath mount of '/'");
    }

    /// <summary>Checks a change: where the data is cannot change, nor who can reach it once it is said.</summary>
    public static void CheckUpdate(JsonObject spec, JsonObject old, FieldErrors errors)
    {
        var changed = Sources.Where(s => !JsonEquality.Same(WithoutSecret(spec, s, old), WithoutSecret(old, s, old))).ToArray();
        if (changed.Length > 0)
            errors.Forbidden(FieldPath.Spec.Child("persistentvolumesource"),
                $"spec.persistentvolumesource is immutable after creation\n{string.Join('\n', changed.Select(static s => $"  changed: spec.{s}"))}");
        // Upstream leaves the spec out of these paths.
        FieldRules.Immutable(spec, old, "volumeMode", FieldPath.Root, errors);
        if (old["nodeAffinity"] is not null)
            FieldRules.Immutable(spec, old, "nodeAffinity", FieldPath.Root, errors);
        if (old["volumeAttributesClassName"] is not null && spec["volumeAttributesClassName"] is null)
            errors.Forbidden(FieldPath.Spec.Child("volumeAttributesClassName"), "update from non-nil value to nil is forbidden");
    }

    // The secret for growing may be added later.
    private static JsonNode? WithoutSecret(JsonObject spec, string source, JsonObject old)
    {
        if (source != "csi" || spec.Object("csi") is not { } csi || old.Object("csi")?["controllerExpandSecretRef"] is not null)
            return spec[source];
        var rest = (JsonObject)csi.DeepClone();
        rest.Remove("controllerExpandSecretRef");
        return rest;
    }

    private static void CheckCapacity(JsonObject spec, FieldPath path, FieldErrors errors)
    {
        var capacity = spec.Object("capacity") ?? [];
        if (capacity.Count == 0)
            errors.Required(path.Child("capacity"));
        if (capacity["storage"] is null || capacity.Count > 1)
            errors.NotSupported(path.Child("capacity"), GoMap(capacity), "storage");
        foreach (var (name, value) in capacity)
            if (Quantity.TryParse(value?.ToString(), out var amount) && amount.Sign <= 0)
            {
                ResourceRules.CheckBasic(amount, path.Child("capacity").Key(name), errors);
                errors.Invalid(path.Child("capacity").Key(name), amount.ToString(), "must be greater than zero");
            }
    }

    private static string GoMap(JsonObject map) => $"map[{string.Join(' ', map.Select(static p => $"{p.Key}:{p.Value}").Order(StringComparer.Ordinal))}]";

    private static void CheckAffinity(JsonObject affinity, FieldPath path, FieldErrors errors)
    {
        if (affinity.Object("required") is { } required)
            NodeSelectorRules.Check(required, path.Child("required"), errors);
        else
            errors.Required(path.Child("required"), "must specify required node constraints");
    }

    private static void CheckSource(JsonObject spec, string name, FieldPath path, FieldErrors errors)
    {
        var count = 0;
        foreach (var kind in Sources)
            if (spec.Object(kind) is not { } source)
                continue;
            else if (count++ > 0)
                errors.Forbidden(path.Child(kind == "cephfs" ? "cephFS" : kind), "may not specify more than 1 volume type");
            else
                PersistentSourceRules.Check(kind, source, spec, name, path, errors);
        if (count == 0)
            errors.Required(path, "must specify a volume type");
    }

    private static void CheckAttributesClass(JsonObject spec, FieldPath path, FieldErrors errors)
    {
        var name = spec.Text("volumeAttributesClassName") ?? "";
        if (name.Length == 0)
            errors.Required(path.Child("volumeAttributesClassName"), "an empty string is disallowed");
        else
            errors.Invalid(path.Child("volumeAttributesClassName"), name, DnsNames.Subdomain(name));
        if (spec.Object("csi") is null)
            errors.Required(path.Child("csi"), "has to be specified when using volumeAttributesClassName");
    }
}
