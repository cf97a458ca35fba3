using System.Text.Json.Nodes;
using ActorKube.Api.Json;

namespace ActorKube.Api.Tests.Patching;

/// <summary>A simple differ: the inverse of applying patches, for round trips.</summary>
internal static class JsonDiff
{
    /// <summary>A JSON patch that turns <paramref name="from"/> into <paramref name="to"/>.</summary>
    public static JsonArray Between(JsonObject from, JsonObject to)
    {
        var patch = new JsonArray();
        Add(patch, "", from, to);
        return patch;
    }

    /// <summary>A merge patch that turns <paramref name="from"/> into <paramref name="to"/>, if <paramref name="to"/> has no nulls.</summary>
    public static JsonObject Merge(JsonObject from, JsonObject to)
    {
        var patch = new JsonObject();
        foreach (var name in from.Select(f => f.Key).Where(n => !to.ContainsKey(n)))
            patch[name] = null;
        foreach (var (name, value) in to)
            if (!from.TryGetPropertyValue(name, out var old) || !JsonEquality.Same(old, value))
                patch[name] = old is JsonObject a && value is JsonObject b ? Merge(a, b) : value?.DeepClone();
        return patch;
    }

    private static void Add(JsonArray patch, string path, JsonObject from, JsonObject to)
    {
        foreach (var name in from.Select(f => f.Key).Where(n => !to.ContainsKey(n)))
            patch.Add(new JsonObject { ["op"] = "remove", ["path"] = $"{path}/{Escape(name)}" });
        foreach (var (name, value) in to)
        {
            var at = $"{path}/{Escape(name)}";
            if (!from.TryGetPropertyValue(name, out var old))
                patch.Add(new JsonObject { ["op"] = "add", ["path"] = at, ["value"] = value?.DeepClone() });
            else if (old is JsonObject a && value is JsonObject b)
                Add(patch, at, a, b);
            else if (!JsonEquality.Same(old, value))
                patch.Add(new JsonObject { ["op"] = "replace", ["path"] = at, ["value"] = value?.DeepClone() });
        }
    }

    private static string Escape(string name) => name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
}
