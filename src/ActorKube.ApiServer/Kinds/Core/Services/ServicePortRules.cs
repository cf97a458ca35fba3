using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Core.Services;

/// <summary>The ports of a service (upstream: <c>validateServicePort</c>).</summary>
internal static class ServicePortRules
{
    private const long KubeletPort = 10250;

    /// <summary>Checks all ports, each and among each other.</summary>
    public static void Check(JsonObject spec, string type, FieldPath path, FieldErrors errors)
    {
        if (spec.Array("ports") is not { Count: > 0 } ports)
            return;
        var names = new HashSet<string>();
        var numbers = new HashSet<(string, long)>();
        var nodePorts = new HashSet<(string, long)>();
        foreach (var (i, port) in spec.Items("ports"))
        {
            var item = path.Index(i);
            CheckName(port, ports.Count > 1, names, item, errors);
            CheckNumbers(port, type, item, errors);
            var protocol = port.Text("protocol") ?? "";
            if (!numbers.Add((protocol, port.Int64("port") ?? 0)))
                errors.Duplicate(item, Shown(port, "port"));
            if (port.Int64("nodePort") is not (null or 0) and var node)
            {
                if (type is not ("NodePort" or "LoadBalancer"))
                    errors.Forbidden(item.Child("nodePort"), $"may not be used when `type` is '{type}'");
                else if (!nodePorts.Add((protocol, node.Value)))
                    errors.Duplicate(item.Child("nodePort"), Shown(port, "nodePort"));
            }
        }
    }

    private static void CheckName(JsonObject port, bool needsName, HashSet<string> names, FieldPath path, FieldErrors errors)
    {
        var name = port.Text("name") ?? "";
        if (name.Length == 0)
        {
            if (needsName)
                errors.Required(path.Child("name"));
        }
        else if (DnsNames.Label(name) is { Count: > 0 } faults)
            errors.Invalid(path.Child("name"), name, faults);
        else if (!names.Add(name))
            errors.Duplicate(path.Child("name"), name);
    }

    private static void CheckNumbers(JsonObject port, string type, FieldPath path, FieldErrors errors)
    {
        FieldRules.Between(port, "port", 1, ushort.MaxValue, path, errors);
        FieldRules.Port(port, "targetPort", path, errors);
        if (port.Text("appProtocol") is { } application)
            errors.Invalid(path.Child("appProtocol"), application, LabelNames.QualifiedName(application));
        if (type == "LoadBalancer" && port.Int64("port") == KubeletPort)
            errors.Invalid(path, port.Int64("port")!.Value, "may not expose port 10250 externally since it is used by kubelet");
    }

    // Upstream shows what is compared as a port with nothing else set.
    private static JsonObject Shown(JsonObject port, string number) => new() { ["protocol"] = port["protocol"]?.DeepClone(), [number] = port[number]?.DeepClone() };
}
