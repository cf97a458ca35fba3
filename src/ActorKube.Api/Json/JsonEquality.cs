using System.Text.Json;
using System.Text.Json.Nodes;

namespace ActorKube.Api.Json;

/// <summary>
/// Equality of content: field order does not matter, list order does, and numbers are compared by value. A write that changes nothing by
/// this measure is not carried out, as upstream.
/// </summary>
public static class JsonEquality
{
    /// <summary>Compares two trees.</summary>
    public static bool Same(JsonNode? left, JsonNode? right)
    {
        if (ReferenceEquals(left, right))
            return true;
        return (left, right) switch
        {
            (JsonObject a, JsonObject b) => SameObjects(a, b),
            (JsonArray a, JsonArray b) => SameArrays(a, b),
            (JsonValue a, JsonValue b) => SameValues(a, b),
            _ => false,
        };
    }

    private static bool SameObjects(JsonObject left, JsonObject right)
    {
        if (left.Count != right.Count)
            return false;
        for (var i = 0; i < left.Count; i++)
            if (left.GetAt(i) is var (name, value) && (!right.TryGetPropertyValue(name, out var other) || !Same(value, other)))
                return false;
        return true;
    }

    private static bool SameArrays(JsonArray left, JsonArray right)
    {
        if (left.Count != right.Count)
            return false;
        for (var i = 0; i < left.Count; i++)
            if (!Same(left[i], right[i]))
                return false;
        return true;
    }

    private static bool SameValues(JsonValue left, JsonValue right)
    {
        if (left.TryGetValue<string>(out var a) && right.TryGetValue<string>(out var b))
            return a == b;
        if (IsInteger(left, out var i) && IsInteger(right, out var j))
            return i == j;
        var kind = left.GetValueKind();
        if (kind != right.GetValueKind())
            return false;
        return kind != JsonValueKind.Number || JsonNumber.Same(JsonNumber.Text(left), JsonNumber.Text(right));
    }

    // Those of a body are long, those that code has set are int.
    private static bool IsInteger(JsonValue value, out long integer)
    {
        if (value.TryGetValue(out integer))
            return true;
        var small = value.TryGetValue<int>(out var number);
        integer = number;
        return small;
    }
}
