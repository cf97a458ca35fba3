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
        var reader = new Utf8JsonReader(source);
        reader.Read();
        var begin = (int)reader.BytesConsumed;
        var (before, after, end) = (-1, 0, begin);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var replaced = reader.ValueTextEquals(name);
            if (replaced)
                before = end;
            reader.Skip();
            end = (int)reader.BytesConsumed;
            if (replaced)
                after = end;
        }
        var head = source[..(before < 0 ? end : before)];
        var tail = before < 0 ? [] : source[after..end];
        // Of what follows the first member, its comma goes with it.
        if (head.Length == begin && tail.Length > 0)
            tail = tail[(tail.IndexOf((byte)',') + 1)..];

        var buffer = new ArrayBufferWriter<byte>(source.Length + 256);
        buffer.Write(head);
        buffer.Write(tail);
        if (head.Length + tail.Length > begin)
            buffer.Write(","u8);
        using (var json = new Utf8JsonWriter(buffer, JsonWriting.Options))
        {
            json.WritePropertyName(name);
            write(json);
        }
        buffer.Write("}"u8);
        return buffer.WrittenMemory;
    }
}
