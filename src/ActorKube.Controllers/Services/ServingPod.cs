using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;

namespace ActorKube.Controllers.Services;

/// <summary>What stands in endpoints about a pod.</summary>
internal sealed class ServingPod : IObjectView<ServingPod>
{
    public required StoredObject Object { get; init; }

    public ImmutableArray<IPAddress> Addresses { get; private set; } = [];

    public ImmutableArray<NamedPort> Ports { get; private set; } = [];

    public bool Ready { get; private set; }

    /// <summary>When condition Ready changed last; the pod's creation when it has none.</summary>
    public DateTimeOffset? ReadyChanged { get; private set; }

    public bool Terminal { get; private set; }

    public string NodeName { get; private set; } = "";

    public string Hostname { get; private set; } = "";

    public string Subdomain { get; private set; } = "";

    public bool Terminating => Object.Head.Deleted is not null;

    public static ServingPod Project(StoredObject item)
    {
        var pod = new ServingPod { Object = item };
        var reader = new Utf8JsonReader(item.Json.Span);
        reader.Read();
        while (reader.NextField())
        {
            if (reader.ValueTextEquals("spec"u8)) pod.ReadSpec(ref reader);
            else if (reader.ValueTextEquals("status"u8)) pod.ReadStatus(ref reader);
            else reader.Pass();
        }
        pod.ReadyChanged ??= item.Head.Created;
        return pod;
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

    private void ReadSpec(ref Utf8JsonReader reader)
    {
        if (!reader.EnterObject())
            return;
        List<NamedPort>? own = null, sidecars = null;
        while (reader.NextField())
        {
            if (reader.ValueTextEquals("nodeName"u8)) NodeName = reader.Is(""u8) ? "" : Object.Field("spec.nodeName");
            else if (reader.ValueTextEquals("hostname"u8)) Hostname = reader.Text();
            else if (reader.ValueTextEquals("subdomain"u8)) Subdomain = reader.Text();
            else if (reader.ValueTextEquals("containers"u8)) NamedPort.ReadAll(ref reader, init: false, ref own);
            else if (reader.ValueTextEquals("initContainers"u8)) NamedPort.ReadAll(ref reader, init: true, ref sidecars);
            else reader.Pass();
        }
        Ports = [.. own ?? [], .. sidecars ?? []];
    }

    private void ReadStatus(ref Utf8JsonReader reader)
    {
        if (!reader.EnterObject())
            return;
        var only = "";
        while (reader.NextField())
        {
            if (reader.ValueTextEquals("phase"u8)) Terminal = reader.Phase().IsTerminal();
            else if (reader.ValueTextEquals("podIP"u8)) only = reader.Text();
            else if (reader.ValueTextEquals("podIPs"u8)) ReadAddresses(ref reader);
            else if (reader.ValueTextEquals("conditions"u8)) (Ready, ReadyChanged) = ConditionFields.Of(ref reader, "Ready"u8);
            else reader.Pass();
        }
        if (Addresses.IsEmpty && IPAddress.TryParse(only, out var ip))
            Addresses = [ip];
    }

    private void ReadAddresses(ref Utf8JsonReader reader)
    {
        if (!reader.EnterArray())
            return;
        while (reader.NextObject())
            while (reader.NextField())
            {
                if (!reader.ValueTextEquals("ip"u8)) reader.Pass();
                else if (IPAddress.TryParse(reader.Text(), out var ip)) Addresses = Addresses.Add(ip);
            }
    }
}
