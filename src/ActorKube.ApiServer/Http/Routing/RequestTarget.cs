using ActorKube.ApiServer.Pipeline;
using Microsoft.AspNetCore.Http;

namespace ActorKube.ApiServer.Http.Routing;

/// <summary>Finds the verb of a resource request from the HTTP method, the path and the query.</summary>
internal static class RequestTarget
{
    /// <summary>The verb, or null when the method means nothing there: objects are created in their collection, replaced and patched by name.</summary>
    public static RequestVerb? Verb(string method, in ResourcePath path, bool watch)
    {
        var collection = path.Name.Length == 0;
        if (HttpMethods.IsGet(method) || HttpMethods.IsHead(method))
            return path.IsWatch || (watch && collection) ? RequestVerb.Watch : collection ? RequestVerb.List : RequestVerb.Get;
        if (HttpMethods.IsPost(method))
            return collection || path.Subresource.Length > 0 ? RequestVerb.Create : null;
        if (HttpMethods.IsPut(method))
            return collection ? null : RequestVerb.Update;
        if (HttpMethods.IsPatch(method))
            return collection ? null : RequestVerb.Patch;
        if (HttpMethods.IsDelete(method))
            return collection ? RequestVerb.DeleteCollection : RequestVerb.Delete;
        return null;
    }
}
