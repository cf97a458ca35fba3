using System.Text.Json.Nodes;
using ActorKube.Api.Errors;

namespace ActorKube.Api.Patching;

/// <summary>What the items of merged lists have in common.</summary>
internal static class ListItems
{
    /// <summary>True for lists of objects, false for lists of scalars; everything else cannot be merged.</summary>
    public static bool AreObjects(params ReadOnlySpan<List<JsonNode?>> lists)
    {
        bool? objects = null;
        foreach (var list in lists)
            foreach (var item in list)
            {
                if (item is JsonArray)
                    throw PatchErrors.DoesNotApply("lists of lists are not supported");
                if (item is null || (objects ?? item is JsonObject) != item is JsonObject)
                    throw PatchErrors.Malformed("list element types are not identical");
                objects = item is JsonObject;
            }
        return objects ?? false;
    }

    /// <summary>What tells an item of a list apart from the others: the value of the merge key, or of the scalar itself.</summary>
    /// <exception cref="ApiException">400: the item lacks the merge key.</exception>
    public static string Identity(JsonNode? item, string? mergeKey)
    {
        if (mergeKey is null)
            return Directives.Identity(item);
        if (item is not JsonObject fields)
            throw PatchErrors.Malformed("list element types are not identical");
        if (!fields.TryGetPropertyValue(mergeKey, out var value))
            throw PatchErrors.Malformed($"map: {fields.ToJsonString()} does not contain declared merge key: {mergeKey}");
        return Directives.Identity(value);
    }

    /// <summary>The first place of each item.</summary>
    public static Dictionary<string, int> Positions(List<JsonNode?> items, string? mergeKey)
    {
        var positions = new Dictionary<string, int>(items.Count);
        for (var i = 0; i < items.Count; i++)
            positions.TryAdd(Identity(items[i], mergeKey), i);
        return positions;
    }
}
