using System.Text.Json.Nodes;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Certificates;

/// <summary>What pods tell signers: as annotations, but every key has a domain (upstream: <c>ValidateUserAnnotations</c>).</summary>
internal static class UserAnnotationRules
{
    /// <summary>Checks them.</summary>
    public static void Check(JsonObject? annotations, FieldPath path, FieldErrors errors)
    {
        ObjectMetaRules.ValidateAnnotations(annotations, path, errors);
        foreach (var (key, _) in annotations ?? [])
            if (!key.Contains('/', StringComparison.Ordinal))
                errors.Invalid(path, key, "must be a domain-prefixed key (such as \"acme.io/foo\")");
    }
}
