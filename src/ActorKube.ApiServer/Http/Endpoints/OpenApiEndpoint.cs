using System.Collections.Immutable;
using ActorKube.Api.Errors;
using ActorKube.Api.OpenApi;
using ActorKube.Api.Schema;
using ActorKube.Api.Users;
using ActorKube.ApiServer.Http.Responses;
using ActorKube.ApiServer.Http.Routing;
using ActorKube.ApiServer.Kinds;
using ActorKube.ApiServer.Pipeline;
using Microsoft.AspNetCore.Http;

namespace ActorKube.ApiServer.Http.Endpoints;

/// <summary><c>/openapi/v2</c> and <c>/openapi/v3</c>: what <c>kubectl explain</c> and client-side validation read.</summary>
internal sealed class OpenApiEndpoint : IEndpoint
{
    private const string V2 = "/openapi/v2";
    private const string V3 = "/openapi/v3";
    private readonly OpenApiPublisher _publisher;

    public OpenApiEndpoint(KindRegistry kinds, SchemaRegistry schemas)
    {
        _publisher = new OpenApiPublisher(schemas, ServedVersion.GitVersion);
        _publisher.Publish(kinds.Resources.Select(Describe));
    }

    public IEnumerable<string> Paths => [V2, V3, $"{V3}/*"];

    public ValueTask HandleAsync(HttpContext context, UserInfo user)
    {
        var path = context.Request.Path.Value!.TrimEnd('/');
        var document = path switch
        {
            V2 => WantsProtobuf(context.Request) ? _publisher.V2Protobuf() : _publisher.V2Json(),
            V3 => _publisher.V3Index(),
            _ => _publisher.V3(path[(V3.Length + 1)..]),
        };
        if (document is null)
            throw ApiErrors.NoSuchPath();
        var tag = $"\"{document.Hash}\"";
        context.Response.Headers.ETag = tag;
        context.Response.Headers.Vary = "Accept";
        if (Asked(context.Request) is { Length: > 0 } hash && path.StartsWith(V3 + "/", StringComparison.Ordinal))
        {
            if (hash != document.Hash)
            {
                // Who followed an outdated index is shown the present document rather than given it under the old address.
                context.Response.StatusCode = StatusCodes.Status301MovedPermanently;
                context.Response.Headers.Location = $"{path}?hash={document.Hash}";
                return default;
            }
            // The address names the content: whoever has it need not ask again.
            context.Response.Headers.CacheControl = "public, immutable, max-age=31536000";
        }
        if (context.Request.Headers.IfNoneMatch.ToString() == tag)
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return default;
        }
        return BodyResponse.WriteBytesAsync(context, document.Bytes, StatusCodes.Status200OK, document.ContentType);
    }

    private static bool WantsProtobuf(HttpRequest request)
    {
        var accept = request.Headers.Accept.ToString();
        return accept.Contains(OpenApiPublisher.V2ProtobufAskedType, StringComparison.Ordinal) || accept.Contains(OpenApiPublisher.V2ProtobufType, StringComparison.Ordinal);
    }

    private static string? Asked(HttpRequest request) =>
        request.QueryString.Value is { Length: > 1 } query ? QueryReader.Pairs(query).FirstOrDefault(static q => q.Name == "hash").Value : null;

    private static Api.OpenApi.ServedResource Describe(Kinds.ServedResource resource) =>
        new(resource.Kind, resource.Facts.Plural, resource.Facts.Namespaced, Names(resource.Facts.Verbs))
        {
            Subresources = [.. resource.Facts.Subresources.Select(s => new ServedSubresource(s.Name, s.Kind, Names(s.Verbs)))],
        };

    private static ImmutableArray<string> Names(IEnumerable<RequestVerb> verbs) => [.. verbs.Select(v => v.Name())];
}
