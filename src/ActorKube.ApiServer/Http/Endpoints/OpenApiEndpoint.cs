using System.Collections.Immutable;
using ActorKube.Api.Errors;
using ActorKube.Api.OpenApi;
using ActorKube.Api.Schema;
using ActorKube.Api.Users;
using ActorKube.ApiServer.Http.Responses;
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
        if (context.Request.Headers.IfNoneMatch.ToString() == tag)
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return default;
        }
        return BodyResponse.WriteBytesAsync(context, document.Bytes, StatusCodes.Status200OK, document.ContentType);
    }

    private static bool WantsProtobuf(HttpRequest request) => request.Headers.Accept.ToString().Contains(OpenApiPublisher.V2ProtobufType, StringComparison.Ordinal);

    private static Api.OpenApi.ServedResource Describe(Kinds.ServedResource resource) =>
        new(resource.Kind, resource.Facts.Plural, resource.Facts.Namespaced, Names(resource.Facts.Verbs))
        {
            Subresources = [.. resource.Facts.Subresources.Select(s => new ServedSubresource(s.Name, s.Kind, Names(s.Verbs)))],
        };

    private static ImmutableArray<string> Names(IEnumerable<RequestVerb> verbs) => [.. verbs.Select(v => v.Name())];
}
