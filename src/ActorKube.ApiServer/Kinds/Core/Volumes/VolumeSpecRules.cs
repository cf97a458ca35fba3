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

    private static readonly string[] Secrets = ["controllerPublishSecretRef", "controllerExpandSecretRef", "nodePublishSecretRef", "nodeExpandSecretRef"];

    /// <summary>Checks the spec of a volume, or of one that stands inline in an attachment.</summary>
    public static void Check(JsonObject spec, bool inline, FieldPath path, FieldErrors errors)
    {
        AccessModeRules.Check(spec, path, "", errors);
        if (inline)
            CheckInline(spec, path, errors);
        else
            CheckCapacity(spec, path, errors);
        FieldRules.OneOf(spec, "persistentVolumeReclaimPolicy", Policies, path, errors);
        if (spec.Object("nodeAffinity") is { } affinity)
            CheckAffinity(affinity, path.Child("nodeAffinity"), errors);
        CheckSource(spec, path, errors);
        if (spec.Text("persistentVolumeReclaimPolicy") == "Recycle" && spec.Object("hostPath").Text("path") is { Length: > 0 } place && place.Trim('/').Length == 0)
            errors.Forbidden(path.Child("persistentVolumeReclaimPolicy"), "may not be 'recycle' for a hostPath mount of '/'");
        FieldRules.Form(spec, "storageClassName", DnsNames.Subdomain, path, errors);
        FieldRules.OneOf(spec, "volumeMode", AccessModeRules.VolumeModes, path, errors);
        if (spec["volumeAttributesClassName"] is not null && !inline)
            CheckAttributesClass(spec, path, errors);
    }

    /// <summary>Checks a change: where the data is cannot change, nor who can reach it once it is said.</summary>
    public static void CheckUpdate(JsonObject spec, JsonObject old, FieldErrors errors)
    {
        var changed = Sources.Where(s => !JsonEquality.Same(WithoutSecret(spec, s, old), WithoutSecret(old, s, old))).ToArray();
        if (changed.Length > 0)
            errors.Forbidden(FieldPath.Spec.Child("persistentvolumesource"),
                $"spec.persistentvolumesource is immutable after creation\n{string.Join('\n', changed.Select(static s => $"  changed: spec.{s}"))}");
        // Upstream leaves the spec out of this path.
        if (old["nodeAffinity"] is not null)
            FieldRules.Immutable(spec, old, "nodeAffinity", FieldPath.Root, errors);
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
                errors.Invalid(path.Child("capacity").Key(name), amount.ToString(), "must be greater than zero");
    }

    private static string GoMap(JsonObject map) => $"map[{string.Join(' ', map.Select(static p => $"{p.Key}:{p.Value}").Order(StringComparer.Ordinal))}]";

    private static void CheckInline(JsonObject spec, FieldPath path, FieldErrors errors)
    {
        foreach (var field in (ReadOnlySpan<string>)["persistentVolumeReclaimPolicy", "storageClassName"])
            if (spec.Text(field) is { Length: > 0 })
                errors.Forbidden(path.Child(field), "may not be specified in the context of inline volumes");
        foreach (var field in (ReadOnlySpan<string>)["claimRef", "capacity"])
            if (spec.Object(field) is { Count: > 0 })
                errors.Forbidden(path.Child(field), "may not be specified in the context of inline volumes");
        if (spec.Object("csi") is null)
            errors.Required(path.Child("csi"), "has to be specified in the context of inline volumes");
    }

    private static void CheckAffinity(JsonObject affinity, FieldPath path, FieldErrors errors)
    {
        if (affinity.Object("required") is { } required)
            NodeSelectorRules.Check(required, path.Child("required"), errors);
        else
            errors.Required(path.Child("required"), "must specify required node constraints");
    }

    private static void CheckSource(JsonObject spec, FieldPath path, FieldErrors errors)
    {
        var count = 0;
        foreach (var kind in Sources)
            if (spec.Object(kind) is not { } source)
                continue;
            else if (count++ > 0)
                errors.Forbidden(path.Child(kind), "may not specify more than 1 volume type");
            else
                CheckKind(kind, source, spec, path, errors);
        if (count == 0)
            errors.Required(path, "must specify a volume type");
    }

    private static void CheckKind(string kind, JsonObject source, JsonObject spec, FieldPath path, FieldErrors errors)
    {
        switch (kind)
        {
            case "hostPath":
                if (FieldRules.Required(source, "path", path.Child(kind), errors) is { } place && PathRules.ClimbsUp(place))
                    errors.Invalid(path.Child(kind, "path"), place, "must not contain '..'");
                break;
            case "local":
                if (FieldRules.Required(source, "path", path.Child(kind), errors) is { } directory && PathRules.ClimbsUp(directory))
                    errors.Invalid(path.Child(kind, "path"), directory, "must not contain '..'");
                if (spec.Object("nodeAffinity") is null)
                    errors.Required(path.Child("nodeAffinity"), "Local volume requires node affinity");
                break;
            case "csi":
                DriverVolumeRules.CheckDriverName(source.Text("driver") ?? "", path.Child(kind, "driver"), errors);
                FieldRules.Required(source, "volumeHandle", path.Child(kind), errors);
                foreach (var secret in Secrets)
                    if (source.Object(secret) is { } reference)
                    {
                        FieldRules.Required(reference, "name", path.Child(kind, secret), errors);
                        FieldRules.Required(reference, "namespace", path.Child(kind, secret), errors);
                    }
                break;
            default: DriverVolumeRules.Check(kind, source, "", path, errors); break;
        }
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
