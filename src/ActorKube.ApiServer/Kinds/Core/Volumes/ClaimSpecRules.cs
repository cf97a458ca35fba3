using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Quantities;
using ActorKube.Api.Selectors;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Core.Volumes;

/// <summary>The spec of claims and of templates of claims (upstream: <c>ValidatePersistentVolumeClaimSpec</c>).</summary>
internal static class ClaimSpecRules
{
    private const string Claim = "PersistentVolumeClaim";
    private const string Snapshots = "snapshot.storage.k8s.io";

    /// <summary>Checks a spec.</summary>
    public static void Check(JsonObject spec, FieldPath path, FieldErrors errors)
    {
        LabelSelectorJson.Validate(spec.Object("selector"), path.Child("selector"), errors);
        AccessModeRules.Check(spec, path, "at least 1 access mode is required", errors);
        var size = spec.Object("resources").Object("requests")?["storage"];
        if (size is null)
            errors.Required(path.Child("resources").Key("storage"));
        else if (Quantity.TryParse(size.ToString(), out var amount) && amount.Sign <= 0)
            errors.Invalid(path.Child("resources").Key("storage"), amount.ToString(), "must be greater than zero");
        FieldRules.Form(spec, "storageClassName", DnsNames.Subdomain, path, errors);
        FieldRules.OneOf(spec, "volumeMode", AccessModeRules.VolumeModes, path, errors);
        CheckSources(spec, path, errors);
        FieldRules.Form(spec, "volumeAttributesClassName", DnsNames.Subdomain, path, errors);
    }

    /// <summary>Sources in other namespaces are behind a feature gate that is off (<c>CrossNamespaceVolumeDataSource</c>), and dropped as by a server without the feature; one that is there already stays.</summary>
    public static void DropForeignSource(JsonObject spec, JsonObject? old)
    {
        if (old?["dataSourceRef"] is null && spec.Object("dataSourceRef").Text("namespace") is { Length: > 0 })
            spec.Remove("dataSourceRef");
    }

    /// <summary>The old and the new field for the source of a volume's content say the same (upstream: <c>NormalizeDataSources</c>); the old one knows claims and snapshots only.</summary>
    public static void Align(JsonObject spec)
    {
        var (source, reference) = (spec.Object("dataSource"), spec.Object("dataSourceRef"));
        if (source is not null && !IsClaimOrSnapshot(source))
        {
            spec.Remove("dataSource");
            source = null;
        }
        if (source is not null && reference is null)
            spec["dataSourceRef"] = source.DeepClone();
        else if (source is null && reference is not null && string.IsNullOrEmpty(reference.Text("namespace")) && IsClaimOrSnapshot(reference))
            spec["dataSource"] = new JsonObject { ["apiGroup"] = reference["apiGroup"]?.DeepClone(), ["kind"] = reference.Text("kind"), ["name"] = reference.Text("name") };
    }

    private static bool IsClaimOrSnapshot(JsonObject source) => (source.Text("apiGroup") ?? "", source.Text("kind")) is ("", Claim) or (Snapshots, "VolumeSnapshot");

    private static void CheckSources(JsonObject spec, FieldPath path, FieldErrors errors)
    {
        var (source, reference) = (spec.Object("dataSource"), spec.Object("dataSourceRef"));
        if (source is not null)
            CheckSource(source, path.Child("dataSource"), errors);
        if (reference is not null)
        {
            CheckSource(reference, path.Child("dataSourceRef"), errors);
            FieldRules.Form(reference, "namespace", DnsNames.Label, path.Child("dataSourceRef"), errors);
        }
        if (source is null || reference is null)
            return;
        // Upstream puts the path where the value belongs.
        if (reference.Text("namespace") is { Length: > 0 })
            errors.Invalid(path, path.Child("dataSource").ToString(), "may not be specified when dataSourceRef.namespace is specified");
        else if (Identity(source) != Identity(reference))
            errors.Invalid(path, path.Child("dataSource").ToString(), "must match dataSourceRef");
    }

    private static (string, string, string) Identity(JsonObject source) => (source.Text("apiGroup") ?? "", source.Text("kind") ?? "", source.Text("name") ?? "");

    private static void CheckSource(JsonObject source, FieldPath path, FieldErrors errors)
    {
        FieldRules.Required(source, "name", path, errors);
        var kind = FieldRules.Required(source, "kind", path, errors);
        if (string.IsNullOrEmpty(source.Text("apiGroup")) && kind is not Claim)
            errors.Invalid(path, kind ?? "", "must be 'PersistentVolumeClaim' when referencing the default apiGroup");
        FieldRules.Form(source, "apiGroup", DnsNames.Subdomain, path, errors);
    }
}
