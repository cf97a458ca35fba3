using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Pods;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Core.Pods;

/// <summary>New resources for what runs already: its class of service and everything but processors and memory stay (upstream: <c>ValidatePodResize</c>).</summary>
internal static class PodResizeRules
{
    private static readonly string[] Mutable = ["cpu", "memory"];

    /// <summary>Checks a change through <c>/resize</c>.</summary>
    public static void Check(JsonObject pod, JsonObject old, FieldErrors errors)
    {
        var isMirror = PodAnnotationRules.IsMirror(old.Object("metadata"));
        if (isMirror || old.Object("spec").Object("os").Text("name") == "windows")
        {
            errors.Forbidden(FieldPath.Root, isMirror ? "static pods cannot be resized" : "windows pods cannot be resized");
            return;
        }
        PodSpecRules.CheckPod(pod, errors, old);
        var (spec, before) = (pod.Object("spec") ?? [], old.Object("spec") ?? []);
        CheckQuality(spec, old, errors);
        if (!IsResizable(old))
            errors.Forbidden(FieldPath.Spec, "Pod running on node without support for resize");
        if (Any(spec.Object("resources")) || Any(before.Object("resources")))
            CheckPod(spec.Object("resources"), before.Object("resources"), errors);
        var found = errors.Count;
        CheckOrder("containers", spec, before, errors);
        CheckOrder("initContainers", spec, before, errors);
        if (errors.Count > found)
            return;
        CheckRemoved("initContainers", spec, before, errors);
        CheckRemoved("containers", spec, before, errors);
        foreach (var (i, container) in spec.Items("containers"))
            if (ChangesMore(container, (JsonObject)before.Array("containers")![i]!))
                errors.Forbidden(FieldPath.Spec, "only cpu and memory resources are mutable");
        foreach (var (i, container) in spec.Items("initContainers"))
            CheckInit(container, (JsonObject)before.Array("initContainers")![i]!, FieldPath.Spec.Child("initContainers").Index(i), errors);
    }

    private static void CheckQuality(JsonObject spec, JsonObject old, FieldErrors errors)
    {
        var known = old.Object("status").Text("qosClass") ?? "";
        if (PodQuality.Of(spec) != (known.Length > 0 ? known : PodQuality.Of(old.Object("spec"))))
            errors.Invalid(FieldPath.Spec, known, "Pod QOS Class may not change as a result of resizing");
    }

    // A node that reports what a running container has is one that can change it.
    private static bool IsResizable(JsonObject pod)
    {
        foreach (var (_, status) in pod.Object("status").Items("containerStatuses"))
            if (status.Object("state").Object("running") is not null)
                return status["resources"] is not null;
        return true;
    }

    private static bool Any(JsonObject? resources) => resources.Object("requests") is { Count: > 0 } || resources.Object("limits") is { Count: > 0 };

    private static void CheckPod(JsonObject? resources, JsonObject? before, FieldErrors errors)
    {
        var path = FieldPath.Spec.Child("resources");
        if (before is not null && resources is null)
        {
            errors.Forbidden(path, "pod-level resources cannot be removed");
            return;
        }
        CheckRemoved(resources, before, "pod-level resource", path, errors);
        if (!JsonEquality.Same(WithoutMutable(resources), WithoutMutable(before)))
            errors.Forbidden(FieldPath.Spec, "only cpu and memory resources are mutable at pod-level");
    }

    private static void CheckOrder(string list, JsonObject spec, JsonObject old, FieldErrors errors)
    {
        var (now, before) = (spec.Objects(list).ToList(), old.Objects(list).ToList());
        var path = FieldPath.Spec.Child(list);
        if (now.Count != before.Count)
        {
            errors.Forbidden(path, $"{list} may not be added or removed on resize");
            return;
        }
        for (var i = 0; i < now.Count; i++)
            if (now[i].Text("name") != before[i].Text("name"))
                errors.Forbidden(path.Index(i).Child("name"), $"{list} may not be renamed or reordered on resize");
    }

    private static void CheckRemoved(string list, JsonObject spec, JsonObject old, FieldErrors errors)
    {
        foreach (var (i, container) in spec.Items(list))
            CheckRemoved(container.Object("resources"), (old.Array(list)![i] as JsonObject).Object("resources"), "resource", FieldPath.Spec.Child(list).Index(i).Child("resources"), errors);
    }

    private static void CheckRemoved(JsonObject? now, JsonObject? before, string called, FieldPath path, FieldErrors errors)
    {
        foreach (var list in (ReadOnlySpan<string>)["requests", "limits"])
            if ((before.Object(list) ?? []).Any(r => now.Object(list)?.ContainsKey(r.Key) != true))
                errors.Forbidden(path.Child(list), $"{called} {list} cannot be removed");
    }

    private static void CheckInit(JsonObject container, JsonObject old, FieldPath path, FieldErrors errors)
    {
        if (ChangesMore(container, old))
            errors.Forbidden(path, "only cpu and memory resources for init or sidecar containers are mutable");
        if (container.Text("restartPolicy") == "Always" || JsonEquality.Same(container, old))
            return;
        foreach (var policy in container.Objects("resizePolicy"))
            if (policy.Text("restartPolicy") == "RestartContainer")
                errors.Forbidden(path, "non-sidecar init containers with a resize policy of RestartContainer cannot be resized");
    }

    private static bool ChangesMore(JsonObject container, JsonObject old) =>
        !ObjectParts.SameBut(["resources"], container, old) || !JsonEquality.Same(WithoutMutable(container.Object("resources")), WithoutMutable(old.Object("resources")));

    // What is left is compared: lists without entries are as good as none.
    private static JsonObject WithoutMutable(JsonObject? resources)
    {
        var rest = (JsonObject?)resources?.DeepClone() ?? [];
        foreach (var list in (ReadOnlySpan<string>)["requests", "limits"])
        {
            foreach (var name in Mutable)
                rest.Object(list)?.Remove(name);
            if (rest.Object(list) is { Count: 0 })
                rest.Remove(list);
        }
        return rest;
    }
}
