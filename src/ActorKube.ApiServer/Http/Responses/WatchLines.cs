using System.Buffers;
using System.Buffers.Text;
using System.IO.Pipelines;
using ActorKube.Protocol.Store;

namespace ActorKube.ApiServer.Http.Responses;

/// <summary>
/// Writes the lines of a watch, each in one piece: the server asks for a line's memory once and hands it to TLS as it is. On HTTP/1.1 the line carries its own
/// chunk framing, because the server's costs a microsecond a line.
/// </summary>
/// <param name="output">The response, which says <c>Transfer-Encoding: chunked</c> itself when <paramref name="chunked"/>.</param>
/// <param name="chunked">True when the protocol needs chunk framing.</param>
internal sealed class WatchLines(PipeWriter output, bool chunked)
{
    private const int MostHexDigits = 8;

    /// <summary>Bytes written since the last flush.</summary>
    public long Unflushed => output.UnflushedBytes;

    /// <summary>Writes a change.</summary>
    public void Write(ChangeType type, ReadOnlySpan<byte> json) => Write(Head(type), json);

    /// <summary>Writes a bookmark.</summary>
    public void WriteBookmark(ReadOnlySpan<byte> json) => Write("{\"type\":\"BOOKMARK\",\"object\":"u8, json);

    /// <summary>Writes why the watch ends.</summary>
    public void WriteError(ReadOnlySpan<byte> json) => Write("{\"type\":\"ERROR\",\"object\":"u8, json);

    /// <summary>Ends the answer; what the server does by itself when it frames.</summary>
    public void Complete()
    {
        if (chunked)
            output.Write("0\r\n\r\n"u8);
    }

    /// <summary>Sends what has been written.</summary>
    public ValueTask<FlushResult> FlushAsync(CancellationToken cancel) => output.FlushAsync(cancel);

    private void Write(ReadOnlySpan<byte> head, ReadOnlySpan<byte> json)
    {
        var tail = "}\n\r\n"u8[..(chunked ? 4 : 2)];
        var span = output.GetSpan(MostHexDigits + 2 + head.Length + json.Length + tail.Length);
        var used = chunked ? WriteChunkSize(span, head.Length + json.Length + 2) : 0;
        head.CopyTo(span[used..]);
        json.CopyTo(span[(used + head.Length)..]);
        tail.CopyTo(span[(used + head.Length + json.Length)..]);
        output.Advance(used + head.Length + json.Length + tail.Length);
    }

    private static int WriteChunkSize(Span<byte> span, int size)
    {
        Utf8Formatter.TryFormat(size, span, out var used, new StandardFormat('x'));
        "\r\n"u8.CopyTo(span[used..]);
        return used + 2;
    }

    private static ReadOnlySpan<byte> Head(ChangeType type) => type switch
    {
        ChangeType.Added => "{\"type\":\"ADDED\",\"object\":"u8,
        ChangeType.Modified => "{\"type\":\"MODIFIED\",\"object\":"u8,
        ChangeType.Deleted => "{\"type\":\"DELETED\",\"object\":"u8,
        _ => throw new InvalidOperationException($"Unknown change type {type}."),
    };
}
