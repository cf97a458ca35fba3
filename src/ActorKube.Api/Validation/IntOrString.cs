using System.Globalization;
using System.Text.Json.Nodes;
using ActorKube.Api.Json;

namespace ActorKube.Api.Validation;

/// <summary>A field that takes a number or a text: a port by number or name, an amount or a percentage (<c>3</c>, <c>25%</c>).</summary>
public readonly struct IntOrString
{
    private IntOrString(long number, string? text)
    {
        Number = number;
        Text = text;
    }

    /// <summary>The number, when <see cref="Text"/> is null.</summary>
    public long Number { get; }

    /// <summary>The text, or null for a number.</summary>
    public string? Text { get; }

    /// <summary>Reads the field; null when it is absent or of another type.</summary>
    public static IntOrString? From(JsonNode? node) =>
        node.Text() is { } text ? new IntOrString(0, text) : node.Int64() is { } number ? new IntOrString(number, null) : null;

    /// <summary>What is wrong with a percentage; nothing for a good one.</summary>
    public static IReadOnlyList<string> Percent(string text) =>
        text.Length > 1 && text[^1] == '%' && text[..^1].All(char.IsAsciiDigit)
            ? []
            : [Wording.Regex("a valid percent string must be a numeric string followed by an ending '%'", "[0-9]+%", "1%", "93%")];

    /// <summary>The amount itself, or the percentage of <paramref name="total"/>; null for a text that is no percentage.</summary>
    /// <param name="total">What 100 % are.</param>
    /// <param name="roundUp">Round a fraction up instead of down.</param>
    public long? ScaledTo(long total, bool roundUp)
    {
        if (Text is null)
            return Number;
        if (Percent(Text).Count > 0 || !long.TryParse(Text.AsSpan(0, Text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var percent))
            return null;
        var hundredfold = (Int128)percent * total;
        var scaled = roundUp ? (hundredfold + 99) / 100 : hundredfold / 100;
        return scaled > long.MaxValue ? long.MaxValue : (long)scaled;
    }

    /// <inheritdoc/>
    public override string ToString() => Text ?? Number.ToString(CultureInfo.InvariantCulture);
}
