using System.Buffers;
using System.Text.Json;
using ActorKube.Api.Objects;

namespace ActorKube.Machinery.Objects;

/// <summary>Makes a changed copy of an encoded object by copying bytes.</summary>
public static class ObjectEditing
{
    /// <summary>The object with another <c>status</c>; what an update of the status subresource sends.</summary>
    public static ReadOnlyMemory<byte> WithStatus(this StoredObject item, Action<Utf8JsonWriter> status) => WithTopLevel(item, "status", status);

    private static ReadOnlyMemory<byte> WithTopLevel(StoredObject item, string name, Action<Utf8JsonWriter> write)
    {
        var source = item.Json.Span;
        var buffer = new ArrayBufferWriter<byte>(source.Length + 256);
        using var json = new Utf8JsonWriter(buffer, JsonWriting.Options);
        var reader = new Utf8JsonReader(source);
        reader.Read();
        json.WriteStartObject();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var replaced = reader.ValueTextEquals(name);
            if (!replaced)
                json.WritePropertyName(reader.ValueSpan);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (!replaced)
                json.WriteRawValue(source[start..(int)reader.BytesConsumed], skipInputValidation: true);
        }
        json.WritePropertyName(name);
        write(json);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }
}
