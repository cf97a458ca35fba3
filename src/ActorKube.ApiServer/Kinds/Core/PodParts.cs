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

    private static IEnumerable<JsonObject> Containers(JsonObject pod) =>
        (pod.Object("spec").Array("containers") ?? []).Concat(pod.Object("spec").Array("initContainers") ?? []).OfType<JsonObject>();
}
