using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Quantities;
using ActorKube.Api.Selectors;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Core.Pods;

/// <summary>The claim that is made for a pod's own volume (upstream: <c>ValidatePersistentVolumeClaimTemplate</c>, <c>ValidatePersistentVolumeClaimSpec</c>).</summary>
internal static class ClaimTemplateRules
{
    private const string OncePod = "ReadWriteOncePod";
    private static readonly string[] Modes = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", OncePod];
    private static readonly string[] VolumeModes = ["Block", "Filesystem"];

    /// <summary>Checks a template.</summary>
    public static void Check(JsonObject template, FieldPath path, FieldErrors errors)
    {
        if (template.Object("metadata") is { } metadata)
            CheckMetadata(metadata, path.Child("metadata"), errors);
        CheckSpec(template.Object("spec") ?? [], path.Child("spec"), errors);
    }

    private static void CheckMetadata(JsonObject metadata, FieldPath path, FieldErrors errors)
    {
        ObjectMetaRules.ValidateAnnotations(metadata.Object("annotations"), path.Child("annotations"), errors);
        ObjectMetaRules.ValidateLabels(metadata.Object("labels"), path.Child("labels"), errors);
        foreach (var (field, value) in metadata)
            if (value is not null && field is not ("annotations" or "labels" or "creationTimestamp"))
                errors.Forbidden(path.Child(field), "cannot be set");
    }

    private static void CheckSpec(JsonObject spec, FieldPath path, FieldErrors errors)
    {
        var modes = spec.Texts("accessModes").ToList();
        if (modes.Count == 0)
            errors.Required(path.Child("accessModes"), "at least 1 access mode is required");
        LabelSelectorJson.Validate(spec.Object("selector"), path.Child("selector"), errors);
        foreach (var mode in modes)
            if (!Modes.Contains(mode))
                errors.NotSupported(path.Child("accessModes"), mode, Modes);
        if (modes.Contains(OncePod) && modes.Exists(static m => m != OncePod && Modes.Contains(m)))
            errors.Forbidden(path.Child("accessModes"), "may not use ReadWriteOncePod with other access modes");
        var size = spec.Object("resources").Object("requests")?["storage"];
        if (size is null)
            errors.Required(path.Child("resources").Key("storage"));
        else if (Quantity.TryParse(size.ToString(), out var amount) && amount.Sign <= 0)
            errors.Invalid(path.Child("resources").Key("storage"), amount.ToString(), "must be greater than zero");
        FieldRules.Form(spec, "storageClassName", DnsNames.Subdomain, path, errors);
        FieldRules.OneOf(spec, "volumeMode", VolumeModes, path, errors);
        FieldRules.Form(spec, "volumeAttributesClassName", DnsNames.Subdomain, path, errors);
    }
}
