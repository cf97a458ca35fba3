using System.Text.Json.Nodes;
using ActorKube.Api.Json;

namespace ActorKube.ApiServer.Kinds.Core;

/// <summary>What the pod's subresources may change.</summary>
internal static class PodParts
{
    private static readonly string[] Resizable = ["resources", "resizePolicy"];

    /// <summary>Everything but <c>spec.ephemeralContainers</c> stays (upstream: <c>dropNonEphemeralContainerUpdates</c>).</summary>
    public static void KeepAllButEphemeralContainers(JsonObject obj, JsonObject old)
    {
        var added = obj.Object("spec")?["ephemeralContainers"]?.DeepClone();
        KeepAll(obj, old);
        var spec = obj.ObjectOrNew("spec");
        spec.Remove("ephemeralContainers");
        if (added is not null)
            spec["ephemeralContainers"] = added;
    }

    /// <summary>
    /// Everything but the resources of the pod and of its containers stays. Where the containers are others, nothing is kept, so that they are refused (upstream:
    /// <c>dropNonResizeUpdates</c>).
    /// </summary>
    public static void KeepAllButResources(JsonObject obj, JsonObject old)
    {
        if (!SameNames("containers", obj, old) || !SameNames("initContainers", obj, old))
            return;
        var wanted = (JsonObject?)obj.Object("spec")?.DeepClone();
        KeepAll(obj, old);
        if (obj.Object("spec") is not { } spec || wanted is null)
            return;
        ObjectParts.Keep("resources", spec, wanted);
        foreach (var list in (ReadOnlySpan<string>)["containers", "initContainers"])
            foreach (var (i, container) in spec.Items(list))
                if (wanted.Array(list)?[i] is JsonObject change)
                    foreach (var part in Resizable)
                        ObjectParts.Keep(part, container, change);
    }

    private static bool SameNames(string list, JsonObject obj, JsonObject old) =>
        obj.Object("spec").Objects(list).Select(static c => c.Text("name")).SequenceEqual(old.Object("spec").Objects(list).Select(static c => c.Text("name")));

    // Of the metadata, only what the server keeps account of changes.
    private static void KeepAll(JsonObject obj, JsonObject old)
    {
        ObjectParts.KeepAllBut(["metadata"], obj, old);
        ObjectParts.KeepMetadata(obj, old);
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
}
