using System.Text;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.ApiServer.Http.Negotiation;
using ActorKube.ApiServer.Kinds;
using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Tables;
using Microsoft.AspNetCore.Http;

namespace ActorKube.ApiServer.Http.Responses;

/// <summary>Writes the pipeline's answers in the form the client asked for.</summary>
internal sealed class ResponseShaper(KindRegistry kinds, TimeProvider time)
{
    /// <summary>Writes one answer.</summary>
    public ValueTask WriteAsync(HttpContext context, GroupVersionResource resource, ApiResponse response, OutputFormat format, string? includeObject) => response switch
    {
        ObjectResponse one => WriteObjectAsync(context, resource, one, format, includeObject),
        DocumentResponse document => BodyResponse.WriteAsync(context, Encoding.UTF8.GetBytes(document.Document.ToJsonString(JsonText.Compact)), document.Code, format),
        ListResponse list => WriteListAsync(context, resource, list, format, includeObject),
        WatchResponse watch => new WatchWriter(time, ShapeOf(resource, format, includeObject)).WriteAsync(context, watch),
        _ => throw new InvalidOperationException($"Unknown response {response.GetType().Name}."),
    };
}
