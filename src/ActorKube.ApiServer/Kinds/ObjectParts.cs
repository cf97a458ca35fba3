using System.Text.Json.Nodes;
using ActorKube.Api.Json;

namespace ActorKube.ApiServer.Kinds;

/// <summary>Moves and compares the top-level parts of objects.</summary>
internal static class ObjectParts
{
    private static readonly string[] ClientMetadata = ["labels", "annotations", "ownerReferences", "finalizers"];

    /// <summary>Makes <paramref name="part"/> of <paramref name="obj"/> what it is in <paramref name="old"/>, absence included.</summary>
    public static void Keep(string part, JsonObject obj, JsonObject old)
    {
        if (!old.TryGetPropertyValue(part, out var value))
            obj.Remove(part);
        else if (!(obj.TryGetPropertyValue(part, out var present) && JsonEquality.Same(present, value)))
            obj[part] = value?.DeepClone();
    }

    /// <summary>Makes everything but <paramref name="parts"/> of <paramref name="obj"/> what it is in <paramref name="old"/>.</summary>
    public static void KeepAllBut(ReadOnlySpan<string> parts, JsonObject obj, JsonObject old)
    {
        foreach (var name in obj.Select(p => p.Key).ToArray())
            if (!parts.Contains(name))
                Keep(name, obj, old);
        foreach (var (name, value) in old)
            if (!parts.Contains(name) && !obj.ContainsKey(name))
                obj[name] = value?.DeepClone();
    }

    /// <summary>Keeps what clients write of the metadata; what the server keeps account of is left (upstream: <c>ResetObjectMetaForStatus</c>).</summary>
    public static void KeepMetadata(JsonObject obj, JsonObject old)
    {
        foreach (var part in ClientMetadata)
            Keep(part, obj.ObjectOrNew("metadata"), old.Object("metadata") ?? []);
    }

    /// <summary>True when both are equal apart from <paramref name="parts"/>.</summary>
    public static bool SameBut(ReadOnlySpan<string> parts, JsonObject left, JsonObject right)
    {
        foreach (var (name, value) in left)
            if (!parts.Contains(name) && !(right.TryGetPropertyValue(name, out var other) && JsonEquality.Same(value, other)))
                return false;
        foreach (var (name, _) in right)
            if (!parts.Contains(name) && !left.ContainsKey(name))
                return false;
        return true;
    }

    /// <summary>The fields of a spec that differ, a line each, for people.</summary>
    public static string Difference(JsonObject spec, JsonObject old) => string.Join('\n', spec.Select(static p => p.Key)
        .Union(old.Select(static p => p.Key)).Where(field => !JsonEquality.Same(spec[field], old[field])).Select(static field => $"  changed: spec.{field}"));

    /// <summary>True when the values under a path are equal in both, absence included.</summary>
    public static bool SamePart(JsonObject left, JsonObject right, params ReadOnlySpan<string> path) => JsonEquality.Same(At(left, path), At(right, path));

    private static JsonNode? At(JsonObject? node, ReadOnlySpan<string> path)
    {
        foreach (var property in path[..^1])
            node = node.Object(property);
        return node?[path[^1]];
    }
}
