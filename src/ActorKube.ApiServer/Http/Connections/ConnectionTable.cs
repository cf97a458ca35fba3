using ActorKube.Api.Names;
using ActorKube.Api.Users;
using ActorKube.ApiServer.Http.Routing;
using Microsoft.AspNetCore.Http;

namespace ActorKube.ApiServer.Http.Connections;

/// <summary>Serves a subresource that is a stream or a proxy rather than a document, for example <c>pods/log</c>.</summary>
internal interface IConnectionHandler
{
    /// <summary>The resource it belongs to.</summary>
    GroupResource Resource { get; }

    /// <summary>The subresource.</summary>
    string Subresource { get; }

    /// <summary>Authorises and answers one request.</summary>
    ValueTask HandleAsync(HttpContext context, UserInfo user, ResourcePath path);
}

/// <summary>Finds the handler of a connection subresource.</summary>
internal sealed class ConnectionTable(IEnumerable<IConnectionHandler> handlers)
{
    private readonly Dictionary<(GroupResource, string), IConnectionHandler> _handlers = handlers.ToDictionary(h => (h.Resource, h.Subresource));

    /// <summary>The handler, or null when the pipeline answers the path.</summary>
    public IConnectionHandler? Find(in ResourcePath path) =>
        path.Subresource.Length == 0 ? null : _handlers.GetValueOrDefault((path.Resource.Resource, path.Subresource));
}
