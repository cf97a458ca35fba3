using System.Buffers.Text;
using System.Text.Json;
using ActorKube.Api.Objects;

namespace ActorKube.Store.Objects;

/// <summary>Puts another revision into an encoded object.</summary>
internal static class Revisions
{
    /// <summary>
    /// The object as it was, under a later revision: what a DELETED event carries (upstream: the last state with the resource version of the deletion).
    /// </summary>
    public static StoredObject At(StoredObject item, long revision)
    {
        var (start, length) = Find(item.Json.Span);
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(revision, digits, out var written);
        var source = item.Json.Span;
        var json = new byte[source.Length - length + written];
        source[..start].CopyTo(json);
        digits[..written].CopyTo(json.AsSpan(start));
        source[(start + length)..].CopyTo(json.AsSpan(start + written));
        return new StoredObject(json, item.Head with { Revision = revision });
    }

    private static (int Start, int Length) Find(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        if (JsonPath.MoveTo(ref reader, "metadata") && JsonPath.MoveTo(ref reader, "resourceVersion") && reader.TokenType == JsonTokenType.String)
            return ((int)reader.TokenStartIndex + 1, reader.ValueSpan.Length);
        throw new FormatException("A stored object has to have a resource version.");
    }
}
