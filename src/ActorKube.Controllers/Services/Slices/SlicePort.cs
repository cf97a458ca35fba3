using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ActorKube.Machinery.Objects;

namespace ActorKube.Controllers.Services.Slices;

/// <summary>One port of a slice.</summary>
internal sealed record SlicePort(string Name, string Protocol, int? Number, string? AppProtocol)
{
    public static SlicePort Read(JsonNode port) =>
        new(port.Text("name"), port.Text("protocol"), port.Int("port"), port.Text("appProtocol") is { Length: > 0 } app ? app : null);

    public JsonObject Write()
    {
        var json = new JsonObject { ["name"] = Name, ["protocol"] = Protocol };
        if (Number is { } number)
            json["port"] = number;
        if (AppProtocol is not null)
            json["appProtocol"] = AppProtocol;
        return json;
    }

    /// <summary>What slices of the same ports have in common, whatever the order.</summary>
    public static string KeyOf(IEnumerable<SlicePort> ports) =>
        string.Join('\n', ports.Select(p => $"{p.Name} {p.Protocol} {p.Number} {p.AppProtocol}").Order(StringComparer.Ordinal));

    /// <summary>The ports at which a pod serves; those that no container of it has are left out.</summary>
    public static ImmutableArray<SlicePort> Of(ServiceView service, ServingPod pod) =>
        [.. service.Ports.Where(p => pod.Find(p) is not null).Select(p => new SlicePort(p.Name, p.Protocol, pod.Find(p), p.AppProtocol))];
}
