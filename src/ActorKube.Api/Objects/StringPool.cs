using System.IO.Hashing;
using System.Text;
using System.Text.Json;

namespace ActorKube.Api.Objects;

/// <summary>
/// Shares the strings that repeat across objects (namespaces, label keys, kinds) without ever growing: a fixed table in which a newcomer
/// replaces whoever had its slot. Unlike <see cref="string.Intern"/>, clients cannot fill it up.
/// </summary>
internal static class StringPool
{
    private const int Slots = 4096;
    private const int MaxBytes = 64;
    private static readonly string?[] Table = new string?[Slots];

    /// <summary>The current token's string, taken from the pool when it is there.</summary>
    public static string Get(ref Utf8JsonReader reader)
    {
        if (reader.ValueIsEscaped || reader.HasValueSequence || reader.ValueSpan.Length > MaxBytes)
            return reader.GetString()!;
        var bytes = reader.ValueSpan;
        ref var slot = ref Table[XxHash3.HashToUInt64(bytes) & (Slots - 1)];
        var known = Volatile.Read(ref slot);
        if (known is not null && Same(known, bytes))
            return known;
        known = Encoding.UTF8.GetString(bytes);
        Volatile.Write(ref slot, known);
        return known;
    }

    private static bool Same(string text, ReadOnlySpan<byte> utf8)
    {
        if (Ascii.Equals(utf8, text))
            return true;
        // Beyond ASCII there are more bytes than characters.
        if (text.Length == utf8.Length)
            return false;
        Span<char> chars = stackalloc char[MaxBytes];
        return Encoding.UTF8.TryGetChars(utf8, chars, out var length) && chars[..length].SequenceEqual(text);
    }
}
