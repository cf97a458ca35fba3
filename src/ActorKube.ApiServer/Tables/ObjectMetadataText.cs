using System.Text.Json;

namespace ActorKube.ApiServer.Tables;

/// <summary>Cuts the metadata out of encoded objects without decoding them.</summary>
internal static class ObjectMetadataText
{
    /// <summary>The bytes of the value of <c>metadata</c>.</summary>
    /// <exception cref="FormatException">The object has none.</exception>
    public static ReadOnlyMemory<byte> Of(ReadOnlyMemory<byte> json)
    {
        var reader = new Utf8JsonReader(json.Span);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = reader.ValueTextEquals("metadata"u8);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (found)
                return json[start..(int)reader.BytesConsumed];
        }
        throw new FormatException("An encoded object has to have metadata.");
    }
}
