using ActorKube.Api.Errors;
using ActorKube.ApiServer.Security;
using ActorKube.ApiServer.Security.Authorization;

namespace ActorKube.ApiServer.Pipeline;

/// <summary>What is asked of the authorizer about a request.</summary>
internal static class RequestAccess
{
    private const string NodeNameTerm = "spec.nodeName=";

    /// <summary>
    /// The attributes of a request. A namespace is asked about in the namespace that it is, so that rights within a namespace can cover the namespace itself
    /// (upstream: <c>RequestInfoFactory</c>).
    /// </summary>
    public static AccessAttributes Attributes(ApiRequest request)
    {
        var creates = request.Verb == RequestVerb.Create && request.Subresource.Length == 0;
        return new AccessAttributes
        {
            User = request.User,
            Verb = request.Verb.Name(),
            Group = request.Resource.Group,
            Version = request.Resource.Version,
            Resource = request.Resource.Plural,
            Subresource = request.Subresource,
            Namespace = request.Resource is { Group: "", Plural: "namespaces" } ? request.Name : request.Namespace,
            // The name of an object to be created is not part of the path and so not of the question.
            Name = creates ? "" : request.Name,
            NodeNameSelector = NodeName(request.Query.FieldSelector),
        };
    }

    /// <summary>The 403 of a denied request.</summary>
    public static ApiException Denied(in AccessAttributes attributes, AccessDecision decision) => AccessDenied.Error(attributes, decision);

    private static string? NodeName(string? fieldSelector)
    {
        if (fieldSelector is null)
            return null;
        foreach (var term in fieldSelector.AsSpan().Split(','))
            if (fieldSelector.AsSpan(term).StartsWith(NodeNameTerm, StringComparison.Ordinal))
                return fieldSelector[(term.Start.Value + NodeNameTerm.Length)..term.End.Value].TrimStart('=');
        return null;
    }
}
