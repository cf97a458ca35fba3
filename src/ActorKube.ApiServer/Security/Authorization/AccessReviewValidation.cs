using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Json;

namespace ActorKube.ApiServer.Security.Authorization;

/// <summary>What makes an access review senseless, in upstream's words.</summary>
internal static class AccessReviewValidation
{
    public static ImmutableArray<StatusCause> Spec(JsonObject review, bool requireSubject, bool isLocal = false)
    {
        var spec = review["spec"] as JsonObject ?? [];
        var causes = ImmutableArray.CreateBuilder<StatusCause>();
        var (resource, path) = (spec["resourceAttributes"], spec["nonResourceAttributes"]);
        if (resource is not null && path is not null)
            causes.Add(Invalid("spec.nonResourceAttributes", path.ToJsonString(), "cannot be specified in combination with resourceAttributes"));
        if (resource is null && path is null)
            causes.Add(Invalid("spec.resourceAttributes", "null", "exactly one of nonResourceAttributes or resourceAttributes must be specified"));
        if (requireSubject && string.IsNullOrEmpty((string?)spec["user"]) && spec["groups"] is not JsonArray { Count: > 0 })
            causes.Add(Invalid("spec.user", "\"\"", "at least one of user or group must be specified"));
        AddMetadata(review, isLocal, causes);
        return causes.ToImmutable();
    }

    public static ImmutableArray<StatusCause> Local(string ns, JsonObject review)
    {
        var causes = ImmutableArray.CreateBuilder<StatusCause>();
        if (review["spec"]?["resourceAttributes"] is JsonObject resource && ((string?)resource["namespace"] ?? "") is var given && given != ns)
            causes.Add(Invalid("spec.resourceAttributes.namespace", GoText.Quote(given), "must match metadata.namespace"));
        if (review["spec"]?["nonResourceAttributes"] is { } path)
            causes.Add(Invalid("spec.nonResourceAttributes", path.ToJsonString(), "disallowed on this kind of request"));
        return causes.ToImmutable();
    }

    // A question has no name. Of the answer that a client sends back, nulls and managed fields mean nothing.
    private static void AddMetadata(JsonObject review, bool isLocal, ImmutableArray<StatusCause>.Builder causes)
    {
        if (review["metadata"] is JsonObject metadata && metadata.Any(m => m.Value is not null && m.Key != "managedFields" && !(isLocal && m.Key == "namespace")))
            causes.Add(Invalid("metadata", metadata.ToJsonString(), isLocal ? "must be empty except for namespace" : "must be empty"));
    }

    private static StatusCause Invalid(string field, string value, string why) => new(CauseType.FieldValueInvalid, $"Invalid value: {value}: {why}", field);
}
