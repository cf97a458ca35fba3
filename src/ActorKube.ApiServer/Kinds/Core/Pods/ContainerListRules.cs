using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Core.Pods;

/// <summary>The containers of a pod among each other (upstream: <c>validateContainers</c>, <c>validateInitContainers</c>, <c>validateEphemeralContainers</c>).</summary>
internal static class ContainerListRules
{
    private const string NotForEphemeral = "cannot be set for an Ephemeral Container";
    private static readonly string[] OfRunningContainers = ["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"];

    // In the order of upstream's type.
    private static readonly string[] NotOfEphemeral = ["ports", "resources", "resizePolicy", "restartPolicy", "restartPolicyRules", "livenessProbe", "readinessProbe", "startupProbe", "lifecycle"];

    /// <summary>Checks all containers of a pod.</summary>
    public static void Check(JsonObject spec, PodContext pod, FieldPath path, FieldErrors errors)
    {
        var names = new HashSet<string>();
        if (spec.Array("containers") is not { Count: > 0 })
            errors.Required(path.Child("containers"));
        else
            CheckRegular(spec, names, pod, path.Child("containers"), errors);
        if (spec.Array("initContainers") is { Count: > 0 })
            CheckInit(spec, names, pod, path.Child("initContainers"), errors);
        if (spec.Array("ephemeralContainers") is { Count: > 0 })
            CheckEphemeral(spec, names, pod, path.Child("ephemeralContainers"), errors);
    }

    private static void CheckRegular(JsonObject spec, HashSet<string> names, PodContext pod, FieldPath path, FieldErrors errors)
    {
        foreach (var (i, container) in spec.Items("containers"))
        {
            var item = path.Index(i);
            ContainerRules.Check(container, pod, item, errors);
            CheckName(container, names, item, errors);
            ProbeRules.Check(container, pod, item, errors);
            ContainerRestartRules.Check(container, item, errors);
        }
        HashSet<string>? hostPorts = null;
        foreach (var (i, container) in spec.Items("containers"))
            CheckHostPorts(container, ref hostPorts, path, i, errors);
    }

    private static void CheckInit(JsonObject spec, HashSet<string> names, PodContext pod, FieldPath path, FieldErrors errors)
    {
        foreach (var (i, container) in spec.Items("initContainers"))
        {
            var item = path.Index(i);
            ContainerRules.Check(container, pod, item, errors);
            ContainerRestartRules.CheckInit(container, item, errors);
            CheckName(container, names, item, errors);
            // Init containers run one after the other, so that each may open the same port; upstream looks at each as if it were the first.
            HashSet<string>? hostPorts = null;
            CheckHostPorts(container, ref hostPorts, path, 0, errors);
            if (container.Text("restartPolicy") == "Always")
                ProbeRules.Check(container, pod, item, errors);
            else
                foreach (var field in OfRunningContainers)
                    if (container[field] is not null)
                        errors.Forbidden(item.Child(field), "may not be set for init containers without restartPolicy=Always");
            CheckResize(container, item, errors);
        }
    }

    // What runs before the others only once cannot be started again because its resources change.
    private static void CheckResize(JsonObject container, FieldPath path, FieldErrors errors)
    {
        if (container.Text("restartPolicy") == "Always" || container.Array("resizePolicy") is not { Count: > 0 })
            return;
        foreach (var (i, policy) in container.Items("resizePolicy"))
            if (policy.Text("restartPolicy") == "RestartContainer")
                errors.Invalid(path.Child("resizePolicy").Index(i).Child("restartPolicy"), "RestartContainer", "must not be set to 'RestartContainer' for non-sidecar initContainers");
    }

    private static void CheckEphemeral(JsonObject spec, HashSet<string> names, PodContext pod, FieldPath path, FieldErrors errors)
    {
        var others = names.ToHashSet();
        foreach (var (i, container) in spec.Items("ephemeralContainers"))
        {
            var item = path.Index(i);
            ContainerRules.Check(container, pod, item, errors);
            ContainerRules.CheckInPod(container, item, errors);
            CheckName(container, names, item, errors);
            if (container.Text("targetContainerName") is { Length: > 0 } target && !others.Contains(target))
                errors.NotFound(item.Child("targetContainerName"), target);
            foreach (var field in NotOfEphemeral)
                if (container[field] is not (null or JsonArray { Count: 0 } or JsonObject { Count: 0 }))
                    errors.Forbidden(item.Child(field), NotForEphemeral);
            foreach (var (place, mount) in container.Items("volumeMounts"))
                foreach (var field in (ReadOnlySpan<string>)["subPath", "subPathExpr"])
                    if (mount.Text(field) is { Length: > 0 })
                        errors.Forbidden(item.Child("volumeMounts").Index(place).Child(field), NotForEphemeral);
        }
    }

    private static void CheckName(JsonObject container, HashSet<string> names, FieldPath path, FieldErrors errors)
    {
        if (container.Text("name") is { Length: > 0 } name && !names.Add(name))
            errors.Duplicate(path.Child("name"), name);
    }

    private static void CheckHostPorts(JsonObject container, ref HashSet<string>? taken, FieldPath path, int index, FieldErrors errors)
    {
        if (container.Array("ports") is not { Count: > 0 })
            return;
        foreach (var (i, port) in container.Items("ports"))
        {
            if (port.Int64("hostPort") is null or 0)
                continue;
            var key = $"{port.Text("protocol")}/{port.Text("hostIP")}/{port.Int64("hostPort")}";
            if (!(taken ??= []).Add(key))
                errors.Duplicate(path.Index(index).Child("ports").Index(i).Child("hostPort"), key);
        }
    }
}
