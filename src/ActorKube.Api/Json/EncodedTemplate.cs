using System.Globalization;
using System.Text.Json.Nodes;

namespace ActorKube.Api.Json;

/// <summary>
/// An encoded object whose <c>metadata.resourceVersion</c> is still open. The object is encoded before its place in the order of writes
/// is known; the writer then fills the revision in with one copy.
/// </summary>
public sealed class EncodedTemplate
{
    private const int LongestRevision = 19;
    private readonly int _revisionAt;

    /// <summary>Wraps encoded bytes.</summary>
    /// <param name="bytes">The object, with <c>"resourceVersion":""</c> in its metadata. Not copied: nobody may change it.</param>
    /// <param name="revisionAt">Offset of the closing quote of that empty value.</param>
    internal EncodedTemplate(byte[] bytes, int revisionAt)
    {
        Bytes = bytes;
        _revisionAt = revisionAt;
    }

    /// <summary>The encoding with an empty resource version: equal for equal content, whatever the revision.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Where in <see cref="Bytes"/> the digits of the revision belong.</summary>
    public int RevisionOffset => _revisionAt;

    /// <summary>Size of the finished object, at most.</summary>
    public int MaxLength => Bytes.Length + LongestRevision;

    /// <summary>The finished object: one allocation, one copy.</summary>
    /// <param name="revision">The revision, not negative.</param>
    public byte[] WithRevision(long revision)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(revision);
        Span<byte> digits = stackalloc byte[LongestRevision];
        revision.TryFormat(digits, out var length, provider: CultureInfo.InvariantCulture);
        var template = Bytes.Span;
        var json = GC.AllocateUninitializedArray<byte>(template.Length + length);
        template[.._revisionAt].CopyTo(json);
        digits[..length].CopyTo(json.AsSpan(_revisionAt));
        template[_revisionAt..].CopyTo(json.AsSpan(_revisionAt + length));
        return json;
    }

    /// <summary>
    /// True when <paramref name="stored"/>, an earlier <see cref="WithRevision"/>, has the same content but for the revision: then there
    /// is nothing to write. Equal bytes settle it; only states that differ in the order of their fields have to be decoded.
    /// </summary>
    public bool SameContentAs(ReadOnlySpan<byte> stored)
    {
        var template = Bytes.Span;
        var digits = stored.Length - template.Length;
        if (digits is < 1 or > LongestRevision)
            return false;
        if (stored.StartsWith(template[.._revisionAt]) && stored[(_revisionAt + digits)..].SequenceEqual(template[_revisionAt..]))
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
