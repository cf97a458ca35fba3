using System.Text;
using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Certificates;

/// <summary>What pods tell signers: as annotations, but every key has a domain (upstream: <c>ValidateUserAnnotations</c>).</summary>
internal static class UserAnnotationRules
{
    /// <summary>Checks them.</summary>
    public static void Check(JsonObject? annotations, FieldPath path, FieldErrors errors)
    {
        var size = 0;
        foreach (var (key, value) in annotations ?? [])
        {
            size += Encoding.UTF8.GetByteCount(key) + Encoding.UTF8.GetByteCount(value.Text() ?? "");
            var lower = key.ToLowerInvariant();
            if (lower.Length == 0)
                errors.Required(path);
            else if (LabelNames.QualifiedName(lower) is { Count: > 0 } faults)
                errors.Invalid(path, lower, faults);
            else if (!lower.Contains('/', StringComparison.Ordinal))
                errors.Invalid(path, lower, "must be a domain-prefixed key (such as \"acme.io/foo\")");
        }
        if (size > ObjectMetaRules.MaxAnnotationBytes)
            errors.TooLong(path, ObjectMetaRules.MaxAnnotationBytes);
    }
}
