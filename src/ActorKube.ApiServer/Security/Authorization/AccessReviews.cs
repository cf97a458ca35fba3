using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Users;
using ActorKube.ApiServer.Security.Rbac;

namespace ActorKube.ApiServer.Security.Authorization;

/// <summary>The answers of <c>authorization.k8s.io</c>: may somebody do something, and what may I do.</summary>
internal sealed class AccessReviews(IAuthorizer authorizer, RbacState rbac)
{
    private const string Group = "authorization.k8s.io";

    /// <summary>Whether the user in the document may do what it says.</summary>
    /// <exception cref="ApiException">422 for a review that makes no sense.</exception>
    public ValueTask<JsonObject> SubjectAccessReviewAsync(JsonObject review, CancellationToken cancel)
    {
        var causes = AccessReviewValidation.Spec(review, requireSubject: true);
        return ReviewAsync("SubjectAccessReview", review, causes, SubjectOf(review), cancel);
    }

    /// <summary>The same, for resources of the namespace in the document's metadata.</summary>
    /// <exception cref="ApiException">422 for a review that makes no sense.</exception>
    public ValueTask<JsonObject> LocalSubjectAccessReviewAsync(JsonObject review, CancellationToken cancel)
    {
        var ns = (string?)review["metadata"]?["namespace"] ?? "";
        var causes = AccessReviewValidation.Spec(review, requireSubject: true, isLocal: true).AddRange(AccessReviewValidation.Local(ns, review));
        return ReviewAsync("LocalSubjectAccessReview", review, causes, SubjectOf(review), cancel);
    }

    /// <summary>Whether the caller may do what the document says.</summary>
    /// <exception cref="ApiException">422 for a review that makes no sense.</exception>
    public ValueTask<JsonObject> SelfSubjectAccessReviewAsync(UserInfo user, JsonObject review, CancellationToken cancel) =>
        ReviewAsync("SelfSubjectAccessReview", review, AccessReviewValidation.Spec(review, requireSubject: false), user, cancel);

    /// <summary>Everything that RBAC allows the caller in a namespace.</summary>
    /// <exception cref="ApiException">400 when no namespace is given.</exception>
    public async ValueTask<JsonObject> SelfSubjectRulesReviewAsync(UserInfo user, JsonObject review, CancellationToken cancel)
    {
        var ns = (string?)review["spec"]?["namespace"] ?? "";
        if (ns.Length == 0)
            throw ApiErrors.BadRequest("no namespace on request");
        await rbac.Ready.WaitAsync(cancel);
        var rules = user.IsIn(WellKnownUsers.Masters)
            ? [.. MasterRules, .. rbac.Current.RulesFor(user, ns)]
            : rbac.Current.RulesFor(user, ns).ToArray();
        var isNode = user.IsIn(WellKnownUsers.Nodes);
        var status = new JsonObject
        {
            ["resourceRules"] = RbacJson.Rules(rules.Where(r => r.Resources.Length > 0)),
            ["nonResourceRules"] = RbacJson.Rules(rules.Where(r => r.NonResourceUrls.Length > 0)),
            ["incomplete"] = isNode,
        };
        if (isNode)
            status["evaluationError"] = "node authorizer does not support user rule resolution";
        return Document("SelfSubjectRulesReview", review, status);
    }

    private static readonly PolicyRule[] MasterRules =
    [
        new() { Verbs = ["*"], ApiGroups = ["*"], Resources = ["*"] },
        new() { Verbs = ["*"], NonResourceUrls = ["*"] },
    ];

    private async ValueTask<JsonObject> ReviewAsync(string kind, JsonObject review, ImmutableArray<StatusCause> causes, UserInfo user, CancellationToken cancel)
    {
        if (causes.Length > 0)
            throw ApiErrors.Invalid(Group, kind, "", causes);
        var decision = await authorizer.AuthorizeAsync(AttributesOf(user, (JsonObject)review["spec"]!), cancel);
        var status = new JsonObject { ["allowed"] = decision.Verdict == AccessVerdict.Allow };
        if (decision.Verdict == AccessVerdict.Deny)
            status["denied"] = true;
        if (decision.Reason.Length > 0)
            status["reason"] = decision.Reason;
        return Document(kind, review, status);
    }

    private static AccessAttributes AttributesOf(UserInfo user, JsonObject spec)
    {
        if (spec["nonResourceAttributes"] is JsonObject path)
            return new AccessAttributes { User = user, Verb = Text(path, "verb"), Path = Text(path, "path") };
        var resource = (JsonObject)spec["resourceAttributes"]!;
        return new AccessAttributes
        {
            User = user,
            Verb = Text(resource, "verb"),
            Group = Text(resource, "group"),
            Version = Text(resource, "version"),
            Resource = Text(resource, "resource"),
            Subresource = Text(resource, "subresource"),
            Namespace = Text(resource, "namespace"),
            Name = Text(resource, "name"),
            NodeNameSelector = NodeNameSelector(resource["fieldSelector"] as JsonObject),
        };
    }

    private static string? NodeNameSelector(JsonObject? selector)
    {
        if ((string?)selector?["rawSelector"] is { Length: > 0 } raw && raw.Split(',').FirstOrDefault(p => p.StartsWith("spec.nodeName=", StringComparison.Ordinal)) is { } part)
            return part["spec.nodeName=".Length..].TrimStart('=');
        foreach (var requirement in selector?["requirements"] as JsonArray ?? [])
            if ((string?)requirement?["key"] == "spec.nodeName" && (string?)requirement["operator"] == "In" && requirement["values"] is JsonArray { Count: 1 } values)
                return (string?)values[0];
        return null;
    }

    private static UserInfo SubjectOf(JsonObject review)
    {
        var spec = review["spec"] as JsonObject ?? [];
        return new UserInfo(Text(spec, "user"))
        {
            Uid = Text(spec, "uid"),
            Groups = Strings(spec["groups"]),
            Extra = (spec["extra"] as JsonObject ?? []).ToImmutableSortedDictionary(e => e.Key, e => Strings(e.Value), StringComparer.Ordinal),
        };
    }

    private static JsonObject Document(string kind, JsonObject review, JsonObject status) => new()
    {
        ["kind"] = kind,
        ["apiVersion"] = Group + "/v1",
        ["metadata"] = review["metadata"]?.DeepClone() ?? new JsonObject { ["creationTimestamp"] = null },
        ["spec"] = review["spec"]?.DeepClone() ?? new JsonObject(),
        ["status"] = status,
    };

    private static string Text(JsonObject json, string name) => (string?)json[name] ?? "";

    private static ImmutableArray<string> Strings(JsonNode? list) => list is JsonArray array ? [.. array.Select(v => (string?)v ?? "")] : [];
}
