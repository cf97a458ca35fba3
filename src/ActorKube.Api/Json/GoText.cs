using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace ActorKube.Api.Json;

/// <summary>Text in the form in which upstream's messages show it.</summary>
public static class GoText
{
    /// <summary>A string in double quotes, as the verb <c>%q</c> prints it.</summary>
    public static string Quote(string text)
    {
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        foreach (var rune in text.EnumerateRunes())
            switch (rune.Value)
            {
                case '"': quoted.Append("\\\""); break;
                case '\\': quoted.Append("\\\\"); break;
                case '\a': quoted.Append("\\a"); break;
                case '\b': quoted.Append("\\b"); break;
                case '\f': quoted.Append("\\f"); break;
                case '\n': quoted.Append("\\n"); break;
                case '\r': quoted.Append("\\r"); break;
                case '\t': quoted.Append("\\t"); break;
                case '\v': quoted.Append("\\v"); break;
                case < ' ' or 0x7F: quoted.Append($"\\x{rune.Value:x2}"); break;
                default: Append(quoted, rune); break;
            }
        return quoted.Append('"').ToString();
    }

    /// <summary>A list as <c>%q</c> prints it: <c>["a" "b"]</c>.</summary>
    public static string List(IEnumerable<string> texts) => $"[{string.Join(' ', texts.Select(Quote))}]";

    /// <summary>A value as upstream's encoder writes it: compact, with what would mean something in HTML escaped.</summary>
    public static string Json(JsonNode? value) => new StringBuilder(Encoding.UTF8.GetString(JsonEncoder.Encode(value)))
        .Replace("<", "\\u003c").Replace(">", "\\u003e").Replace("&", "\\u0026").ToString();

    /// <summary>One byte of input in single quotes, as the messages of the JSON scanner show it.</summary>
    public static string QuoteByte(byte character) => character switch
    {
        (byte)'\'' => "'\\''",
        (byte)'"' => "'\"'",
        _ => $"'{Quote(((char)character).ToString())[1..^1]}'",
    };

    /// <summary>Go's test for printable runes: everything with a glyph, and of the spaces the ASCII one only.</summary>
    public static bool IsPrintable(Rune rune) => rune.Value == ' ' || Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
        or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);

    private static void Append(StringBuilder quoted, Rune rune)
    {
        if (IsPrintable(rune))
            quoted.Append(rune.ToString());
        else if (rune.Value > 0xFFFF)
            quoted.Append($"\\U{rune.Value:x8}");
        else
            quoted.Append($"\\u{rune.Value:x4}");
    }
}
