using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Json;

namespace ActorKube.Api.Patching;

/// <summary>
/// Strategic merge patch: a merge patch that knows which lists are merged, by which key, and obeys the directives <c>$patch</c>,
/// <c>$retainKeys</c>, <c>$setElementOrder/…</c> and <c>$deleteFromPrimitiveList/…</c> (upstream: <c>strategicpatch</c>).
/// </summary>
public static class StrategicMergePatch
{
    /// <summary>Merges a patch into an object.</summary>
    /// <param name="original">Changed in place; of no use any more when this fails.</param>
    /// <param name="patch">Used up: its parts go into the result.</param>
    /// <param name="schema">What is known about the object. Fields it does not know are merged as in a merge patch.</param>
    /// <returns>The result: <paramref name="original"/>, unless the patch replaces the whole.</returns>
    /// <exception cref="ApiException">400: the patch is malformed. 422: it does not fit the object.</exception>
    public static JsonObject Apply(JsonObject original, JsonNode? patch, IPatchSchema? schema)
    {
        if (patch is not JsonObject fields)
            throw PatchErrors.Malformed("invalid JSON document");
        return MergeObjects(original, fields, schema);
    }

    /// <summary>Merges <paramref name="patch"/>, which is used up, into <paramref name="original"/>.</summary>
    internal static JsonObject MergeObjects(JsonObject original, JsonObject patch, IPatchSchema? schema)
    {
        if (patch.TryGetPropertyValue(Directives.Patch, out var directive))
            return Marked(directive, patch);
        Retain(original, patch);
        ElementOrder.Apply(original, patch, schema);
        foreach (var (key, value) in Directives.Detach(patch))
            if (Directives.IsDeleteFromPrimitiveList(key))
                DeleteFromList(original, Directives.Field(key, Directives.DeleteFromPrimitiveList), value);
            else
                MergeField(original, key, value, schema?.Property(key));
        return original;
    }

    private static JsonObject Marked(JsonNode? directive, JsonObject patch)
    {
        switch (directive.Text())
        {
            case Directives.Replace:
                patch.Remove(Directives.Patch);
                return (JsonObject)Directives.Clean(patch, out _)!;
            case Directives.Delete:
                return [];
            default:
                throw PatchErrors.Malformed($"unknown patch type: {directive?.ToString() ?? "null"} in map: {patch.ToJsonString()}");
        }
    }

    /// <summary>Obeys <c>$retainKeys</c>: what it does not name goes, and the patch may set nothing else.</summary>
    private static void Retain(JsonObject original, JsonObject patch)
    {
        if (!patch.TryGetPropertyValue(Directives.RetainKeys, out var node))
            return;
        patch.Remove(Directives.RetainKeys);
        if (node is not JsonArray list)
            throw BadRetainKeys();
        var retained = list.Select(k => k.Text()).ToHashSet();
        foreach (var (key, value) in patch)
            if (value is not null && !Directives.IsSetElementOrder(key) && !Directives.IsDeleteFromPrimitiveList(key) && !retained.Contains(key))
                throw BadRetainKeys();
        foreach (var key in original.Select(f => f.Key).Where(k => !retained.Contains(k)).ToList())
            original.Remove(key);
    }

    private static void MergeField(JsonObject original, string key, JsonNode? value, IPatchSchema? schema)
    {
        if (value is null)
        {
            original.Remove(key);
            return;
        }
        original.TryGetPropertyValue(key, out var current);
        switch (current, value)
        {
            case (JsonObject inner, JsonObject fields) when schema?.Strategy.HasFlag(PatchStrategy.Replace) != true:
                var merged = MergeObjects(inner, fields, schema);
                if (!ReferenceEquals(merged, inner))
                    original[key] = merged;
                break;
            case (JsonArray list, JsonArray items) when schema?.Strategy.HasFlag(PatchStrategy.Merge) == true:
                original[key] = Listed(ListMerge.Merge(Directives.Detach(list), Directives.Detach(items), schema));
                break;
            default:
                var clean = Directives.Clean(value, out var kept);
                if (kept)
                    original[key] = clean;
                else
                    original.Remove(key);
                break;
        }
    }

    /// <summary>Takes the items of a <c>$deleteFromPrimitiveList/…</c> out of the list.</summary>
    private static void DeleteFromList(JsonObject original, string key, JsonNode? value)
    {
        if (value is null)
        {
            original.Remove(key);
            return;
        }
        if (value is not JsonArray items || items.Any(i => i is JsonObject or JsonArray))
            throw PatchErrors.Malformed("invalid patch format of primitive list");
        if (original.Array(key) is not { } list)
            return;
        var deleted = items.Select(Directives.Identity).ToHashSet();
        foreach (var item in Directives.Detach(list))
            if (item is JsonObject or JsonArray || !deleted.Contains(Directives.Identity(item)))
                list.Add(item);
    }

    internal static JsonArray Listed(IEnumerable<JsonNode?> items) => new([.. items]);

    private static ApiException BadRetainKeys() => PatchErrors.Malformed("invalid patch format of retainKeys");
}
