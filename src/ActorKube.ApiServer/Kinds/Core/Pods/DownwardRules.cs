using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Quantities;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Core.Pods;

/// <summary>References from a pod to its own fields (upstream: <c>validateObjectFieldSelector</c>, <c>validateContainerResourceFieldSelector</c>).</summary>
internal static class DownwardRules
{
    /// <summary>What variables may read, besides single labels and annotations.</summary>
    public static readonly string[] EnvFields =
    [
        "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName",
        "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs",
    ];

    /// <summary>What files may contain, besides single labels and annotations.</summary>
    public static readonly string[] VolumeFields = ["metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid"];

    private static readonly string[] KnownFields =
    [
        .. EnvFields, "metadata.annotations", "metadata.labels", "spec.restartPolicy", "spec.schedulerName", "status.phase",
    ];

    private static readonly string[] Resources =
        ["limits.cpu", "limits.ephemeral-storage", "limits.memory", "requests.cpu", "requests.ephemeral-storage", "requests.memory"];

    private static readonly string[] ByteDivisors = ["1", "1E", "1Ei", "1G", "1Gi", "1Ki", "1M", "1Mi", "1P", "1Pi", "1T", "1Ti", "1k"];

    /// <summary>Checks a reference to a field.</summary>
    public static void CheckField(JsonObject reference, string[] allowed, FieldPath path, FieldErrors errors)
    {
        FieldRules.Required(reference, "apiVersion", path, errors);
        if (FieldRules.Required(reference, "fieldPath", path, errors) is not { } field)
            return;
        if (field.EndsWith("']", StringComparison.Ordinal) && field.IndexOf("['", StringComparison.Ordinal) is > 0 and var bracket)
        {
            CheckSubscript(field[..bracket], field[(bracket + 2)..^2], path, errors);
            return;
        }
        if (!KnownFields.Contains(field))
            errors.Invalid(path.Child("fieldPath"), field, $"error converting fieldPath: field label not supported: {field}");
        else if (!allowed.Contains(field))
            errors.NotSupported(path.Child("fieldPath"), field, allowed);
    }

    private static void CheckSubscript(string map, string key, FieldPath path, FieldErrors errors)
    {
        switch (map)
        {
            case "metadata.annotations": errors.Invalid(path, key, LabelNames.QualifiedName(key.ToLowerInvariant())); break;
            case "metadata.labels": errors.Invalid(path, key, LabelNames.QualifiedName(key)); break;
            default: errors.Invalid(path, map, "does not support subscript"); break;
        }
    }

    /// <summary>Checks a reference to a container's resource.</summary>
    public static void CheckResource(JsonObject reference, bool inVolume, FieldPath path, FieldErrors errors)
    {
        if (inVolume && string.IsNullOrEmpty(reference.Text("containerName")))
            errors.Required(path.Child("containerName"));
        if (FieldRules.Required(reference, "resource", path, errors) is not { } resource)
            return;
        if (!Resources.Contains(resource) && !resource.StartsWith("limits.hugepages-", StringComparison.Ordinal) && !resource.StartsWith("requests.hugepages-", StringComparison.Ordinal))
            errors.NotSupported(path.Child("resource"), resource, Resources);
        else if (reference["divisor"]?.ToString() is { Length: > 0 } divisor && divisor != "0")
            CheckDivisor(resource, divisor, path.Child("divisor"), errors);
    }

    private static void CheckDivisor(string resource, string divisor, FieldPath path, FieldErrors errors)
    {
        if (resource.EndsWith(".cpu", StringComparison.Ordinal))
        {
            if (divisor is not ("1" or "1m"))
                errors.Invalid(path, divisor, "only divisor's values 1m and 1 are supported with the cpu resource");
        }
        else if (!ByteDivisors.Contains(divisor) && (!Quantity.TryParse(divisor, out var amount) || !ByteDivisors.Any(d => Quantity.Parse(d) == amount)))
            errors.Invalid(path, divisor,
                $"only divisor's values 1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei are supported with the {(resource.EndsWith(".memory", StringComparison.Ordinal) ? "memory" : resource.Contains("hugepages", StringComparison.Ordinal) ? "hugepages" : "local ephemeral storage")} resource");
    }
}
