using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Autoscaling;

/// <summary>The rules of an autoscaler's spec, in upstream's order and words.</summary>
internal static class HpaRules
{
    private const string ReplicationController = "ReplicationController";

    /// <summary>Checks a spec.</summary>
    /// <param name="spec">The spec.</param>
    /// <param name="old">The one before; null for a new object. What was accepted once stays accepted.</param>
    /// <param name="errors">Receives what is wrong.</param>
    public static void Check(JsonObject spec, JsonObject? old, FieldErrors errors)
    {
        var path = FieldPath.Spec;
        var (min, max) = (spec.Int64("minReplicas"), spec.Int64("maxReplicas") ?? 0);
        if (min < 0)
            errors.Invalid(path.Child("minReplicas"), min.Value, "must be greater than or equal to 0");
        if (max == 0)
            errors.Required(path.Child("maxReplicas"));
        else if (max < 0)
            errors.Invalid(path.Child("maxReplicas"), max, "must be greater than or equal to 1");
        if (max < min)
            errors.Invalid(path.Child("maxReplicas"), max, "must be greater than or equal to `minReplicas`");
        if (spec.Object("scaleTargetRef") is { } target)
            Reference(target, path.Child("scaleTargetRef"), errors, checksVersion: !SameType(target, old.Object("scaleTargetRef")), needsGroup: target.Text("kind") != ReplicationController);
        var checksVersions = !old.Items("metrics").Any(static m => m.Item.Text("type") == "Object" && VersionFault(m.Item.Object("object").Object("describedObject"), needsGroup: false) is not null);
        foreach (var (i, metric) in spec.Items("metrics"))
            HpaMetricRules.Check(metric, path.Child("metrics").Index(i), checksVersions, errors);
        if (min == 0 && !spec.Items("metrics").Any(static m => m.Item.Text("type") is "Object" or "External"))
            errors.Forbidden(path.Child("metrics"), "must specify at least one Object or External metric to support scaling to zero replicas");
        foreach (var direction in (ReadOnlySpan<string>)["scaleUp", "scaleDown"])
            if (spec.Object("behavior").Object(direction) is { } rules)
                HpaBehaviorRules.Check(rules, path.Child("behavior").Child(direction), errors);
    }

    /// <summary>Checks a reference to an object of any kind.</summary>
    public static void Reference(JsonObject reference, FieldPath path, FieldErrors errors, bool checksVersion, bool needsGroup)
    {
        foreach (var field in (ReadOnlySpan<string>)["kind", "name"])
            if (FieldRules.Required(reference, field, path, errors) is { } text && KeyNames.PathSegment(text) is { Count: > 0 } faults)
                errors.Invalid(path.Child(field), text, faults);
        if (checksVersion && VersionFault(reference, needsGroup) is { } fault)
            errors.Invalid(path.Child("apiVersion"), reference.Text("apiVersion") ?? "", fault);
    }

    private static string? VersionFault(JsonObject? reference, bool needsGroup)
    {
        var version = reference.Text("apiVersion") ?? "";
        return version.Count(static c => c == '/') > 1 ? $"unexpected GroupVersion string: {version}"
            : needsGroup && version.IndexOf('/') <= 0 ? "apiVersion must specify API group"
            : null;
    }

    private static bool SameType(JsonObject target, JsonObject? old) =>
        old is not null && target.Text("kind") == old.Text("kind") && target.Text("apiVersion") == old.Text("apiVersion");
}
