using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Kinds.Core.Volumes;

namespace ActorKube.ApiServer.Kinds.Core.Pods;

/// <summary>The claim that is made for a pod's own volume (upstream: <c>ValidatePersistentVolumeClaimTemplate</c>).</summary>
internal static class ClaimTemplateRules
{
    /// <summary>Checks a template.</summary>
    public static void Check(JsonObject template, FieldPath path, FieldErrors errors)
    {
        if (template.Object("metadata") is { } metadata)
            CheckMetadata(metadata, path.Child("metadata"), errors);
        ClaimSpecRules.Check(template.Object("spec") ?? [], path.Child("spec"), errors);
    }

    private static void CheckMetadata(JsonObject metadata, FieldPath path, FieldErrors errors)
    {
        ObjectMetaRules.ValidateAnnotations(metadata.Object("annotations"), path.Child("annotations"), errors);
        ObjectMetaRules.ValidateLabels(metadata.Object("labels"), path.Child("labels"), errors);
        foreach (var (field, value) in metadata)
            if (value is not null && field is not ("annotations" or "labels" or "creationTimestamp"))
                errors.Forbidden(path.Child(field), "cannot be set");
    }
}
