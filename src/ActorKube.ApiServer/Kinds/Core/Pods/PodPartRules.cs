using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Pods;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Core.Pods;

/// <summary>Changes through a pod's subresources that change its spec (upstream: <c>ValidatePodEphemeralContainersUpdate</c>, <c>ValidatePodResize</c>).</summary>
internal static class PodPartRules
{
    private static readonly string[] Mutable = ["cpu", "memory"];

    /// <summary>Checks containers that are added for debugging: those that are there stay as they are.</summary>
    public static void CheckEphemeralContainers(JsonObject pod, JsonObject old, FieldErrors errors)
    {
        if (IsMirror(old))
        {
            errors.Forbidden(FieldPath.Root, "static pods do not support ephemeral containers");
            return;
        }
        PodSpecRules.CheckPod(pod, errors);
        var path = FieldPath.Spec.Child("ephemeralContainers");
        foreach (var (_, before) in old.Object("spec").Items("ephemeralContainers"))
        {
            var name = before.Text("name") ?? "";
            var now = pod.Object("spec").Items("ephemeralContainers").Select(static c => c.Item).FirstOrDefault(c => c.Text("name") == name);
            if (now is null)
                errors.Forbidden(path, $"existing ephemeral containers \"{name}\" may not be removed\n");
            else if (!JsonEquality.Same(now, before))
                errors.Forbidden(path, $"existing ephemeral containers \"{name}\" may not be changed\n");
        }
    }

    /// <summary>Checks new resources of running containers: the class of service stays what it is.</summary>
    public static void CheckResize(JsonObject pod, JsonObject old, FieldErrors errors)
    {
        if (IsMirror(old) || old.Object("spec").Object("os").Text("name") == "windows")
        {
            errors.Forbidden(FieldPath.Root, IsMirror(old) ? "static pods cannot be resized" : "windows pods cannot be resized");
            return;
        }
        PodSpecRules.CheckPod(pod, errors);
        var spec = pod.Object("spec") ?? [];
        var before = old.Object("spec") ?? [];
        var quality = old.Object("status").Text("qosClass") is { Length: > 0 } kept ? kept : PodQuality.Of(before);
        if (PodQuality.Of(spec) != quality)
            errors.Invalid(FieldPath.Spec, quality, "Pod QOS Class may not change as a result of resizing");
        if (!IsResizable(old))
            errors.Forbidden(FieldPath.Spec, "Pod running on node without support for resize");
        foreach (var list in (ReadOnlySpan<string>)["initContainers", "containers"])
            foreach (var (i, container) in spec.Items(list))
                if (before.Array(list) is { } all && i < all.Count && all[i] is JsonObject had && (list == "containers" || IsSidecar(had)))
                    CheckRemoved(container.Object("resources"), had.Object("resources"), FieldPath.Spec.Child(list).Index(i).Child("resources"), errors);
        CheckRest(spec, before, "containers", "only cpu and memory resources are mutable", errors);
        CheckRest(spec, before, "initContainers", "only cpu and memory resources for sidecar containers are mutable", errors);
    }

    // A node that reports what a running container has is one that can change it.
    private static bool IsResizable(JsonObject pod)
    {
        foreach (var (_, status) in pod.Object("status").Items("containerStatuses"))
            if (status.Object("state").Object("running") is not null)
                return status["resources"] is not null;
        return true;
    }

    private static void CheckRemoved(JsonObject? now, JsonObject? before, FieldPath path, FieldErrors errors)
    {
        foreach (var (list, called) in (ReadOnlySpan<(string, string)>)[("requests", "resource requests"), ("limits", "resource limits")])
            if ((before.Object(list) ?? []).Any(r => now.Object(list)?.ContainsKey(r.Key) != true))
                errors.Forbidden(path.Child(list), $"{called} cannot be removed");
    }

    private static void CheckRest(JsonObject spec, JsonObject old, string list, string complaint, FieldErrors errors)
    {
        var before = old.Array(list) ?? [];
        foreach (var (i, container) in spec.Items(list))
        {
            if (i >= before.Count || before[i] is not JsonObject had)
                continue;
            var isFixed = list == "initContainers" && !IsSidecar(had);
            var rest = (JsonObject)container.DeepClone();
            if (!isFixed)
            {
                // Policies may come with the resources they are about.
                ObjectParts.Keep("resizePolicy", rest, had);
                foreach (var part in (ReadOnlySpan<string>)["requests", "limits"])
                    KeepMutable(rest, had.Object("resources").Object(part), part);
            }
            if (!JsonEquality.Same(rest, had))
                errors.Forbidden(FieldPath.Spec, isFixed ? "resources for non-sidecar init containers are immutable" : complaint);
        }
    }

    private static void KeepMutable(JsonObject container, JsonObject? before, string part)
    {
        if (container.Object("resources") is not { } resources)
            return;
        foreach (var name in Mutable)
            if (before?[name] is { } amount)
                resources.ObjectOrNew(part)[name] = amount.DeepClone();
            else
                resources.Object(part)?.Remove(name);
        if (before is null && resources.Object(part) is { Count: 0 })
            resources.Remove(part);
    }

    private static bool IsSidecar(JsonObject container) => container.Text("restartPolicy") == "Always";

    private static bool IsMirror(JsonObject pod) => pod.Object("metadata").Object("annotations")?.ContainsKey(PodAnnotationRules.Mirror) == true;
}
