using System.Text.Json.Nodes;

namespace ActorKube.NodeAgent.Tests.Support;

/// <summary>Merge patch, and of strategic merge patch what agents use: merged lists with <c>$patch</c> directives.</summary>
internal static class FakePatch
{
    private static readonly Dictionary<string, string> MergeKeys = new() { ["conditions"] = "type", ["podIPs"] = "ip", ["hostIPs"] = "ip", ["addresses"] = "type" };

    public static void Apply(JsonObject target, JsonObject patch, bool strategic)
    {
        foreach (var (name, value) in patch)
            switch (value)
            {
                case null:
                    target.Remove(name);
                    break;
                case JsonObject change when target[name] is JsonObject inner:
                    Apply(inner, change, strategic);
                    break;
                case JsonArray change when strategic && MergeKeys.TryGetValue(name, out var key):
                    target[name] = Merge(target[name] as JsonArray ?? [], change, key);
                    break;
                default:
                    target[name] = Clean(value.DeepClone());
                    break;
            }
    }

    private static JsonArray Merge(JsonArray target, JsonArray patch, string key)
    {
        var result = patch.Any(p => (string?)p!["$patch"] == "replace") ? [] : (JsonArray)target.DeepClone();
        foreach (var change in patch.Select(p => (JsonObject)p!))
        {
            var directive = (string?)change["$patch"];
            if (directive == "replace")
                continue;
            var existing = result.FirstOrDefault(r => (string?)r![key] == (string?)change[key]);
            if (directive == "delete")
                result.Remove(existing);
            else if (existing is JsonObject inner)
                Apply(inner, change, strategic: true);
            else
                result.Add(Clean(change.DeepClone()));
        }
        return result;
    }

    private static JsonNode Clean(JsonNode node)
    {
        if (node is JsonObject item)
            foreach (var name in item.Where(p => p.Value is null).Select(p => p.Key).ToArray())
                item.Remove(name);
        return node;
    }
}
