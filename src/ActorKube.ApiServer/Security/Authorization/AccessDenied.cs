using ActorKube.Api.Errors;
using ActorKube.Api.Json;
using ActorKube.Api.Names;

namespace ActorKube.ApiServer.Security.Authorization;

/// <summary>The 403 that a denied request is answered with.</summary>
internal static class AccessDenied
{
    /// <summary>The error for a decision other than <see cref="AccessVerdict.Allow"/>.</summary>
    public static ApiException Error(in AccessAttributes request, AccessDecision decision)
    {
        var why = Sentence(request);
        if (decision.Reason.Length > 0)
            why += ": " + decision.Reason;
        return request.Path is null
            ? ApiErrors.Forbidden(new GroupResource(request.Group ?? "", request.Resource ?? ""), request.Name ?? "", why)
            : ApiErrors.Forbidden(new GroupResource("", ""), "", why);
    }

    /// <summary>Who cannot do what, in upstream's words.</summary>
    public static string Sentence(in AccessAttributes request)
    {
        var user = GoText.Quote(request.User.Name);
        if (request.Path is not null)
            return $"User {user} cannot {request.Verb} path {GoText.Quote(request.Path)}";
        var resource = string.IsNullOrEmpty(request.Subresource) ? request.Resource : $"{request.Resource}/{request.Subresource}";
        var scope = string.IsNullOrEmpty(request.Namespace) ? "at the cluster scope" : $"in the namespace {GoText.Quote(request.Namespace)}";
        return $"User {user} cannot {request.Verb} resource {GoText.Quote(resource ?? "")} in API group {GoText.Quote(request.Group ?? "")} {scope}";
    }
}
