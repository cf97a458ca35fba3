using System.Buffers.Text;

namespace ActorKube.Api.Objects;

/// <summary>
/// An encoded object whose <c>metadata.resourceVersion</c> is still open: <c>"resourceVersion":""</c> with nothing between the quotes. The store
/// decides the revision and fills it in with one copy.
/// </summary>
/// <param name="Json">Compact UTF-8 JSON with an empty resource version.</param>
/// <param name="RevisionOffset">Where in <paramref name="Json"/> the digits belong (the index of the closing quote).</param>
public readonly record struct EncodedTemplate(ReadOnlyMemory<byte> Json, int RevisionOffset)
{
    /// <summary>The object at <paramref name="revision"/>, in a new array.</summary>
    public byte[] At(long revision)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(revision);
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(revision, digits, out var length);
        var source = Json.Span;
        var result = GC.AllocateUninitializedArray<byte>(source.Length + length);
        source[..RevisionOffset].CopyTo(result);
        digits[..length].CopyTo(result.AsSpan(RevisionOffset));
        source[RevisionOffset..].CopyTo(result.AsSpan(RevisionOffset + length));
        return result;
    }
}
