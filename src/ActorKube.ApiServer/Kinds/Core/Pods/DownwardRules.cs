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

    private static readonly string[] CpuDivisors = ["1m", "1"];
    private static readonly string[] ByteDivisors = ["1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei"];

    /// <summary>Checks a reference to a field.</summary>
    public static void CheckField(JsonObject reference, string[] allowed, FieldPath path, FieldErrors errors)
    {
        if (FieldRules.Required(reference, "apiVersion", path, errors) is not { } version || FieldRules.Required(reference, "fieldPath", path, errors) is not { } field)
            return;
        if (version != "v1")
        {
            errors.Invalid(path.Child("fieldPath"), field, $"error converting fieldPath: unsupported pod version: {version}");
            return;
        }
        if (field.EndsWith("']", StringComparison.Ordinal) && field.IndexOf("['", StringComparison.Ordinal) is > 0 and var bracket)
        {
            CheckSubscript(field, field[..bracket], field[(bracket + 2)..^2], path, errors);
            return;
        }
        // The name that the field had in the first version is still understood.
        var known = field == "spec.host" ? "spec.nodeName" : field;
        if (!KnownFields.Contains(known))
            errors.Invalid(path.Child("fieldPath"), field, $"error converting fieldPath: field label not supported: {field}");
        else if (!allowed.Contains(known))
            errors.NotSupported(path.Child("fieldPath"), known, allowed);
    }

    private static void CheckSubscript(string field, string map, string key, FieldPath path, FieldErrors errors)
    {
        switch (map)
        {
            case "metadata.annotations": errors.Invalid(path, key.ToLowerInvariant(), LabelNames.QualifiedName(key.ToLowerInvariant())); break;
            case "metadata.labels": errors.Invalid(path, key, LabelNames.QualifiedName(key)); break;
            default: errors.Invalid(path.Child("fieldPath"), field, $"error converting fieldPath: field label does not support subscript: {field}"); break;
        }
    }

    /// <summary>Checks a reference to a container's resource.</summary>
    public static void CheckResource(JsonObject reference, bool inVolume, FieldPath path, FieldErrors errors)
    {
        var resource = reference.Text("resource") ?? "";
        if (inVolume && string.IsNullOrEmpty(reference.Text("containerName")))
            errors.Required(path.Child("containerName"));
        else if (resource.Length == 0)
            errors.Required(path.Child("resource"));
        else if (!Resources.Contains(resource) && !IsOfHugePages(resource))
            errors.NotSupported(path.Child("resource"), resource, Resources);
        if (Quantity.TryParse(reference["divisor"]?.ToString(), out var divisor) && !divisor.IsZero)
            CheckDivisor(resource, divisor.ToString(), path.Child("divisor"), errors);
    }

    // The divisor is compared in its canonical form; upstream shows the resource as the value that is wrong.
    private static void CheckDivisor(string resource, string divisor, FieldPath path, FieldErrors errors)
    {
        var (allowed, called) = resource switch
        {
            "limits.cpu" or "requests.cpu" => (CpuDivisors, "cpu"),
            "limits.memory" or "requests.memory" => (ByteDivisors, "memory"),
            "limits.ephemeral-storage" or "requests.ephemeral-storage" => (ByteDivisors, "local ephemeral storage"),
            _ when IsOfHugePages(resource) => (ByteDivisors, "hugepages"),
            _ => ([divisor], ""),
        };
        if (!allowed.Contains(divisor))
            errors.Invalid(path, resource, $"only divisor's values {string.Join(allowed.Length > 2 ? ", " : " and ", allowed)} are supported with the {called} resource");
    }

    private static bool IsOfHugePages(string resource) =>
        resource.StartsWith("limits.hugepages-", StringComparison.Ordinal) || resource.StartsWith("requests.hugepages-", StringComparison.Ordinal);
}
