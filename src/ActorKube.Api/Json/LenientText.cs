using System.Globalization;
using System.Text;

namespace ActorKube.Api.Json;

/// <summary>Unescapes JSON strings as upstream does: a surrogate without its other half becomes U+FFFD instead of an error.</summary>
internal static class LenientText
{
    /// <summary>The text of a string whose escapes have been checked already to be well formed.</summary>
    /// <param name="escaped">UTF-8 between the quotes.</param>
    public static string Unescape(ReadOnlySpan<byte> escaped)
    {
        var text = new StringBuilder(escaped.Length);
        while (!escaped.IsEmpty)
        {
            var backslash = escaped.IndexOf((byte)'\\');
            if (backslash != 0)
            {
                var plain = backslash < 0 ? escaped : escaped[..backslash];
                text.Append(Encoding.UTF8.GetString(plain));
                escaped = escaped[plain.Length..];
                continue;
            }
            if (escaped[1] == (byte)'u')
                escaped = escaped[AppendUnit(text, escaped)..];
            else
            {
                text.Append(Simple(escaped[1]));
                escaped = escaped[2..];
            }
        }
        return text.ToString();
    }

    /// <summary>Appends what a <c>\u</c> escape stands for, together with the escape after it when the two are a pair; returns the bytes used.</summary>
    private static int AppendUnit(StringBuilder text, ReadOnlySpan<byte> escaped)
    {
        var unit = Unit(escaped);
        if (!char.IsSurrogate(unit))
        {
            text.Append(unit);
            return 6;
        }
        if (char.IsHighSurrogate(unit) && escaped.Length >= 12 && escaped[6] == (byte)'\\' && escaped[7] == (byte)'u' && Unit(escaped[6..]) is var low && char.IsLowSurrogate(low))
        {
            text.Append(unit).Append(low);
            return 12;
        }
        text.Append('\uFFFD');
        return 6;
    }

    private static char Unit(ReadOnlySpan<byte> escape) => (char)ushort.Parse(escape.Slice(2, 4), NumberStyles.AllowHexSpecifier);

    private static char Simple(byte escape) => (char)escape switch
    {
        'b' => '\b',
        'f' => '\f',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        var same => same,
    };
}
