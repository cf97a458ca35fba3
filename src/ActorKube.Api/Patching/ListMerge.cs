using System.Text.Json.Nodes;
using ActorKube.Api.Json;

namespace ActorKube.Api.Patching;

/// <summary>
/// Merges lists whose strategy is <c>merge</c>. Items of the patch come in the patch's order, those that only the server has keep theirs
/// and stay before an item they stood before.
/// </summary>
internal static class ListMerge
{
    /// <summary>Merges two lists of detached items.</summary>
    public static List<JsonNode?> Merge(List<JsonNode?> original, List<JsonNode?> patch, IPatchSchema schema)
    {
        if (original.Count == 0 && patch.Count == 0)
            return original;
        if (!ListItems.AreObjects(original, patch))
            return MergeScalars(original, patch);
        if (schema.MergeKey is not { } mergeKey)
            throw PatchErrors.Malformed("cannot merge lists without merge key for struct");
        var (kept, patched) = ObeyMarks(original, patch, mergeKey);
        var order = kept.ToList();
        var patchOrder = ListItems.Positions(patched, mergeKey);
        var merged = MergeByKey(kept, patched, schema, mergeKey);
        return Arrange(merged, patchOrder, ListItems.Positions(order, mergeKey), mergeKey);
    }

    /// <summary>Puts items into order: those in <paramref name="patchOrder"/> by it, the others by <paramref name="serverOrder"/>, and the two interleaved.</summary>
    public static List<JsonNode?> Arrange(List<JsonNode?> items, Dictionary<string, int> patchOrder, Dictionary<string, int> serverOrder, string? mergeKey)
    {
        string Key(JsonNode? item) => ListItems.Identity(item, mergeKey);
        var left = new Queue<JsonNode?>(items.Where(i => !patchOrder.ContainsKey(Key(i))).OrderBy(i => serverOrder.GetValueOrDefault(Key(i), int.MaxValue)));
        var right = new Queue<JsonNode?>(items.Where(i => patchOrder.ContainsKey(Key(i))).OrderBy(i => patchOrder[Key(i)]));
        var arranged = new List<JsonNode?>(items.Count);
        while (left.Count > 0 && right.Count > 0)
        {
            var serverFirst = serverOrder.TryGetValue(Key(left.Peek()), out var l) && serverOrder.TryGetValue(Key(right.Peek()), out var r) && l < r;
            arranged.Add(serverFirst ? left.Dequeue() : right.Dequeue());
        }
        arranged.AddRange(left);
        arranged.AddRange(right);
        return arranged;
    }

    private static List<JsonNode?> MergeScalars(List<JsonNode?> original, List<JsonNode?> patch)
    {
        var merged = original.Concat(patch).DistinctBy(Directives.Identity).ToList();
        return Arrange(merged, ListItems.Positions(patch, null), ListItems.Positions(original, null), null);
    }

    /// <summary>Obeys the items that only carry a <c>$patch</c>: deletes what they name, or replaces the whole list.</summary>
    private static (List<JsonNode?> Original, List<JsonNode?> Patch) ObeyMarks(List<JsonNode?> original, List<JsonNode?> patch, string mergeKey)
    {
        var plain = new List<JsonNode?>(patch.Count);
        var deleted = new HashSet<string>();
        var replace = false;
        foreach (var item in patch)
        {
            var fields = (JsonObject)item!;
            if (!fields.TryGetPropertyValue(Directives.Patch, out var mark))
            {
                plain.Add(fields);
                continue;
            }
            switch (mark.Text())
            {
                case Directives.Delete:
                    deleted.Add(ListItems.Identity(fields, mergeKey));
                    break;
                case Directives.Replace:
                    replace = true;
                    break;
                case Directives.Merge:
                    throw PatchErrors.Malformed("merging lists cannot yet be specified in the patch");
                default:
                    throw PatchErrors.Malformed($"unknown patch type: {mark?.ToString() ?? "null"} in map: {fields.ToJsonString()}");
            }
        }
        if (replace)
            return ([], plain);
        return (original.Where(i => !deleted.Contains(ListItems.Identity(i, mergeKey))).ToList(), plain);
    }

    private static List<JsonNode?> MergeByKey(List<JsonNode?> original, List<JsonNode?> patch, IPatchSchema schema, string mergeKey)
    {
        var places = ListItems.Positions(original, mergeKey);
        foreach (var item in patch)
        {
            var key = ListItems.Identity(item, mergeKey);
            if (places.TryGetValue(key, out var place))
                original[place] = StrategicMergePatch.MergeObjects((JsonObject)original[place]!, (JsonObject)item!, schema.Items);
            else
            {
                places.Add(key, original.Count);
                original.Add(Directives.Clean(item, out _));
            }
        }
        return original;
    }
}
