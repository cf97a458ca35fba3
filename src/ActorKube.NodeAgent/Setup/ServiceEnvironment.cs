using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Objects;

namespace ActorKube.NodeAgent.Setup;

/// <summary>
/// The variables that tell containers of services: <c>WEB_SERVICE_HOST</c>, and the older link variables like
/// <c>WEB_PORT_80_TCP_ADDR</c>. The API server's service is always told, the others of the namespace only with <c>enableServiceLinks</c>.
/// </summary>
internal static class ServiceEnvironment
{
    /// <summary>The API server's own service.</summary>
    public static readonly ObjectKey ApiServer = new("default", "kubernetes");

    /// <summary>The variables for the containers of a namespace, sorted by service. Where two services lead to one name, the later has it.</summary>
    public static ContainerEnvironment Of(IEnumerable<StoredObject> services, string podNamespace, bool links)
    {
        var variables = new OrderedDictionary<string, string>();
        foreach (var service in services.Where(s => IsTold(s, podNamespace, links)).OrderBy(s => s.Key.Name, StringComparer.Ordinal))
            Add(variables, service);
        return ContainerEnvironment.Of(variables, []);
    }

    private static bool IsTold(StoredObject service, string podNamespace, bool links) =>
        service.Field("spec.clusterIP") is not ("" or "None") && ((links && service.Key.Namespace == podNamespace) || service.Key == ApiServer);

    private static void Add(OrderedDictionary<string, string> variables, StoredObject service)
    {
        var ports = service.Tree().Items("spec", "ports").Select(Port).ToArray();
        if (ports.Length == 0)
            return;
        var prefix = Name(service.Key.Name);
        var ip = service.Field("spec.clusterIP");
        variables[$"{prefix}_SERVICE_HOST"] = ip;
        variables[$"{prefix}_SERVICE_PORT"] = ports[0].Number;
        foreach (var port in ports)
            if (port.Name.Length > 0)
                variables[$"{prefix}_SERVICE_PORT_{Name(port.Name)}"] = port.Number;
        for (var i = 0; i < ports.Length; i++)
            AddLinks(variables, prefix, ip, ports[i], i == 0);
    }

    private static (string Name, string Number, string Protocol) Port(JsonNode port) =>
        (port.Text("name"), (port.Int("port") ?? 0).ToString(CultureInfo.InvariantCulture), port.Text("protocol") is { Length: > 0 } protocol ? protocol : "TCP");

    private static void AddLinks(OrderedDictionary<string, string> variables, string service, string ip, (string Name, string Number, string Protocol) port, bool first)
    {
        var protocol = port.Protocol.ToLowerInvariant();
        var url = $"{protocol}://{Host(ip)}:{port.Number}";
        var prefix = $"{service}_PORT_{port.Number}_{port.Protocol.ToUpperInvariant()}";
        if (first)
            variables[$"{service}_PORT"] = url;
        variables[prefix] = url;
        variables[$"{prefix}_PROTO"] = protocol;
        variables[$"{prefix}_PORT"] = port.Number;
        variables[$"{prefix}_ADDR"] = ip;
    }

    private static string Host(string ip) =>
        IPAddress.TryParse(ip, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{ip}]" : ip;

    private static string Name(string name) => name.Replace('-', '_').ToUpperInvariant();
}
