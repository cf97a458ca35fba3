using System.Buffers;
using ActorKube.Api.Errors;
using ActorKube.Api.Json;
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
        ObjectResponse one => BodyResponse.WriteAsync(context, Shape(resource, one, format, includeObject), one.Code, format),
        DocumentResponse document when format.Shape == OutputShape.Table && document.Document.Text("kind") == "Scale" =>
            BodyResponse.WriteAsync(context, Table(document, includeObject, format.Version), document.Code, format),
        DocumentResponse document => BodyResponse.WriteAsync(context, JsonEncoder.Encode(document.Document), document.Code, format),
        ListResponse list => WriteListAsync(context, resource, list, format, includeObject),
        WatchResponse watch => WriteWatchAsync(context, resource, watch, format, includeObject),
        _ => throw new InvalidOperationException($"Unknown response {response.GetType().Name}."),
    };

    private ReadOnlyMemory<byte> Shape(GroupVersionResource resource, ObjectResponse response, OutputFormat format, string? includeObject) => format.Shape switch
    {
        OutputShape.Object => response.Object.Json,
        OutputShape.Metadata when format.IsList => throw NotThat($"you requested PartialObjectMetadataList, but the requested object is not a list ({GoType(Served(resource).Kind)})"),
        OutputShape.Metadata => PartialMetadata.Of(response.Object, format.Version),
        OutputShape.Table => TableRenderer.Render(Served(resource), response.Object, TableRenderer.Include(includeObject), time.GetUtcNow(), version: format.Version),
        _ => throw new InvalidOperationException($"Unknown shape {format.Shape}."),
    };

    private ReadOnlyMemory<byte> Table(DocumentResponse document, string? includeObject, MetaVersion version) =>
        TableRenderer.Render(ScaleTable.Layout, StoredObject.Parse(JsonEncoder.Encode(document.Document)), TableRenderer.Include(includeObject), time.GetUtcNow(), version: version);

    private async ValueTask WriteListAsync(HttpContext context, GroupVersionResource resource, ListResponse list, OutputFormat format, string? includeObject)
    {
        if (format.Shape == OutputShape.Object)
        {
            if (format is { Encoding: OutputEncoding.Json, Pretty: false })
                await ListWriter.WriteAsync(context, list);
            else
                await BodyResponse.WriteAsync(context, ListWriter.ToBytes(list), 200, format);
            return;
        }
        var buffer = new ArrayBufferWriter<byte>(4096);
        if (format.Shape == OutputShape.Table)
            TableRenderer.WriteList(buffer, Served(resource), list, TableRenderer.Include(includeObject), time.GetUtcNow(), format.Version);
        else if (format.IsList)
            PartialMetadata.WriteList(buffer, list, format.Version);
        else
            throw NotThat($"you requested PartialObjectMetadata, but the requested object is a list ({GoType(list.ListKind)})");
        await BodyResponse.WriteAsync(context, buffer.WrittenMemory, 200, format);
    }

    private ValueTask WriteWatchAsync(HttpContext context, GroupVersionResource resource, WatchResponse watch, OutputFormat format, string? includeObject)
    {
        if (format.Encoding != OutputEncoding.Json)
            throw ApiErrors.NotAcceptable("application/json;stream=watch");
        IWatchShape shape = format.Shape switch
        {
            OutputShape.Object => new WholeObjects(watch.Kind),
            OutputShape.Metadata => new MetadataOnly(format.Version),
            OutputShape.Table => new TableRows(Served(resource), TableRenderer.Include(includeObject), format.Version, time),
            _ => throw new InvalidOperationException($"Unknown shape {format.Shape}."),
        };
        return new WatchWriter(time, shape).WriteAsync(context, watch);
    }

    private static ApiException NotThat(string why) => new(new ApiStatus(406, StatusReason.NotAcceptable, why));

    // Upstream names its own type.
    private static string GoType(GroupVersionKind kind) => $"*{(kind.Group.Length == 0 ? "core" : kind.Group.Split('.')[0])}.{kind.Kind}";

    private ServedResource Served(GroupVersionResource resource) => kinds.Find(resource) ?? throw ApiErrors.NoSuchPath();
}
