using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;

namespace ActorKube.ApiServer.Allocation;

/// <summary>The part of a service's spec that allocation reads and writes.</summary>
internal sealed class ServiceSpec(JsonObject spec)
{
    /// <summary>The type of services.</summary>
    public static readonly GroupVersionKind Kind = new("", "v1", "Service");

    private const string Headless = "None";

    /// <summary>The spec of a service.</summary>
    public static ServiceSpec Of(JsonObject service) => new(service.ObjectOrNew("spec"));

    /// <summary>The spec of a stored service.</summary>
    public static ServiceSpec Of(StoredObject service) => Of(JsonDecoder.Decode(service.Json.Span).RequireObject());

    /// <summary>The type; ClusterIP when it says none.</summary>
    public string Type => spec.Text("type") is { Length: > 0 } type ? type : "ClusterIP";

    /// <summary>The first cluster address; empty when none is set.</summary>
    public string ClusterIp
    {
        get => spec.Text("clusterIP") is { Length: > 0 } ip ? ip : spec.Array("clusterIPs") is { Count: > 0 } all ? all[0].Text() ?? "" : "";
        set
        {
            spec["clusterIP"] = value;
            spec["clusterIPs"] = new JsonArray(value);
        }
    }

    /// <summary>True when the service has a name and no address.</summary>
    public bool IsHeadless => ClusterIp == Headless;

    /// <summary>True when the service is an alias in DNS only.</summary>
    public bool IsAlias => Type == "ExternalName";

    /// <summary>True when the service has an address of its own.</summary>
    public bool NeedsAddress => !IsAlias && !IsHeadless;

    /// <summary>True when nodes may open ports for it; what it names is reserved.</summary>
    public bool HasNodePorts => Type is "NodePort" or "LoadBalancer";

    /// <summary>True when it gets node ports that it does not name (upstream: <c>shouldAllocateNodePorts</c>).</summary>
    public bool WantsAnyNodePorts => Type == "NodePort" || (Type == "LoadBalancer" && spec.Bool("allocateLoadBalancerNodePorts") != false);

    /// <summary>True when a port for health checks is opened on nodes.</summary>
    public bool NeedsHealthCheckPort => Type == "LoadBalancer" && spec.Text("externalTrafficPolicy") == "Local";

    /// <summary>The port for health checks; 0 for none.</summary>
    public long HealthCheckPort
    {
        get => spec.Int64("healthCheckNodePort") ?? 0;
        set => spec["healthCheckNodePort"] = value;
    }

    /// <summary>The ports.</summary>
    public IEnumerable<JsonObject> Ports => (spec.Array("ports") ?? []).OfType<JsonObject>();

    /// <summary>The families the service asks for.</summary>
    public IEnumerable<string> Families => (spec.Array("ipFamilies") ?? []).Select(static f => f.Text() ?? "");

    /// <summary>How many families it has to have.</summary>
    public string FamilyPolicy => spec.Text("ipFamilyPolicy") ?? "";

    /// <summary>The address it holds; null for none.</summary>
    public string? Address => NeedsAddress && ClusterIp.Length > 0 ? ClusterIp : null;

    /// <summary>The node ports it holds.</summary>
    public IEnumerable<long> NodePorts =>
        Ports.Select(static p => p.Int64("nodePort") ?? 0).Append(HealthCheckPort).Where(static p => p > 0).Distinct();

    /// <summary>Says that the service speaks IPv4 alone, unless it has said so itself.</summary>
    public void SetSingleFamily()
    {
        if (!Families.Any())
            spec["ipFamilies"] = new JsonArray("IPv4");
        // What prefers two families gets the one there is.
        if (FamilyPolicy.Length == 0)
            spec["ipFamilyPolicy"] = "SingleStack";
    }

    /// <summary>Takes over what an update leaves out because a client that knows nothing of allocation wrote it (upstream: <c>patchAllocatedValues</c>).</summary>
    public void Inherit(ServiceSpec old)
    {
        if (old.Address is not null && NeedsAddress && ClusterIp.Length == 0)
            ClusterIp = old.ClusterIp;
        if (old.HasNodePorts && HasNodePorts)
            InheritPorts(old);
        if (old.NeedsHealthCheckPort && NeedsHealthCheckPort && HealthCheckPort == 0)
            HealthCheckPort = old.HealthCheckPort;
    }

    /// <summary>Drops what the service had for a type that it no longer is, unless the update names it anew.</summary>
    public void DropWhatTypeForbids(ServiceSpec old)
    {
        if (IsAlias && !old.IsAlias && ClusterIp == old.ClusterIp)
        {
            spec.Remove("clusterIP");
            spec.Remove("clusterIPs");
        }
        if (!HasNodePorts && old.HasNodePorts)
            foreach (var (mine, before) in Ports.Zip(old.Ports))
                if (mine.Int64("nodePort") == before.Int64("nodePort"))
                    mine.Remove("nodePort");
        if (!NeedsHealthCheckPort && HealthCheckPort == old.HealthCheckPort)
            spec.Remove("healthCheckNodePort");
    }

    /// <summary>The node port that a port has with another protocol; 0 for none.</summary>
    public long NodePortOf(JsonObject port) =>
        Ports.FirstOrDefault(p => p != port && p.Int64("port") == port.Int64("port") && Protocol(p) != Protocol(port) && p.Int64("nodePort") > 0)?.Int64("nodePort") ?? 0;

    private void InheritPorts(ServiceSpec old)
    {
        var used = NodePorts.ToHashSet();
        foreach (var port in Ports)
        {
            if (port.Int64("nodePort") is > 0)
                continue;
            var before = old.Ports.FirstOrDefault(p => p.Int64("port") == port.Int64("port") && Protocol(p) == Protocol(port));
            if (before?.Int64("nodePort") is > 0 and var kept && used.Add(kept))
                port["nodePort"] = kept;
        }
    }

    private static string Protocol(JsonObject port) => port.Text("protocol") ?? "TCP";
}
