using System.Globalization;
using System.Text.Json.Nodes;
using ActorKube.Machinery.Objects;

namespace ActorKube.Controllers.Workloads;

/// <summary>A number, or a share of one.</summary>
internal readonly record struct IntOrPercent(int Value, bool IsPercent)
{
    /// <summary>Reads a number or a text such as <c>25%</c>; the fallback when it is neither.</summary>
    public static IntOrPercent Read(JsonNode? node, IntOrPercent fallback)
    {
        if (node is null)
            return fallback;
        if (node.Int() is { } number)
            return new(number, false);
        var text = node.Text();
        return text.EndsWith('%') && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var percent) ? new(percent, true) : fallback;
    }

    /// <summary>The number that is meant out of a total, at least 0.</summary>
    public int Of(int total, bool roundUp)
    {
        if (!IsPercent)
            return Math.Max(0, Value);
        var share = (long)Value * total;
        return (int)Math.Clamp((share + (roundUp ? 99 : 0)) / 100, 0, int.MaxValue);
    }
}
