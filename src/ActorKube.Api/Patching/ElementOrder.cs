using System.Text.Json.Nodes;

namespace ActorKube.Api.Patching;

/// <summary>
/// Obeys <c>$setElementOrder/…</c>: the list is merged as always and then brought into the order given. Items that only the server has
/// stay relative to those they stood before.
/// </summary>
internal static class ElementOrder
{
    /// <summary>Carries out and takes out of the patch every such directive and the list it is about.</summary>
    public static void Apply(JsonObject original, JsonObject patch, IPatchSchema? schema)
    {
        foreach (var directive in patch.Select(f => f.Key).Where(Directives.IsSetElementOrder).ToList())
        {
            if (patch[directive] is not JsonArray order)
                throw BadFormat();
            patch.Remove(directive);
            var key = Directives.Field(directive, Directives.SetElementOrder);
            original.TryGetPropertyValue(key, out var current);
            patch.TryGetPropertyValue(key, out var change);
            // A null in the patch removes the list, whatever its order.
            if ((current is null && change is null) || (patch.ContainsKey(key) && change is null))
                continue;
            if (current is not (null or JsonArray) || change is not (null or JsonArray))
                throw PatchErrors.Malformed("expected a []interface {}, but received something else for a setElementOrder list");
            patch.Remove(key);
            original[key] = StrategicMergePatch.Listed(
                Ordered(Items(current), change is null ? null : Items(change), Directives.Detach(order), schema?.Property(key)));
        }
    }

    private static List<JsonNode?> Ordered(List<JsonNode?> original, List<JsonNode?>? change, List<JsonNode?> order, IPatchSchema? schema)
    {
        var mergeKey = schema?.MergeKey;
        if (mergeKey is null && !AreScalars(order))
            throw BadFormat();
        CheckOrder(change ?? [], order, mergeKey);
        var serverOrder = ListItems.Positions(original, mergeKey);
        var merged = change is null ? original
            : schema?.Strategy.HasFlag(PatchStrategy.Merge) == true ? ListMerge.Merge(original, change, schema)
            : change.Select(i => (Item: Directives.Clean(i, out var kept), kept)).Where(i => i.kept).Select(i => i.Item).ToList();
        return ListMerge.Arrange(merged, ListItems.Positions(order, mergeKey), serverOrder, mergeKey);
    }

    /// <summary>The patch's own items have to come in the order given: else one of the two is a mistake.</summary>
    private static void CheckOrder(List<JsonNode?> change, List<JsonNode?> order, string? mergeKey)
    {
        if (order.Count == 0)
            return;
        var next = 0;
        foreach (var item in change)
        {
            if (item is JsonObject fields && fields.ContainsKey(Directives.Patch))
                continue;
            var identity = ListItems.Identity(item, mergeKey);
            while (next < order.Count && ListItems.Identity(order[next], mergeKey) != identity)
                next++;
            if (next++ == order.Count)
                throw PatchErrors.Malformed(
                    $"The order in patch list:\n{Show(change)}\n doesn't match $setElementOrder list:\n{Show(order)}\n");
        }
    }

    private static bool AreScalars(List<JsonNode?> items) => !items.Any(i => i is JsonObject or JsonArray);

    private static string Show(List<JsonNode?> items) => $"[{string.Join(' ', items.Select(i => i?.ToJsonString() ?? "null"))}]";

    private static List<JsonNode?> Items(JsonNode? list) => list is JsonArray items ? Directives.Detach(items) : [];

    private static Errors.ApiException BadFormat() => PatchErrors.Malformed("invalid patch format of setElementOrder list");
}
