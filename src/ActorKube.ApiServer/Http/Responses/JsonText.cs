using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ActorKube.ApiServer.Http.Responses;

/// <summary>How documents built by the gateway are written as JSON.</summary>
internal static class JsonText
{
    /// <summary>One line, with no more escapes than JSON asks for.</summary>
    public static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonWriterOptions Indented = new() { Indented = true, IndentSize = 2, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The same JSON indented by two spaces, with a newline at the end, for people.</summary>
    public static ReadOnlyMemory<byte> Pretty(ReadOnlyMemory<byte> json)
    {
        var buffer = new ArrayBufferWriter<byte>(json.Length * 2);
        using (var document = JsonDocument.Parse(json))
        using (var writer = new Utf8JsonWriter(buffer, Indented))
            document.WriteTo(writer);
        buffer.Write("\n"u8);
        return buffer.WrittenMemory;
    }
}
