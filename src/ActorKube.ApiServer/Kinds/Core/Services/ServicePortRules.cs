using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Core.Services;

/// <summary>The ports of a service (upstream: <c>validateServicePort</c>).</summary>
internal static class ServicePortRules
{
    private static readonly string[] Protocols = ["SCTP", "TCP", "UDP"];

    /// <summary>Checks each port.</summary>
    public static void Check(JsonObject spec, FieldPath path, FieldErrors errors)
    {
        if (spec.Array("ports") is not { Count: > 0 } ports)
            return;
        var names = new HashSet<string>();
        foreach (var (i, port) in spec.Items("ports"))
        {
            var item = path.Index(i);
            CheckName(port, ports.Count > 1, names, item, errors);
            if (PortRules.Number(port.Int64("port") ?? 0) is { Count: > 0 } faults)
                errors.Invalid(item.Child("port"), port.Int64("port") ?? 0, faults[0]);
            FieldRules.OneOf(port, "protocol", Protocols, item, errors);
            FieldRules.Port(port, "targetPort", item, errors);
            if (port.Text("appProtocol") is { } application)
                errors.Invalid(item.Child("appProtocol"), application, LabelNames.QualifiedName(application));
        }
    }

    /// <summary>Checks the ports among each other, and that no port on nodes is asked for where there is none.</summary>
    public static void CheckTogether(JsonObject spec, string type, FieldPath path, FieldErrors errors)
    {
        if (spec.Array("ports") is not { Count: > 0 })
            return;
        if (type == "ClusterIP")
            foreach (var (i, port) in spec.Items("ports"))
                if (port.Int64("nodePort") is not (null or 0))
                    errors.Forbidden(path.Index(i).Child("nodePort"), "may not be used when `type` is 'ClusterIP'");
        var taken = new HashSet<(string, long)>();
        foreach (var (i, port) in spec.Items("ports"))
            if (port.Int64("nodePort") is not (null or 0) and { } node && !taken.Add((port.Text("protocol") ?? "", node)))
                errors.Duplicate(path.Index(i).Child("nodePort"), (JsonNode)node);
        taken.Clear();
        foreach (var (i, port) in spec.Items("ports"))
        {
            var (protocol, number) = (port.Text("protocol") ?? "", port.Int64("port") ?? 0);
            if (!taken.Add((protocol, number)))
                errors.Duplicate(path.Index(i), Compared(protocol, number));
        }
    }

    private static void CheckName(JsonObject port, bool needsName, HashSet<string> names, FieldPath path, FieldErrors errors)
    {
        var name = port.Text("name") ?? "";
        if (name.Length == 0)
        {
            if (needsName)
                errors.Required(path.Child("name"));
            return;
        }
        FieldRules.Form(port, "name", DnsNames.Label, path, errors);
        if (!names.Add(name))
            errors.Duplicate(path.Child("name"), name);
    }

    // Upstream shows what it compares: a port of its own type with nothing else set.
    private static JsonObject Compared(string protocol, long port) =>
        new() { ["Name"] = "", ["Protocol"] = protocol, ["AppProtocol"] = null, ["Port"] = port, ["TargetPort"] = 0, ["NodePort"] = 0 };
}
