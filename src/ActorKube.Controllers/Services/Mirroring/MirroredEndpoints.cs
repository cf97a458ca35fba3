using System.Collections.Immutable;
using System.Net;
using System.Text.Json.Nodes;
using ActorKube.Controllers.Services.Slices;
using ActorKube.Machinery.Objects;

namespace ActorKube.Controllers.Services.Mirroring;

/// <summary>The slices that say what hand-made Endpoints say: one for each subset and address family.</summary>
/// <param name="max">Most addresses taken from a subset.</param>
internal sealed class MirroredEndpoints(int max)
{
    /// <summary>Endpoints by address type and ports.</summary>
    public Dictionary<(string Type, string Ports), (ImmutableArray<SlicePort> Ports, SortedDictionary<string, SliceEndpoint> Endpoints)> Wanted { get; } = [];

    /// <summary>Addresses that are none.</summary>
    public int Invalid { get; private set; }

    /// <summary>Addresses left out, invalid ones included.</summary>
    public int Skipped { get; private set; }

    public static MirroredEndpoints Of(JsonNode endpoints, int max)
    {
        var mirrored = new MirroredEndpoints(max);
        foreach (var subset in endpoints.Items("subsets"))
            mirrored.Add(subset);
        return mirrored;
    }

    private void Add(JsonNode subset)
    {
        ImmutableArray<SlicePort> ports = [.. subset.Items("ports").Select(p => SlicePort.Read(p) with { Protocol = p.Text("protocol") is { Length: > 0 } protocol ? protocol : "TCP" })];
        var key = SlicePort.KeyOf(ports);
        var all = subset.Items("addresses").Select(a => (Address: a, Ready: true)).Concat(subset.Items("notReadyAddresses").Select(a => (Address: a, Ready: false))).ToList();
        var taken = 0;
        foreach (var (address, ready) in all.TakeWhile(_ => taken < max))
            if (IPAddress.TryParse(address.Text("ip"), out var ip))
            {
                var endpoint = Endpoint(address, ip, ready);
                var type = SliceEndpoint.TypeOf(ip);
                if (!Wanted.TryGetValue((type, key), out var group))
                    Wanted.Add((type, key), group = (ports, new(StringComparer.Ordinal)));
                group.Endpoints.TryAdd(endpoint.Identity, endpoint);
                taken++;
            }
            else
            {
                Invalid++;
            }
        Skipped += all.Count - taken;
    }

    private static SliceEndpoint Endpoint(JsonNode address, IPAddress ip, bool ready) => new()
    {
        Addresses = ip.ToString(),
        Ready = ready,
        Hostname = address.Text("hostname") is { Length: > 0 } host ? host : null,
        NodeName = address["nodeName"] is null ? null : address.Text("nodeName"),
        Target = EndpointTarget.Read(address["targetRef"]),
    };
}
