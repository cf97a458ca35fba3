using System.Text.Json;

namespace ActorKube.Api.Objects;

/// <summary>Reads single values out of encoded objects without building a document.</summary>
public static class JsonPath
{
    /// <summary>The scalar at a dotted path (<c>spec.nodeName</c>) as text; empty when absent, null or not a scalar.</summary>
    public static string ReadScalar(ReadOnlySpan<byte> json, string path)
    {
        var reader = new Utf8JsonReader(json);
        var rest = path.AsSpan();
        if (!reader.Read())
            return "";
        while (true)
        {
            var dot = rest.IndexOf('.');
            var segment = dot < 0 ? rest : rest[..dot];
            if (reader.TokenType != JsonTokenType.StartObject || !MoveTo(ref reader, segment))
                return "";
            if (dot < 0)
                return Scalar(ref reader);
            rest = rest[(dot + 1)..];
        }
    }

    /// <summary>Moves from the start of an object to the value of one of its properties; false, and at the object's end, when it has none of that name.</summary>
    public static bool MoveTo(ref Utf8JsonReader reader, ReadOnlySpan<char> property)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = reader.ValueTextEquals(property);
            reader.Read();
            if (found)
                return true;
            reader.Skip();
        }
        return false;
    }

    private static string Scalar(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => reader.GetString()!,
        JsonTokenType.True => "true",
        JsonTokenType.False => "false",
        JsonTokenType.Number => System.Text.Encoding.UTF8.GetString(reader.ValueSpan),
        _ => "",
    };
}
