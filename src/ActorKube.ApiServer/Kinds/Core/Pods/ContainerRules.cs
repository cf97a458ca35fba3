using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Core.Pods;

/// <summary>One container, of whatever list (upstream: <c>validateContainerCommon</c>).</summary>
internal static class ContainerRules
{
    /// <summary>Checks a container.</summary>
    public static void Check(JsonObject container, PodContext pod, FieldPath path, FieldErrors errors)
    {
        if (FieldRules.Required(container, "name", path, errors) is { } name && DnsNames.Label(name) is { Count: > 0 } faults)
            errors.Invalid(path.Child("name"), name, faults);
        if (FieldRules.Required(container, "image", path, errors) is { } image && (char.IsWhiteSpace(image[0]) || char.IsWhiteSpace(image[^1])))
            errors.Invalid(path.Child("image"), image, "must not have leading or trailing whitespace");
        if (container.Array("ports") is { Count: > 0 })
            CheckPorts(container, pod, path.Child("ports"), errors);
        EnvRules.Check(container, path, errors);
        MountRules.Check(container, pod, path, errors);
        ResourceRules.Check(container.Object("resources"), path, errors);
        ProbeRules.Check(container, pod, path, errors);
        SecurityContextRules.CheckContainer(container.Object("securityContext"), path, errors);
    }

    private static void CheckPorts(JsonObject container, PodContext pod, FieldPath path, FieldErrors errors)
    {
        HashSet<string>? names = null;
        foreach (var (i, port) in container.Items("ports"))
        {
            var item = path.Index(i);
            if (port.Text("name") is { Length: > 0 } name)
            {
                if (PortRules.Name(name) is { Count: > 0 } faults)
                    errors.Invalid(item.Child("name"), name, faults);
                else if (!(names ??= []).Add(name))
                    errors.Duplicate(item.Child("name"), name);
            }
            var open = port.Int64("containerPort") ?? 0;
            if (open == 0)
                errors.Required(item.Child("containerPort"));
            else
                FieldRules.Between(port, "containerPort", 1, ushort.MaxValue, item, errors);
            if (port.Int64("hostPort") is not (null or 0) and var host)
            {
                FieldRules.Between(port, "hostPort", 1, ushort.MaxValue, item, errors);
                if (pod.HostNetwork && host != open)
                    errors.Invalid(item.Child("hostPort"), host.Value, "must match `containerPort` when `hostNetwork` is true");
            }
        }
    }
}
