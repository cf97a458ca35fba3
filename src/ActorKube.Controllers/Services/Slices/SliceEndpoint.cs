using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using ActorKube.Machinery.Objects;

namespace ActorKube.Controllers.Services.Slices;

/// <summary>The object behind an endpoint (<c>targetRef</c>).</summary>
internal sealed record EndpointTarget(string Kind, string Namespace, string Name, string Uid)
{
    public static EndpointTarget? Read(JsonNode? target) =>
        target is null ? null : new(target.Text("kind"), target.Text("namespace"), target.Text("name"), target.Text("uid"));

    public static EndpointTarget Of(ServingPod pod) => new("Pod", pod.Object.Key.Namespace, pod.Object.Key.Name, pod.Object.Head.Uid);

    public JsonObject Write() => new() { ["kind"] = Kind, ["namespace"] = Namespace, ["name"] = Name, ["uid"] = Uid };
}

/// <summary>One entry of a slice's <c>endpoints</c>.</summary>
internal sealed record SliceEndpoint
{
    public const string IPv4 = "IPv4";
    public const string IPv6 = "IPv6";

    /// <summary>Endpoints of the same identity are the same one in two states.</summary>
    public string Identity => $"{Addresses} {Hostname} {Target?.Namespace}/{Target?.Name}";

    /// <summary>Its addresses, sorted, separated by spaces.</summary>
    public required string Addresses { get; init; }

    public bool? Ready { get; init; }

    public bool? Serving { get; init; }

    public bool? Terminating { get; init; }

    public string? Hostname { get; init; }

    public string? NodeName { get; init; }

    public string? Zone { get; init; }

    public EndpointTarget? Target { get; init; }

    /// <summary>Zones that are to use it, separated by spaces; empty for no hint.</summary>
    public string ForZones { get; init; } = "";

    /// <summary>Nodes that are to use it, separated by spaces; empty for no hint.</summary>
    public string ForNodes { get; init; } = "";

    public static string TypeOf(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6 ? IPv6 : IPv4;

    /// <summary>A pod as an endpoint; null when it has no address of the type.</summary>
    public static SliceEndpoint? Of(ServiceView service, ServingPod pod, string? zone, string addressType)
    {
        var addresses = pod.Addresses.Where(a => TypeOf(a) == addressType).Select(a => a.ToString()).ToArray();
        if (addresses.Length == 0)
            return null;
        return new SliceEndpoint
        {
            Addresses = Joined(addresses),
            Ready = service.PublishesNotReady || (pod.Ready && !pod.Terminating),
            Serving = pod.Ready,
            Terminating = pod.Terminating,
            Hostname = pod.HostnameIn(service) is { Length: > 0 } host ? host : null,
            NodeName = pod.NodeName.Length > 0 ? pod.NodeName : null,
            Zone = string.IsNullOrEmpty(zone) ? null : zone,
            Target = EndpointTarget.Of(pod),
        };
    }

    public static SliceEndpoint Read(JsonNode json) =>
        new()
        {
            Addresses = Joined(json.Items("addresses").Select(a => a.Text())),
            Ready = Flag(json, "ready"),
            Serving = Flag(json, "serving"),
            Terminating = Flag(json, "terminating"),
            Hostname = Optional(json, "hostname"),
            NodeName = Optional(json, "nodeName"),
            Zone = Optional(json, "zone"),
            Target = EndpointTarget.Read(json.At("targetRef")),
            ForZones = Joined(json.Items("hints", "forZones").Select(z => z.Text("name"))),
            ForNodes = Joined(json.Items("hints", "forNodes").Select(n => n.Text("name"))),
        };

    public JsonObject Write()
    {
        var json = new JsonObject { ["addresses"] = new JsonArray([.. Addresses.Split(' ').Select(a => (JsonNode)a)]) };
        var conditions = json.Child("conditions");
        Put(conditions, "ready", Ready);
        Put(conditions, "serving", Serving);
        Put(conditions, "terminating", Terminating);
        if (Hostname is not null)
            json["hostname"] = Hostname;
        if (Target is not null)
            json["targetRef"] = Target.Write();
        if (NodeName is not null)
            json["nodeName"] = NodeName;
        if (Zone is not null)
            json["zone"] = Zone;
        if (ForZones.Length > 0)
            json.Child("hints")["forZones"] = Names(ForZones);
        if (ForNodes.Length > 0)
            json.Child("hints")["forNodes"] = Names(ForNodes);
        return json;
    }

    /// <summary>Whether both say the same, hints aside.</summary>
    public bool SameState(SliceEndpoint other) => this with { ForZones = "", ForNodes = "" } == other with { ForZones = "", ForNodes = "" };

    private static string Joined(IEnumerable<string> all) => string.Join(' ', all.Order(StringComparer.Ordinal));

    private static JsonArray Names(string all) => [.. all.Split(' ').Select(n => new JsonObject { ["name"] = n })];

    private static string? Optional(JsonNode json, string field) => json.At(field) is null ? null : json.Text(field);

    private static bool? Flag(JsonNode json, string field) => json.At("conditions", field) is null ? null : json.Flag("conditions", field);

    private static void Put(JsonObject conditions, string field, bool? value)
    {
        if (value is { } flag)
            conditions[field] = flag;
    }
}
