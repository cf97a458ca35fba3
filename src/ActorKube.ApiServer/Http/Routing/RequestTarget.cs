using ActorKube.ApiServer.Pipeline;

namespace ActorKube.ApiServer.Http.Routing;

/// <summary>Finds the verb of a resource request from the HTTP method, the path and the query.</summary>
internal static class RequestTarget
{
    /// <summary>The verb, or null when the method means nothing there: objects are created in their collection, replaced and patched by name.</summary>
    public static RequestVerb? Verb(string method, in ResourcePath path, bool watch)
    {
        var collection = path.Name.Length == 0;
        // Methods are in capitals: "get" is another one.
        return method switch
        {
            "GET" or "HEAD" => path.IsWatch || (watch && collection) ? RequestVerb.Watch : collection ? RequestVerb.List : RequestVerb.Get,
            "POST" => collection || path.Subresource.Length > 0 ? RequestVerb.Create : null,
            "PUT" => collection ? null : RequestVerb.Update,
            "PATCH" => collection ? null : RequestVerb.Patch,
            "DELETE" => collection ? RequestVerb.DeleteCollection : RequestVerb.Delete,
            _ => null,
        };
    }
}
