using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ActorKube.Api.Objects;
using ActorKube.Api.Times;

namespace ActorKube.Machinery.Objects;

/// <summary>Reads fields out of an object that has been parsed because it is about to be changed, or is read too seldom to deserve a view. Absent, null and wrongly typed fields read as the default.</summary>
public static class JsonReading
{
    /// <summary>The whole object, for changing. Never shared: each call parses anew.</summary>
    public static JsonObject Edit(this StoredObject item) => JsonNode.Parse(item.Json.Span)!.AsObject();

    /// <summary>The whole object, for reading only: shared with everybody else who reads this state (<see cref="ObjectTrees"/>).</summary>
    public static JsonObject Tree(this StoredObject item) => ObjectTrees.Of(item);

    /// <summary>The node at a path, or null.</summary>
    public static JsonNode? At(this JsonNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var segment in path)
            node = node is JsonObject fields && fields.TryGetPropertyValue(segment, out var child) ? child : null;
        return node;
    }

    /// <summary>A string; empty when absent.</summary>
    public static string Text(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";

    /// <summary>An integer, or null.</summary>
    public static long? Number(this JsonNode? node, params ReadOnlySpan<string> path) =>
        // A node that was parsed gives any integer type; one made in code gives only its own.
        node.At(path) is not JsonValue value ? null
        : value.TryGetValue<long>(out var number) ? number
        : value.TryGetValue<int>(out var small) ? small
        : null;

    /// <summary>An integer of 32 bits, or null. What is larger or smaller counts as the largest or smallest there is.</summary>
    public static int? Int(this JsonNode? node, params ReadOnlySpan<string> path) => node.Number(path) is { } number ? (int)Math.Clamp(number, int.MinValue, int.MaxValue) : null;

    /// <summary>How many there are of something: an integer of 32 bits that is at least 0, or null.</summary>
    public static int? Count(this JsonNode? node, params ReadOnlySpan<string> path) => node.Int(path) is { } number ? Math.Max(0, number) : null;

    /// <summary>A boolean; false when absent.</summary>
    public static bool Flag(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonValue value && value.TryGetValue<bool>(out var flag) && flag;

    /// <summary>A time, or null.</summary>
    public static DateTimeOffset? Time(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.Text(path) is { Length: > 0 } text && (KubeTime.TryParse(text, out var time) || DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time)) ? time : null;

    /// <summary>The items of a list; none when absent.</summary>
    public static IEnumerable<JsonNode> Items(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonArray list ? list.OfType<JsonNode>() : [];

    /// <summary>The strings of a map, for example labels; none when absent.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Strings(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonObject map ? map.Select(p => KeyValuePair.Create(p.Key, p.Value.Text())) : [];

    /// <summary>A copy for changing; empty where there is no object.</summary>
    public static JsonObject Copy(this JsonNode? node) => node is JsonObject fields ? fields.DeepClone().AsObject() : [];

    /// <summary>The list under a name, put in the place of anything else that is there.</summary>
    public static JsonArray List(this JsonObject node, string name)
    {
        if (node[name] is not JsonArray list)
            node[name] = list = [];
        return list;
    }

    /// <summary>The object under a name, added when it is not there.</summary>
    public static JsonObject Child(this JsonObject node, string name)
    {
        if (node[name] is not JsonObject child)
            node[name] = child = [];
        return child;
    }

    /// <summary>The encoded form.</summary>
    public static ReadOnlyMemory<byte> Encode(this JsonNode node)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, JsonWriting.Options))
            node.WriteTo(json);
        return buffer.WrittenMemory;
    }
}
