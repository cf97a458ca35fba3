using System.Text.Json;
using System.Text.Json.Nodes;

namespace ActorKube.Api.Json;

/// <summary>
/// Reading of node trees that never throws on an unexpected type. <c>GetValue&lt;T&gt;</c> demands exactly the CLR type that a number was
/// created with (an <c>int</c> cannot be read as a <c>long</c>); these read any representation.
/// </summary>
public static class JsonAccess
{
    /// <summary>The text of a JSON string; null for anything else.</summary>
    public static string? Text(this JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    /// <summary>The text of the string under <paramref name="property"/>; null when it is absent or no string.</summary>
    public static string? Text(this JsonObject? node, string property) => node is not null && node.TryGetPropertyValue(property, out var child) ? child.Text() : null;

    /// <summary>The value of a JSON number that is an integer within 64 bits; null for anything else.</summary>
    public static long? Int64(this JsonNode? node)
    {
        if (node is not JsonValue value)
            return null;
        if (value.TryGetValue<long>(out var large))
            return large;
        if (value.TryGetValue<int>(out var small))
            return small;
        return value.GetValueKind() == JsonValueKind.Number && long.TryParse(JsonNumber.Text(value), out var parsed) ? parsed : null;
    }

    /// <summary>The integer under <paramref name="property"/>; null when it is absent or no integer.</summary>
    public static long? Int64(this JsonObject? node, string property) => node is not null && node.TryGetPropertyValue(property, out var child) ? child.Int64() : null;

    /// <summary>The value of a JSON boolean; null for anything else.</summary>
    public static bool? Bool(this JsonNode? node) => node is JsonValue value && value.TryGetValue<bool>(out var flag) ? flag : null;

    /// <summary>The boolean under <paramref name="property"/>; null when it is absent or no boolean.</summary>
    public static bool? Bool(this JsonObject? node, string property) => node is not null && node.TryGetPropertyValue(property, out var child) ? child.Bool() : null;

    /// <summary>The object under <paramref name="property"/>; null when it is absent or no object.</summary>
    public static JsonObject? Object(this JsonObject? node, string property) => node is not null && node.TryGetPropertyValue(property, out var child) ? child as JsonObject : null;

    /// <summary>The array under <paramref name="property"/>; null when it is absent or no array.</summary>
    public static JsonArray? Array(this JsonObject? node, string property) => node is not null && node.TryGetPropertyValue(property, out var child) ? child as JsonArray : null;

    /// <summary>The objects in the array under <paramref name="property"/>; none when there is no array.</summary>
    public static IEnumerable<JsonObject> Objects(this JsonObject? node, string property) => node.Array(property)?.OfType<JsonObject>() ?? [];

    /// <summary>The object under <paramref name="property"/>, created when there is none (anything that is no object is replaced).</summary>
    public static JsonObject ObjectOrNew(this JsonObject node, string property)
    {
        if (node.TryGetPropertyValue(property, out var child) && child is JsonObject known)
            return known;
        var created = new JsonObject();
        node[property] = created;
        return created;
    }

    /// <summary>The array under <paramref name="property"/>, created when there is none (anything that is no array is replaced).</summary>
    public static JsonArray ArrayOrNew(this JsonObject node, string property)
    {
        if (node.TryGetPropertyValue(property, out var child) && child is JsonArray known)
            return known;
        var created = new JsonArray();
        node[property] = created;
        return created;
    }

    /// <summary>The nesting of a tree: 0 for a scalar, 1 for an empty object.</summary>
    internal static int Depth(JsonNode? node)
    {
        var deepest = 0;
        switch (node)
        {
            case JsonObject map:
                foreach (var (_, child) in map)
                    deepest = Math.Max(deepest, Depth(child));
                return deepest + 1;
            case JsonArray list:
                foreach (var child in list)
                    deepest = Math.Max(deepest, Depth(child));
                return deepest + 1;
            default:
                return 0;
        }
    }

    /// <summary>The name under which upstream's decoder mentions a value of the wrong type.</summary>
    internal static string GoTypeName(JsonNode? node) => node switch
    {
        null => "null",
        JsonObject => "object",
        JsonArray => "array",
        _ => node.GetValueKind() switch
        {
            JsonValueKind.String => "string",
            JsonValueKind.Number => "number",
            JsonValueKind.True or JsonValueKind.False => "bool",
            var kind => throw new InvalidOperationException($"A node cannot be of kind {kind}."),
        },
    };
}
