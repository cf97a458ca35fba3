using System.Text.Json.Nodes;
using ActorKube.Api.Objects;

namespace ActorKube.Api.Json;

/// <summary>Finds out whether a write would change anything.</summary>
public static class TemplateEquality
{
    private const int LongestRevision = 20;

    /// <summary>
    /// True when <paramref name="stored"/>, an earlier filled-in template, has the same content but for the revision: then there
    /// is nothing to write. Equal bytes settle it; only states that differ in the order of their fields have to be decoded.
    /// </summary>
    public static bool SameContentAs(this EncodedTemplate content, ReadOnlySpan<byte> stored)
    {
        var template = content.Json.Span;
        var digits = stored.Length - template.Length;
        if (digits is < 1 or > LongestRevision)
            return false;
        var offset = content.RevisionOffset;
        if (stored.StartsWith(template[..offset]) && stored[(offset + digits)..].SequenceEqual(template[offset..]))
            return true;
        return JsonEquality.Same(WithoutRevision(template), WithoutRevision(stored));
    }

    private static JsonObject WithoutRevision(ReadOnlySpan<byte> json)
    {
        var obj = JsonDecoder.Decode(json, JsonLimits.Stored).RequireObject();
        obj.Object("metadata")?.Remove("resourceVersion");
        return obj;
    }
}
