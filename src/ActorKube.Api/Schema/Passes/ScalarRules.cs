using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Times;

namespace ActorKube.Api.Schema.Passes;

/// <summary>What is wrong with a scalar.</summary>
internal enum ScalarVerdict
{
    Good,
    /// <summary>Not the JSON type, or a number that does not fit.</summary>
    WrongType,
    /// <summary>The right JSON type with a text that cannot be read.</summary>
    Malformed,
}

/// <summary>Checks scalars as upstream's typed decoding does, and says what they are stored as.</summary>
internal static class ScalarRules
{
    public static ScalarVerdict Check(JsonNode value, JsonValueKind kind, SchemaNode schema, out JsonNode? replacement, out string? detail)
    {
        replacement = null;
        detail = null;
        return schema.Type switch
        {
            SchemaType.String when kind == JsonValueKind.String => schema.Format is null ? ScalarVerdict.Good : Formatted(value, schema, out replacement, out detail),
            SchemaType.Boolean when kind is JsonValueKind.True or JsonValueKind.False => ScalarVerdict.Good,
            SchemaType.Integer when kind == JsonValueKind.Number => Integer(value, schema.Format != "int32"),
            SchemaType.Number when kind == JsonValueKind.Number => ScalarVerdict.Good,
            SchemaType.IntOrString when kind == JsonValueKind.String => ScalarVerdict.Good,
            SchemaType.IntOrString when kind == JsonValueKind.Number => Integer(value, wide: false),
            SchemaType.Quantity when kind is JsonValueKind.String or JsonValueKind.Number => Quantity(value, kind, out replacement, out detail),
            _ => ScalarVerdict.WrongType,
        };
    }

    private static ScalarVerdict Integer(JsonNode value, bool wide) =>
        value.Int64() is { } whole && (wide || whole is >= int.MinValue and <= int.MaxValue) ? ScalarVerdict.Good : ScalarVerdict.WrongType;

    private static ScalarVerdict Quantity(JsonNode value, JsonValueKind kind, out JsonNode? replacement, out string? detail)
    {
        var text = kind == JsonValueKind.String ? value.GetValue<string>() : JsonNumber.Text((JsonValue)value);
        replacement = null;
        detail = null;
        if (!Quantities.Quantity.TryParse(text, out var quantity, out detail))
            return ScalarVerdict.Malformed;
        var stored = quantity.ToString();
        if (kind != JsonValueKind.String || stored != text)
            replacement = JsonValue.Create(stored);
        return ScalarVerdict.Good;
    }

    private static ScalarVerdict Formatted(JsonNode value, SchemaNode schema, out JsonNode? replacement, out string? detail)
    {
        replacement = null;
        detail = null;
        // The formats of custom resources are validated, not decoded: only named times and binary data are types upstream.
        return schema.Format switch
        {
            "byte" => Binary(value.GetValue<string>(), out replacement, out detail),
            "date-time" when schema.Definition is not null => Time(value.GetValue<string>(), schema.DefinitionName!.EndsWith(".MicroTime", StringComparison.Ordinal), out replacement, out detail),
            _ => ScalarVerdict.Good,
        };
    }

    private static ScalarVerdict Binary(string text, out JsonNode? replacement, out string? detail)
    {
        replacement = null;
        detail = null;
        if (text.AsSpan().ContainsAny(' ', '\t') || !Base64.IsValid(text))
        {
            detail = "illegal base64 data";
            return ScalarVerdict.Malformed;
        }
        if (text.AsSpan().ContainsAny('\r', '\n'))
            replacement = JsonValue.Create(text.Replace("\r", "").Replace("\n", ""));
        return ScalarVerdict.Good;
    }

    /// <summary>Times are stored in UTC, with six decimals or none.</summary>
    private static ScalarVerdict Time(string text, bool micro, out JsonNode? replacement, out string? detail)
    {
        replacement = null;
        detail = null;
        if (!KubeTime.TryParse(text, out var time))
        {
            detail = $"parsing time \"{text}\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"{text}\"";
            return ScalarVerdict.Malformed;
        }
        var stored = micro ? KubeTime.FormatMicro(time) : KubeTime.Format(time);
        if (stored != text)
            replacement = JsonValue.Create(stored);
        return ScalarVerdict.Good;
    }
}
