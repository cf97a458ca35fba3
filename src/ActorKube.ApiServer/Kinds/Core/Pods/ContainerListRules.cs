using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Core.Pods;

/// <summary>The containers of a pod among each other (upstream: <c>validateContainers</c>, <c>validateInitContainers</c>).</summary>
internal static class ContainerListRules
{
    private static readonly string[] OfRunningContainers = ["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"];

    /// <summary>Checks all containers of a pod.</summary>
    public static void Check(JsonObject spec, PodContext pod, FieldPath path, FieldErrors errors)
    {
        if (spec.Array("containers") is not { Count: > 0 })
            errors.Required(path.Child("containers"));
        var names = new HashSet<string>();
        CheckList(spec, "containers", names, pod, path, errors);
        CheckList(spec, "initContainers", names, pod, path, errors);
        CheckList(spec, "ephemeralContainers", names, pod, path, errors);
        CheckTargets(spec, path, errors);
    }

    private static void CheckList(JsonObject spec, string list, HashSet<string> names, PodContext pod, FieldPath path, FieldErrors errors)
    {
        if (spec.Array(list) is not { Count: > 0 })
            return;
        var listPath = path.Child(list);
        HashSet<string>? hostPorts = null;
        foreach (var (i, container) in spec.Items(list))
        {
            var item = listPath.Index(i);
            if (container.Text("name") is { Length: > 0 } name && !names.Add(name))
                errors.Duplicate(item.Child("name"), name);
            switch (list)
            {
                case "initContainers": CheckInit(container, item, errors); break;
                case "ephemeralContainers": CheckEphemeral(container, item, errors); break;
                default: break;
            }
            ContainerRules.Check(container, pod, item, errors);
            // Init containers run one after the other, so that each may open the same port.
            if (list != "containers")
                hostPorts = null;
            CheckHostPorts(container, ref hostPorts, item, errors);
        }
    }

    private static void CheckInit(JsonObject container, FieldPath path, FieldErrors errors)
    {
        if (container.Text("restartPolicy") == "Always")
            return;
        foreach (var field in OfRunningContainers)
            if (container[field] is not null)
                errors.Forbidden(path.Child(field), "may not be set for init containers without restartPolicy=Always");
    }

    private static void CheckEphemeral(JsonObject container, FieldPath path, FieldErrors errors)
    {
        foreach (var field in (ReadOnlySpan<string>)["ports", "lifecycle", "livenessProbe", "readinessProbe", "startupProbe", "resizePolicy"])
            if (container[field] is not null and not JsonArray { Count: 0 })
                errors.Forbidden(path.Child(field), "cannot be set for an Ephemeral Container");
        if (container.Object("resources") is { Count: > 0 })
            errors.Forbidden(path.Child("resources"), "cannot be set for an Ephemeral Container");
        foreach (var (i, mount) in container.Items("volumeMounts"))
            foreach (var field in (ReadOnlySpan<string>)["subPath", "subPathExpr"])
                if (mount.Text(field) is { Length: > 0 })
                    errors.Forbidden(path.Child("volumeMounts").Index(i).Child(field), "cannot be set for an Ephemeral Container");
    }

    private static void CheckTargets(JsonObject spec, FieldPath path, FieldErrors errors)
    {
        foreach (var (i, container) in spec.Items("ephemeralContainers"))
            if (container.Text("targetContainerName") is { Length: > 0 } target
                && !spec.Items("containers").Concat(spec.Items("initContainers")).Any(c => c.Item.Text("name") == target))
                errors.NotFound(path.Child("ephemeralContainers").Index(i).Child("targetContainerName"), target);
    }

    private static void CheckHostPorts(JsonObject container, ref HashSet<string>? taken, FieldPath path, FieldErrors errors)
    {
        foreach (var (i, port) in container.Items("ports"))
        {
            if (port.Int64("hostPort") is null or 0)
                continue;
            var key = $"{port.Text("protocol")}/{port.Text("hostIP")}/{port.Int64("hostPort")}";
            if (!(taken ??= []).Add(key))
                errors.Duplicate(path.Child("ports").Index(i).Child("hostPort"), key);
        }
    }
}
