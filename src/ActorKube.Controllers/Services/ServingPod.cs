using System.Collections.Immutable;
using System.Net;
using System.Text.Json.Nodes;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;

namespace ActorKube.Controllers.Services;

/// <summary>A named port of a container that runs as long as the pod does.</summary>
internal readonly record struct NamedPort(string Name, string Protocol, int Number);

/// <summary>What stands in endpoints about a pod.</summary>
internal sealed class ServingPod : IObjectView<ServingPod>
{
    public required StoredObject Object { get; init; }

    public required ImmutableArray<IPAddress> Addresses { get; init; }

    public required ImmutableArray<NamedPort> Ports { get; init; }

    public required bool Ready { get; init; }

    /// <summary>When condition Ready changed last; the pod's creation when it has none.</summary>
    public required DateTimeOffset? ReadyChanged { get; init; }

    public required bool Terminal { get; init; }

    public required string NodeName { get; init; }

    public required string Hostname { get; init; }

    public required string Subdomain { get; init; }

    public bool Terminating => Object.Head.Deleted is not null;

    public static ServingPod Project(StoredObject item)
    {
        var json = item.Edit();
        var (spec, status) = (json["spec"], json["status"]);
        var ready = status.Items("conditions").FirstOrDefault(c => c.Text("type") == "Ready");
        var phase = status.Text("phase");
        return new ServingPod
        {
            Object = item,
            Addresses = [.. Texts(status).Select(t => IPAddress.TryParse(t, out var ip) ? ip : null).OfType<IPAddress>()],
            Ports = [.. spec.Items("containers").Concat(spec.Items("initContainers").Where(c => c.Text("restartPolicy") == "Always")).SelectMany(Named)],
            Ready = ready.Text("status") == "True",
            ReadyChanged = ready.Time("lastTransitionTime") ?? item.Head.Created,
            Terminal = phase is "Succeeded" or "Failed",
            NodeName = spec.Text("nodeName"),
            Hostname = spec.Text("hostname"),
            Subdomain = spec.Text("subdomain"),
        };
    }

    /// <summary>Whether it has an address at which something may be reached, now or still.</summary>
    public bool Counts(bool terminatingToo) => !Terminal && !Addresses.IsEmpty && (terminatingToo || !Terminating);

    /// <summary>The host name that DNS is to know it by within a service; empty for none.</summary>
    public string HostnameIn(ServiceView service) => Subdomain == service.Object.Key.Name ? Hostname : "";

    /// <summary>The number behind a port of a service; null when no container has the port.</summary>
    public int? Find(ServicePort port)
    {
        if (port.TargetName.Length == 0)
            return port.TargetNumber;
        foreach (var candidate in Ports)
            if (candidate.Name == port.TargetName && candidate.Protocol == port.Protocol)
                return candidate.Number;
        return null;
    }

    /// <summary>Whether endpoints would say the same about both, leaving labels aside.</summary>
    public bool SameFor(ServingPod other) =>
        (Ready, Terminating, Terminal, NodeName, Hostname, Subdomain) == (other.Ready, other.Terminating, other.Terminal, other.NodeName, other.Hostname, other.Subdomain)
        && Addresses.AsSpan().SequenceEqual(other.Addresses.AsSpan());

    private static List<string> Texts(JsonNode? status)
    {
        var all = status.Items("podIPs").Select(p => p.Text("ip")).ToList();
        return all.Count > 0 ? all : [status.Text("podIP")];
    }

    private static IEnumerable<NamedPort> Named(JsonNode container) =>
        container.Items("ports").Where(p => p.Text("name").Length > 0)
            .Select(p => new NamedPort(p.Text("name"), p.Text("protocol") is { Length: > 0 } protocol ? protocol : "TCP", p.Int("containerPort") ?? 0));
}
