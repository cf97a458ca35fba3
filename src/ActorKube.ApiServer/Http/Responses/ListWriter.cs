using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using ActorKube.Api.Objects;
using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Tables;
using Microsoft.AspNetCore.Http;

namespace ActorKube.ApiServer.Http.Responses;

/// <summary>Streams a list: the objects' bytes are copied, never decoded. The metadata comes last because only then is the page's end known.</summary>
internal static class ListWriter
{
    /// <summary>Writes the list as compact JSON.</summary>
    public static async ValueTask WriteAsync(HttpContext context, ListResponse list)
    {
        BodyResponse.Begin(context, 200, "application/json");
        var document = ListDocument.Of(list);
        if (BodyResponse.AcceptsGzip(context.Request) && document.Length >= BodyResponse.GzipThreshold)
        {
            BodyResponse.BeginGzip(context.Response);
            await using var gzip = new GZipStream(context.Response.Body, CompressionLevel.Fastest, leaveOpen: true);
            var compressed = PipeWriter.Create(gzip, new StreamPipeWriterOptions(leaveOpen: true));
            await WriteAsync(compressed, document, context.RequestAborted);
            await compressed.CompleteAsync();
            return;
        }
        // A known length spares the server the chunk framing; started, it gives memory of its connection rather than a copy's.
        context.Response.ContentLength = document.Length;
        await context.Response.StartAsync(context.RequestAborted);
        await WriteAsync(context.Response.BodyWriter, document, context.RequestAborted);
    }

    /// <summary>Writes the list to wherever <paramref name="output"/> leads.</summary>
    public static ValueTask WriteAsync(PipeWriter output, ListResponse list, CancellationToken cancel) => WriteAsync(output, ListDocument.Of(list), cancel);

    /// <summary>The list as one document, for the encodings that need it whole.</summary>
    public static ReadOnlyMemory<byte> ToBytes(ListResponse list)
    {
        var document = ListDocument.Of(list);
        var buffer = new ArrayBufferWriter<byte>(checked((int)document.Length));
        foreach (var piece in document.Pieces())
            buffer.Write(piece.Span);
        return buffer.WrittenMemory;
    }

    private static async ValueTask WriteAsync(PipeWriter output, ListDocument document, CancellationToken cancel)
    {
        var blocks = new BlockWriter(output, cancel);
        foreach (var piece in document.Pieces())
            await blocks.WriteAsync(piece);
        await blocks.FlushAsync();
    }

    /// <summary>The parts of the document: what stands before, between (a comma) and after the objects.</summary>
    private sealed record ListDocument(byte[] Head, StoredObject[] Items, byte[] Tail)
    {
        private static readonly byte[] Comma = [(byte)','];

        public long Length { get; } = Head.Length + Items.Sum(item => (long)item.Json.Length) + Math.Max(0, Items.Length - 1) + Tail.Length;

        public static ListDocument Of(ListResponse list)
        {
            StoredObject[] items = [.. list.Items];
            var tail = new ArrayBufferWriter<byte>();
            tail.Write("],\"metadata\":"u8);
            using (var writer = new Utf8JsonWriter(tail))
                ListMetadata.Write(writer, list);
            tail.Write("}"u8);
            return new(Encoding.UTF8.GetBytes($"{{\"kind\":\"{list.ListKind.Kind}\",\"apiVersion\":\"{list.ListKind.ApiVersion}\",\"items\":["), items, tail.WrittenSpan.ToArray());
        }

        public IEnumerable<ReadOnlyMemory<byte>> Pieces()
        {
            yield return Head;
            for (var i = 0; i < Items.Length; i++)
            {
                if (i > 0)
                    yield return Comma;
                yield return Items[i].Json;
            }
            yield return Tail;
        }
    }
}
