using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ActorKube.Api.Json;

/// <summary>
/// Encodes node trees and what others write as compact UTF-8. Only what JSON demands is escaped, and numbers are written as they were read. The writer and its
/// buffer are kept per thread.
/// </summary>
public static class JsonEncoder
{
    // A buffer that once held a huge object is given back instead of being kept for ever by every thread.
    private const int KeptBytes = 256 * 1024;

    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    [ThreadStatic]
    private static Pooled? _pooled;

    /// <summary>The encoded value in an array of exactly its length.</summary>
    public static byte[] Encode(JsonNode? node) => Encode(node, static (writer, value) => Write(writer, value));

    /// <summary>What a function writes, in an array of exactly its length: for those who know their text better than as a tree of nodes.</summary>
    /// <param name="state">What the function writes of; a static function then captures nothing.</param>
    /// <param name="write">Writes one value. It must not keep the writer.</param>
    public static byte[] Encode<T>(T state, Action<Utf8JsonWriter, T> write)
    {
        var pooled = Rent();
        write(pooled.Writer, state);
        pooled.Writer.Flush();
        var bytes = pooled.Buffer.WrittenSpan.ToArray();
        Return(pooled);
        return bytes;
    }

    /// <summary>Encodes into a buffer of the caller's.</summary>
    public static void Encode(JsonNode? node, IBufferWriter<byte> output)
    {
        using var writer = new Utf8JsonWriter(output, Options);
        Write(writer, node);
    }

    /// <summary>The length of the encoded value in bytes.</summary>
    internal static int Measure(JsonNode? node)
    {
        var pooled = Rent();
        Write(pooled.Writer, node);
        pooled.Writer.Flush();
        var length = pooled.Buffer.WrittenCount;
        Return(pooled);
        return length;
    }

    internal static void Write(Utf8JsonWriter writer, JsonNode? node)
    {
        if (node is null)
            writer.WriteNullValue();
        else
            node.WriteTo(writer);
    }

    internal static Pooled Rent()
    {
        var pooled = _pooled ?? new Pooled();
        // Whoever encodes while this thread's buffer is out gets one of its own.
        _pooled = null;
        return pooled;
    }

    internal static void Return(Pooled pooled)
    {
        if (pooled.Buffer.Capacity > KeptBytes)
            return;
        pooled.Buffer.ResetWrittenCount();
        pooled.Writer.Reset();
        _pooled = pooled;
    }

    internal sealed class Pooled
    {
        public Pooled()
        {
            Buffer = new ArrayBufferWriter<byte>(4096);
            Writer = new Utf8JsonWriter(Buffer, Options);
        }

        public ArrayBufferWriter<byte> Buffer { get; }

        public Utf8JsonWriter Writer { get; }
    }
}
