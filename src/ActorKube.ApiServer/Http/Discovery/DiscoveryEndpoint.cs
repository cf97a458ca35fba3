using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Users;
using ActorKube.ApiServer.Http.Endpoints;
using ActorKube.ApiServer.Http.Responses;
using ActorKube.ApiServer.Kinds;
using Microsoft.AspNetCore.Http;

namespace ActorKube.ApiServer.Http.Discovery;

/// <summary><c>/api</c>, <c>/apis</c> and the documents of groups and versions; each is built once.</summary>
internal sealed class DiscoveryEndpoint(KindRegistry kinds) : IEndpoint
{
    private readonly ConcurrentDictionary<(string Path, string? Aggregated), Entry?> _documents = new();

    public IEnumerable<string> Paths =>
    [
        "/api", "/apis",
        .. kinds.Resources.Select(r => r.Resource.Group.Length == 0 ? $"/api/{r.Resource.Version}" : $"/apis/{r.Resource.Group}/{r.Resource.Version}").Distinct(),
        .. DiscoveryDocuments.Groups(kinds).Select(g => $"/apis/{g.Group}"),
    ];

    public ValueTask HandleAsync(HttpContext context, UserInfo user)
    {
        var path = context.Request.Path.Value!.TrimEnd('/');
        var aggregated = path is "/api" or "/apis" ? AggregatedDiscovery.Version(context.Request.Headers.Accept.ToString()) : null;
        var headers = context.Response.Headers;
        headers.Vary = "Accept";
        // Not kept: it repeats the address that this client used, which is nothing to tell another one.
        if (path == "/api" && aggregated is null)
            return BodyResponse.WriteBytesAsync(context, new Entry(DiscoveryDocuments.CoreVersions(context.Request.Host.ToString())).Json, 200, "application/json");
        var entry = _documents.GetOrAdd((path, aggregated), key => Build(key.Path, key.Aggregated)) ?? throw ApiErrors.NoSuchPath();
        if (aggregated is null)
            return BodyResponse.WriteBytesAsync(context, entry.Json, 200, "application/json");
        headers.ETag = entry.Tag;
        if (context.Request.Headers.IfNoneMatch.ToString() == entry.Tag)
        {
            context.Response.StatusCode = 304;
            return default;
        }
        return BodyResponse.WriteBytesAsync(context, entry.Json, 200, AggregatedDiscovery.MediaType(aggregated));
    }

    private Entry? Build(string path, string? aggregated)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var document = (parts, aggregated) switch
        {
            (["api"], { } version) => AggregatedDiscovery.Document(kinds, version, core: true),
            (["apis"], { } version) => AggregatedDiscovery.Document(kinds, version, core: false),
            (["apis"], _) => DiscoveryDocuments.GroupList(kinds),
            (["api", var version], _) => DiscoveryDocuments.Resources(kinds, "", version),
            (["apis", var group], _) => DiscoveryDocuments.Group(kinds, group),
            (["apis", var group, var version], _) => DiscoveryDocuments.Resources(kinds, group, version),
            _ => null,
        };
        return document is null ? null : new Entry(document);
    }

    private sealed class Entry
    {
        public Entry(JsonObject document)
        {
            Json = Encoding.UTF8.GetBytes(document.ToJsonString(JsonText.Compact));
            Tag = $"\"{Convert.ToHexString(SHA256.HashData(Json))}\"";
        }

        public byte[] Json { get; }

        public string Tag { get; }
    }
}
