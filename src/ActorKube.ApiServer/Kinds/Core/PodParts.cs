using System.Text.Json.Nodes;
using ActorKube.Api.Json;

namespace ActorKube.ApiServer.Kinds.Core;

/// <summary>What the pod's subresources may change.</summary>
internal static class PodParts
{
    private static readonly string[] Resizable = ["resources", "resizePolicy"];

    /// <summary>Everything but <c>spec.ephemeralContainers</c> stays.</summary>
    public static void KeepAllButEphemeralContainers(JsonObject obj, JsonObject old)
    {
        var added = obj.Object("spec")?["ephemeralContainers"]?.DeepClone();
        ObjectParts.KeepAllBut(["metadata"], obj, old);
        var spec = obj.ObjectOrNew("spec");
        spec.Remove("ephemeralContainers");
        if (added is not null)
            spec["ephemeralContainers"] = added;
    }

    /// <summary>Everything but the containers' resources stays; containers are matched by name.</summary>
    public static void KeepAllButResources(JsonObject obj, JsonObject old)
    {
        var wanted = Containers(obj).Select(static c => (JsonObject)c.DeepClone()).ToList();
        ObjectParts.KeepAllBut(["metadata"], obj, old);
        foreach (var container in Containers(obj))
            if (wanted.Find(w => w.Text("name") == container.Text("name")) is { } change)
                foreach (var part in Resizable)
                    ObjectParts.Keep(part, container, change);
    }

    /// <summary>
    /// Takes over what a client leaves out that does not know it: the class of service and the generations that conditions were observed at (upstream:
    /// <c>preserveOldObservedGeneration</c>).
    /// </summary>
    public static void KeepWhatOldAgentsDrop(JsonObject status, JsonObject old)
    {
        if (string.IsNullOrEmpty(status.Text("qosClass")))
            ObjectParts.Keep("qosClass", status, old);
        if (status.Int64("observedGeneration") is null or 0)
            ObjectParts.Keep("observedGeneration", status, old);
        var known = old.Items("conditions").Select(static c => c.Item).ToLookup(static c => c.Text("type"));
        var used = new Dictionary<string, int>();
        foreach (var (_, condition) in status.Items("conditions"))
        {
            // There may be several conditions of one type; the first goes with the first.
            var type = condition.Text("type") ?? "";
            var place = used.GetValueOrDefault(type);
            used[type] = place + 1;
            if (condition.Int64("observedGeneration") is null or 0 && known[type].ElementAtOrDefault(place) is { } before)
                ObjectParts.Keep("observedGeneration", condition, before);
        }
    }

    private static IEnumerable<JsonObject> Containers(JsonObject pod) =>
        (pod.Object("spec").Array("containers") ?? []).Concat(pod.Object("spec").Array("initContainers") ?? []).OfType<JsonObject>();
}
