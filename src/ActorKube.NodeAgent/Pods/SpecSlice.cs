using System.Text.Json;

namespace ActorKube.NodeAgent.Pods;

/// <summary>Finds the spec inside an encoded object: most changes of a pod are changes of its status, and those need no parsing.</summary>
internal static class SpecSlice
{
    /// <summary>Whether two encoded objects have the same spec, byte by byte.</summary>
    public static bool Same(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Of(left).SequenceEqual(Of(right));

    private static ReadOnlySpan<byte> Of(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = reader.ValueTextEquals("spec"u8);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (found)
                return json[start..(int)reader.BytesConsumed];
        }
        return [];
    }
}
