using System.Text.Json.Nodes;
using ActorKube.Api.Errors;

namespace ActorKube.Api.Patching;

/// <summary>
/// JSON merge patch (RFC 7386): objects are merged, null removes, everything else replaces. As upstream, nulls inside lists' objects are
/// dropped, too.
/// </summary>
public static class MergePatch
{
    /// <summary>Merges <paramref name="patch"/> into <paramref name="target"/>.</summary>
    /// <param name="target">Changed in place.</param>
    /// <param name="patch">Left as it is.</param>
    /// <returns><paramref name="target"/>.</returns>
    /// <exception cref="ApiException">400: the patch is no object.</exception>
    public static JsonObject Apply(JsonObject target, JsonNode? patch)
    {
        if (patch is not JsonObject fields)
            throw PatchErrors.Malformed("Invalid JSON Patch");
        Merge(target, fields);
        return target;
    }

    private static void Merge(JsonObject target, JsonObject patch)
    {
        foreach (var (name, value) in patch)
            if (value is null)
                target.Remove(name);
            else if (value is JsonObject fields && target.TryGetPropertyValue(name, out var current) && current is JsonObject inner)
                Merge(inner, fields);
            else
                target[name] = WithoutNulls(value);
    }

    private static JsonNode? WithoutNulls(JsonNode? value)
    {
        switch (value)
        {
            case JsonObject map:
                var fields = new JsonObject();
                foreach (var (name, child) in map)
                    if (child is not null)
                        fields[name] = WithoutNulls(child);
                return fields;
            case JsonArray list:
                return new JsonArray([.. list.Select(WithoutNulls)]);
            default:
                return value?.DeepClone();
        }
    }
}
