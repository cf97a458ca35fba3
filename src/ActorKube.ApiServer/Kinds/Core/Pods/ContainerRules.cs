using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Core.Pods;

/// <summary>One container, of whatever list (upstream: <c>validateContainerCommon</c>).</summary>
internal static class ContainerRules
{
    private static readonly string[] MessagePolicies = ["File", "FallbackToLogsOnError"];
    private static readonly string[] Protocols = ["SCTP", "TCP", "UDP"];
    private static readonly string[] PullPolicies = ["Always", "IfNotPresent", "Never"];
    private static readonly string[] ResizableResources = ["cpu", "memory"];
    private static readonly string[] ResizePolicies = ["NotRequired", "RestartContainer"];

    /// <summary>Checks a container.</summary>
    public static void Check(JsonObject container, PodContext pod, FieldPath path, FieldErrors errors)
    {
        if (FieldRules.Required(container, "name", path, errors) is { } name && DnsNames.Label(name) is { Count: > 0 } faults)
            errors.Invalid(path.Child("name"), name, faults);
        FieldRules.Required(container, "image", path, errors);
        FieldRules.OneOf(container, "terminationMessagePolicy", MessagePolicies, path, errors);
        if (container.Array("ports") is { Count: > 0 })
            CheckPorts(container, path.Child("ports"), errors);
        EnvRules.Check(container, path, errors);
        MountRules.Check(container, pod, path, errors);
        FieldRules.OneOf(container, "imagePullPolicy", PullPolicies, path, errors);
        ResourceRules.CheckContainer(container.Object("resources"), pod, path, errors);
        if (container.Array("resizePolicy") is { Count: > 0 })
            CheckResizePolicy(container, pod, path.Child("resizePolicy"), errors);
        SecurityContextRules.CheckContainer(container.Object("securityContext"), pod, path, errors);
    }

    /// <summary>What holds for containers of pods and not of templates.</summary>
    public static void CheckInPod(JsonObject container, FieldPath path, FieldErrors errors)
    {
        if (container.Text("image") is { Length: > 0 } image && (char.IsWhiteSpace(image[0]) || char.IsWhiteSpace(image[^1])))
            errors.Invalid(path.Child("image"), image, "must not have leading or trailing whitespace");
    }

    private static void CheckPorts(JsonObject container, FieldPath path, FieldErrors errors)
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
            if (port.Int64("containerPort") is null or 0)
                errors.Required(item.Child("containerPort"));
            else
                FieldRules.Between(port, "containerPort", 1, ushort.MaxValue, item, errors);
            if (port.Int64("hostPort") is not (null or 0))
                FieldRules.Between(port, "hostPort", 1, ushort.MaxValue, item, errors);
            FieldRules.OneOf(port, "protocol", Protocols, item, errors);
        }
    }

    // Upstream does not say which of the policies is wrong, unless it is there twice.
    private static void CheckResizePolicy(JsonObject container, PodContext pod, FieldPath path, FieldErrors errors)
    {
        var seen = new HashSet<string>();
        foreach (var (i, policy) in container.Items("resizePolicy"))
        {
            var resource = policy.Text("resourceName") ?? "";
            var restart = policy.Text("restartPolicy") ?? "";
            if (!seen.Add(resource))
                errors.Duplicate(path.Index(i), resource);
            Check(resource, ResizableResources, path, errors);
            Check(restart, ResizePolicies, path, errors);
            if (pod.RestartPolicy == "Never" && restart != "NotRequired")
                errors.Invalid(path, restart, "must be 'NotRequired' when pod `restartPolicy` is 'Never'");
        }
    }

    private static void Check(string value, string[] allowed, FieldPath path, FieldErrors errors)
    {
        if (value.Length == 0)
            errors.Required(path);
        else if (!allowed.Contains(value))
            errors.NotSupported(path, value, allowed);
    }
}
