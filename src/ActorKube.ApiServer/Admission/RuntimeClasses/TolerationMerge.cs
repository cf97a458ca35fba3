using System.Text.Json.Nodes;
using ActorKube.Api.Json;

namespace ActorKube.ApiServer.Admission.RuntimeClasses;

/// <summary>Joins tolerations; of two of which one tolerates all that the other does, the wider stays (upstream: <c>MergeTolerations</c>).</summary>
internal static class TolerationMerge
{
    /// <summary>Those of both lists, in their order.</summary>
    public static JsonArray Of(IEnumerable<JsonObject> first, IEnumerable<JsonObject> second)
    {
        JsonObject[] all = [.. first, .. second];
        var kept = new List<JsonObject>();
        for (var i = 0; i < all.Length; i++)
        {
            var toleration = all[i];
            // Of equal ones the first stays.
            if (!kept.Exists(k => Covers(k, toleration)) && !all.Skip(i + 1).Any(later => !JsonEquality.Same(later, toleration) && Covers(later, toleration)))
                kept.Add(toleration);
        }
        return [.. kept.Select(static t => t.DeepClone())];
    }

    private static bool Covers(JsonObject wide, JsonObject narrow)
    {
        if (JsonEquality.Same(wide, narrow))
            return true;
        var (key, operation, effect) = (wide.Text("key") ?? "", Operator(wide), wide.Text("effect") ?? "");
        if (key != (narrow.Text("key") ?? "") && (key.Length > 0 || operation != "Exists"))
            return false;
        if (effect.Length > 0 && effect != (narrow.Text("effect") ?? ""))
            return false;
        if (effect == "NoExecute" && wide.Int64("tolerationSeconds") is { } seconds && !(narrow.Int64("tolerationSeconds") <= seconds))
            return false;
        return operation switch
        {
            "Exists" => true,
            "Equal" => Operator(narrow) == "Equal" && (wide.Text("value") ?? "") == (narrow.Text("value") ?? ""),
            _ => false,
        };
    }

    private static string Operator(JsonObject toleration) => toleration.Text("operator") is { Length: > 0 } given ? given : "Equal";
}
