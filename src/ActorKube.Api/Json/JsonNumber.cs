using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ActorKube.Api.Json;

/// <summary>Numbers as text: JSON knows no precision, so nothing may be lost by going through a binary type.</summary>
internal static class JsonNumber
{
    private const int MaxExponentDigits = 9;

    /// <summary>
    /// The node of a number literal. What fits 64 bits as an integer becomes a <see cref="long"/> (upstream's <c>int64</c>), everything
    /// else keeps its text.
    /// </summary>
    public static JsonValue FromLiteral(ref Utf8JsonReader reader)
    {
        // "-0" is an integer too, but only its text remembers the sign.
        if (reader.TryGetInt64(out var integer) && (integer != 0 || reader.ValueSpan.Length == 1))
            return JsonValue.Create(integer);
        using var document = JsonDocument.ParseValue(ref reader);
        return JsonValue.Create(document.RootElement.Clone())!;
    }

    /// <summary>The literal of a number node.</summary>
    public static string Text(JsonValue value)
    {
        if (value.TryGetValue<long>(out var large))
            return large.ToString(CultureInfo.InvariantCulture);
        return value.TryGetValue<JsonElement>(out var element) ? element.GetRawText() : value.ToJsonString();
    }

    /// <summary>True when two literals denote the same number: <c>1</c>, <c>1.0</c> and <c>10e-1</c> do.</summary>
    public static bool Same(string left, string right)
    {
        if (left == right)
            return true;
        return Normalise(left) is { } a && Normalise(right) is { } b ? a == b : false;
    }

    /// <summary>Significant digits without trailing zeros, and the power of ten to multiply them by; null when the exponent is absurd.</summary>
    private static (string Digits, long Exponent)? Normalise(string literal)
    {
        var digits = new StringBuilder(literal.Length);
        long exponent = 0;
        var position = 0;
        if (literal[0] == '-')
            position = 1;
        var fraction = false;
        for (; position < literal.Length && literal[position] is not ('e' or 'E'); position++)
        {
            if (literal[position] == '.')
            {
                fraction = true;
                continue;
            }
            if (fraction)
                exponent--;
            if (digits.Length > 0 || literal[position] != '0')
                digits.Append(literal[position]);
        }
        if (position < literal.Length)
        {
            var power = literal.AsSpan(position + 1);
            if (power.TrimStart("+-").TrimStart('0').Length > MaxExponentDigits)
                return null;
            exponent += long.Parse(power, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        }
        var length = digits.Length;
        while (length > 0 && digits[length - 1] == '0')
            length--;
        if (length == 0)
            return ("0", 0);
        exponent += digits.Length - length;
        var sign = literal[0] == '-' ? "-" : "";
        return (sign + digits.ToString(0, length), exponent);
    }
}
