using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ActorKube.Api.Json;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace ActorKube.Api.Yaml;

/// <summary>Gives plain scalars their type by the rules of YAML 1.1 in the form go-yaml v2 gives them.</summary>
internal static partial class YamlScalars
{
    private const string TagPrefix = "tag:yaml.org,2002:";

    // Longer than any number that means something; reading a literal costs the square of its length.
    private const int LongestNumber = 400;

    /// <summary>The value of a scalar.</summary>
    public static JsonNode? Resolve(Scalar scalar)
    {
        var tag = Tag(scalar);
        if (tag == "!!str" || (tag.Length == 0 && scalar.Style != ScalarStyle.Plain))
            return JsonValue.Create(scalar.Value);
        if (tag == "!!binary")
            return JsonValue.Create(FromBase64(scalar.Value));
        // Tags of applications carry no meaning here; their values are text.
        if (tag is not ("" or "!!bool" or "!!int" or "!!float" or "!!null" or "!!timestamp"))
            return JsonValue.Create(scalar.Value);
        var (type, value) = Plain(scalar.Value);
        if (tag.Length == 0 || tag == type || (tag == "!!float" && type == "!!int"))
            return value;
        if (tag == "!!timestamp" && type == "!!str")
            return value;
        throw YamlDecoder.Malformed($"yaml: cannot decode {type} `{scalar.Value}` as a {tag}");
    }

    /// <summary>A mapping key as the name of a field: numbers and booleans become text.</summary>
    public static string Key(JsonNode? key) => key switch
    {
        JsonValue value => value.GetValueKind() switch
        {
            JsonValueKind.String => value.GetValue<string>(),
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            _ => JsonNumber.Text(value),
        },
        null => throw YamlDecoder.Malformed("unsupported map key: null"),
        _ => throw YamlDecoder.Malformed("unsupported map key: a key has to be a scalar"),
    };

    private static string Tag(Scalar scalar)
    {
        if (scalar.Tag.IsEmpty)
            return "";
        if (scalar.Tag.IsNonSpecific)
            return "!!str";
        var tag = scalar.Tag.Value;
        return tag.StartsWith(TagPrefix, StringComparison.Ordinal) ? "!!" + tag[TagPrefix.Length..] : tag;
    }

    private static (string Type, JsonNode? Value) Plain(string text) => text switch
    {
        "" or "~" or "null" or "Null" or "NULL" => ("!!null", null),
        "y" or "Y" or "yes" or "Yes" or "YES" or "true" or "True" or "TRUE" or "on" or "On" or "ON" => ("!!bool", JsonValue.Create(true)),
        "n" or "N" or "no" or "No" or "NO" or "false" or "False" or "FALSE" or "off" or "Off" or "OFF" => ("!!bool", JsonValue.Create(false)),
        ".nan" or ".NaN" or ".NAN" => throw YamlDecoder.Malformed("json: unsupported value: NaN"),
        ".inf" or ".Inf" or ".INF" or "+.inf" or "+.Inf" or "+.INF" => throw YamlDecoder.Malformed("json: unsupported value: +Inf"),
        "-.inf" or "-.Inf" or "-.INF" => throw YamlDecoder.Malformed("json: unsupported value: -Inf"),
        _ => text[0] is '+' or '-' or '.' or (>= '0' and <= '9') ? NumberOrText(text) : ("!!str", JsonValue.Create(text)),
    };

    private static (string Type, JsonNode? Value) NumberOrText(string text)
    {
        if (text.Length > LongestNumber)
            return ("!!str", JsonValue.Create(text));
        var plain = text[0] == '.' ? text : text.Replace("_", "", StringComparison.Ordinal);
        if (Integer(plain) is { } integer)
            return ("!!int", Number(integer.ToString(CultureInfo.InvariantCulture)));
        if (Float().IsMatch(plain) && double.TryParse(plain, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value))
            return ("!!float", Number(value));
        // What looks like a time stays text.
        return ("!!str", JsonValue.Create(text));
    }

    private static BigInteger? Integer(string plain)
    {
        var negative = plain[0] == '-';
        var digits = plain[0] is '-' or '+' ? plain[1..] : plain;
        var magnitude = digits switch
        {
            ['0', 'x' or 'X', .. var hex] => InBase(hex, 16),
            ['0', 'o' or 'O', .. var octal] => InBase(octal, 8),
            ['0', 'b' or 'B', .. var binary] => InBase(binary, 2),
            // The octal form of YAML 1.1, as in file modes.
            ['0', .. { Length: > 0 } octal] => InBase(octal, 8),
            _ => InBase(digits, 10),
        };
        return negative ? -magnitude : magnitude;
    }

    private static BigInteger? InBase(string digits, int radix)
    {
        if (digits.Length == 0)
            return null;
        if (radix == 10)
            return digits.All(char.IsAsciiDigit) ? BigInteger.Parse(digits, CultureInfo.InvariantCulture) : null;
        var value = BigInteger.Zero;
        foreach (var digit in digits)
        {
            var worth = char.IsAsciiDigit(digit) ? digit - '0' : char.IsAsciiHexDigit(digit) ? (digit | 0x20) - 'a' + 10 : radix;
            if (worth >= radix)
                return null;
            value = value * radix + worth;
        }
        return value;
    }

    private static JsonNode Number(string literal) =>
        long.TryParse(literal, CultureInfo.InvariantCulture, out var integer) ? JsonValue.Create(integer) : JsonNode.Parse(literal)!;

    private static JsonNode Number(double value) =>
        Math.Abs(value) < 1L << 62 && Math.Truncate(value) == value ? JsonValue.Create((long)value) : Number(value.ToString("R", CultureInfo.InvariantCulture));

    private static string FromBase64(string text)
    {
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(text));
        }
        catch (FormatException)
        {
            throw YamlDecoder.Malformed("yaml: !!binary value contains invalid base64 data");
        }
    }

    [GeneratedRegex(@"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Float();
}
