using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using ActorKube.Api.Objects;
using ActorKube.NodeAgent.Pods;
using ActorKube.NodeAgent.Runtimes;
using k8s.Models;

namespace ActorKube.NodeAgent.Setup;

/// <summary>
/// The variables that tell containers of services: <c>WEB_SERVICE_HOST</c>, and the older link variables like
/// <c>WEB_PORT_80_TCP_ADDR</c>. The API server's service is always told, the others of the namespace only with <c>enableServiceLinks</c>.
/// </summary>
internal static class ServiceEnvironment
{
    private const string MasterNamespace = "default";
    private const string MasterService = "kubernetes";

    /// <summary>The variables for a pod, sorted by service.</summary>
    public static IEnumerable<EnvironmentVariable> Of(IEnumerable<StoredObject> services, string podNamespace, bool links) =>
        services.Where(s => IsTold(s, podNamespace, links)).OrderBy(s => s.Key.Name, StringComparer.Ordinal).SelectMany(s => Variables(TypedObject.Read<V1Service>(s)));

    private static bool IsTold(StoredObject service, string podNamespace, bool links)
    {
        var address = service.Field("spec.clusterIP");
        if (address.Length == 0 || address == "None")
            return false;
        return (links && service.Key.Namespace == podNamespace) || (service.Key.Namespace == MasterNamespace && service.Key.Name == MasterService);
    }

    private static ImmutableArray<EnvironmentVariable> Variables(V1Service service)
    {
        if (service.Spec.Ports is not { Count: > 0 } ports)
            return [];
        var prefix = Name(service.Metadata.Name);
        var ip = service.Spec.ClusterIP;
        var first = ports[0].Port.ToString(CultureInfo.InvariantCulture);
        var result = ImmutableArray.CreateBuilder<EnvironmentVariable>();
        result.Add(new($"{prefix}_SERVICE_HOST", ip));
        result.Add(new($"{prefix}_SERVICE_PORT", first));
        foreach (var port in ports)
            if (!string.IsNullOrEmpty(port.Name))
                result.Add(new($"{prefix}_SERVICE_PORT_{Name(port.Name)}", port.Port.ToString(CultureInfo.InvariantCulture)));
        for (var i = 0; i < ports.Count; i++)
            AddLinks(result, prefix, ip, ports[i], i == 0);
        return result.ToImmutable();
    }

    private static void AddLinks(ImmutableArray<EnvironmentVariable>.Builder result, string service, string ip, V1ServicePort port, bool first)
    {
        var protocol = string.IsNullOrEmpty(port.Protocol) ? "TCP" : port.Protocol;
        var number = port.Port.ToString(CultureInfo.InvariantCulture);
        var url = $"{protocol.ToLowerInvariant()}://{Host(ip)}:{number}";
        var prefix = $"{service}_PORT_{number}_{protocol.ToUpperInvariant()}";
        if (first)
            result.Add(new($"{service}_PORT", url));
        result.Add(new(prefix, url));
        result.Add(new($"{prefix}_PROTO", protocol.ToLowerInvariant()));
        result.Add(new($"{prefix}_PORT", number));
        result.Add(new($"{prefix}_ADDR", ip));
    }

    private static string Host(string ip) =>
        IPAddress.TryParse(ip, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{ip}]" : ip;

    private static string Name(string name) => name.Replace('-', '_').ToUpperInvariant();
}
