using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;

namespace ActorKube.Controllers.Services.Cidrs;

/// <summary>What the controller has to know of a range of service addresses.</summary>
/// <param name="Networks">The ranges: one, or one of each family.</param>
/// <param name="Ready">The condition <c>Ready</c>; null when there is none.</param>
internal sealed record ServiceCidrView(ImmutableArray<IPNetwork> Networks, ReadyCondition? Ready) : IObjectView<ServiceCidrView>
{
    public static ServiceCidrView Project(StoredObject item)
    {
        var tree = item.Edit();
        var ready = tree.Items("status", "conditions").FirstOrDefault(static c => c.Text("type") == ReadyCondition.Type);
        return new(
            [.. tree.Items("spec", "cidrs").Select(static c => IPNetwork.TryParse(c.Text(), out var network) ? network : default(IPNetwork?)).OfType<IPNetwork>()],
            ready is null ? null : new ReadyCondition(ready.Text("status"), ready.Text("reason"), ready.Text("message")));
    }

    /// <summary>Whether one of the ranges holds all of another.</summary>
    public bool Covers(IPNetwork other) => Networks.Any(n => n.PrefixLength <= other.PrefixLength && n.Contains(other.BaseAddress));

    /// <summary>Whether one of the ranges holds an address; its first address and, of IPv4, its last are never given to a service.</summary>
    public bool Contains(IPAddress address) => Networks.Any(n => n.Contains(address) && !n.BaseAddress.Equals(address) && !(address.AddressFamily == AddressFamily.InterNetwork && Last(n).SequenceEqual(address.GetAddressBytes())));

    private static byte[] Last(IPNetwork network)
    {
        var bytes = network.BaseAddress.GetAddressBytes();
        for (var bit = network.PrefixLength; bit < bytes.Length * 8; bit++)
            bytes[bit / 8] |= (byte)(0x80 >> (bit % 8));
        return bytes;
    }
}

/// <summary>The condition that tells whether addresses are given from a range.</summary>
internal sealed record ReadyCondition(string Status, string Reason, string Message)
{
    public const string Type = "Ready";

    public static readonly ReadyCondition Yes = new("True", "", "Kubernetes Service CIDR is ready");

    public static readonly ReadyCondition Terminating =
        new("False", "Terminating", "There are still IPAddresses referencing the ServiceCIDR, please remove them or create a new ServiceCIDR");

    public JsonObject ToJson(DateTimeOffset now) =>
        new() { ["type"] = Type, ["status"] = Status, ["lastTransitionTime"] = JsonWriting.Time(now), ["reason"] = Reason, ["message"] = Message };
}
