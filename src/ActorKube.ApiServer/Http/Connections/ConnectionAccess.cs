using ActorKube.Api.Errors;
using ActorKube.Api.Users;
using ActorKube.ApiServer.Http.Routing;
using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Security;

namespace ActorKube.ApiServer.Http.Connections;

/// <summary>Authorises what belongs to an object but does not pass through the request pipeline: connection subresources, decision logs.</summary>
internal static class ConnectionAccess
{
    /// <exception cref="ApiException">403 when the user may not.</exception>
    public static async ValueTask RequireAsync(IAuthorizer authorizer, UserInfo user, RequestVerb verb, ResourcePath path, CancellationToken cancel)
    {
        var (group, version, plural) = path.Resource;
        var decision = await authorizer.AuthorizeAsync(new AccessAttributes
        {
            User = user,
            Verb = verb.Name(),
            Group = group,
            Version = version,
            Resource = plural,
            Subresource = path.Subresource,
            Namespace = path.Namespace,
            Name = path.Name,
        }, cancel);
        if (decision.Verdict == AccessVerdict.Allow)
            return;
        var scope = path.Namespace.Length > 0 ? $" in the namespace \"{path.Namespace}\"" : " at the cluster scope";
        var what = path.Subresource.Length > 0 ? $"{plural}/{path.Subresource}" : plural;
        throw ApiErrors.Forbidden(path.Resource.Resource, path.Name, $"User \"{user.Name}\" cannot {verb.Name()} resource \"{what}\" in API group \"{group}\"{scope}");
    }
}
