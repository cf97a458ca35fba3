using ActorKube.Api.Errors;
using ActorKube.Api.Selectors;
using ActorKube.ApiServer.Security;
using ActorKube.ApiServer.Security.Authorization;

namespace ActorKube.ApiServer.Pipeline;

/// <summary>What is asked of the authorizer about a request.</summary>
internal static class RequestAccess
{
    private const string NameField = "metadata.name";
    private const string NodeNameField = "spec.nodeName";

    /// <summary>
    /// The attributes of a request. A namespace is asked about in the namespace that it is, so that rights within a namespace can cover the namespace itself
    /// (upstream: <c>RequestInfoFactory</c>). A list or watch that selects one name is asked about by that name, so that rights to single objects cover it.
    /// </summary>
    public static AccessAttributes Attributes(ApiRequest request)
    {
        var creates = request.Verb == RequestVerb.Create && request.Subresource.Length == 0;
        var fields = Fields(request.Query.FieldSelector);
        var selects = request.Name.Length == 0 && request.Verb is RequestVerb.List or RequestVerb.Watch && fields.TryGetRequiredValue(NameField, out var selected) ? selected : null;
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
            Name = creates ? "" : selects ?? request.Name,
            NodeNameSelector = fields.TryGetRequiredValue(NodeNameField, out var node) ? node : null,
            LabelSelector = request.Query.LabelSelector,
        };
    }

    /// <summary>The 403 of a denied request.</summary>
    public static ApiException Denied(in AccessAttributes attributes, AccessDecision decision) => AccessDenied.Error(attributes, decision);

    // A selector that cannot be read is answered 400 later, to those who may ask at all.
    private static FieldSelector Fields(string? selector)
    {
        if (string.IsNullOrEmpty(selector))
            return FieldSelector.Everything;
        try
        {
            return FieldSelector.Parse(selector);
        }
        catch (ApiException)
        {
            return FieldSelector.Everything;
        }
    }
}
