using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Tables;
using Microsoft.AspNetCore.Http;

namespace ActorKube.ApiServer.Http.Responses;

/// <summary>Streams a list: the objects' bytes are copied, never decoded. The metadata comes last because only then is the page's end known.</summary>
internal static class ListWriter
{
    private const int FlushAt = 64 * 1024;

    /// <summary>Writes the list as compact JSON.</summary>
    public static async ValueTask WriteAsync(HttpContext context, ListResponse list)
    {
        BodyResponse.Begin(context, 200, "application/json");
        var items = list.Items as IReadOnlyCollection<Api.Objects.StoredObject> ?? [.. list.Items];
        if (BodyResponse.AcceptsGzip(context.Request) && items.Sum(i => (long)i.Json.Length) >= BodyResponse.GzipThreshold)
        {
            BodyResponse.BeginGzip(context.Response);
            await using var gzip = new GZipStream(context.Response.Body, CompressionLevel.Fastest, leaveOpen: true);
            var compressed = PipeWriter.Create(gzip, new StreamPipeWriterOptions(leaveOpen: true));
            await WriteAsync(compressed, list, items, context.RequestAborted);
            await compressed.CompleteAsync();
            return;
        }
        await WriteAsync(context.Response.BodyWriter, list, items, context.RequestAborted);
    }

    /// <summary>The list as one document, for the encodings that need it whole.</summary>
    public static async ValueTask<ReadOnlyMemory<byte>> ToBytesAsync(ListResponse list, CancellationToken cancel)
    {
        using var buffer = new MemoryStream();
        var writer = PipeWriter.Create(buffer, new StreamPipeWriterOptions(leaveOpen: true));
        await WriteAsync(writer, list, list.Items, cancel);
        await writer.CompleteAsync();
        return buffer.ToArray();
    }

    private static async ValueTask WriteAsync(PipeWriter output, ListResponse list, IEnumerable<Api.Objects.StoredObject> items, CancellationToken cancel)
    {
        output.Write(Encoding.UTF8.GetBytes($"{{\"kind\":\"{list.ListKind.Kind}\",\"apiVersion\":\"{list.ListKind.ApiVersion}\",\"items\":["));
        var first = true;
        foreach (var item in items)
        {
            if (!first)
                output.Write(","u8);
            first = false;
            output.Write(item.Json.Span);
            if (output.UnflushedBytes >= FlushAt)
                await output.FlushAsync(cancel);
        }
        output.Write("],\"metadata\":"u8);
        using (var writer = new Utf8JsonWriter(output))
            ListMetadata.Write(writer, list);
        output.Write("}"u8);
        await output.FlushAsync(cancel);
    }
}
