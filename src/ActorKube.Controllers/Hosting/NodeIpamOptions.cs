using System.Net;
using ActorKube.Controllers.Nodes;
using ActorKube.Protocol.Hosting;

namespace ActorKube.Controllers.Hosting;

/// <summary><c>node-ipam</c>.</summary>
/// <param name="Networks">The networks of pod addresses: at most one of each family.</param>
public sealed record NodeIpamOptions(IReadOnlyList<PodNetwork> Networks)
{
    private const string ClusterCidrs = "node-ipam.cluster-cidrs";

    internal static NodeIpamOptions From(SettingsReader known)
    {
        var masks = (V4: known.Number("node-ipam.node-mask-ipv4", 1, 32), V6: known.Number("node-ipam.node-mask-ipv6", 1, 128));
        var networks = known.Networks(ClusterCidrs);
        if (networks.Select(n => n.BaseAddress.AddressFamily).Distinct().Count() != networks.Count)
            throw known.Bad(ClusterCidrs, "at most one network of each address family");
        return new NodeIpamOptions([.. networks.Select(n => n.BaseAddress.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork
            ? new PodNetwork(n, Prefix("node-ipam.node-mask-ipv4", masks.V4, n))
            : new PodNetwork(n, Prefix("node-ipam.node-mask-ipv6", masks.V6, n)))]);

        int Prefix(string key, int mask, IPNetwork network) =>
            CidrPool.CanBeCut(network, mask) ? mask : throw known.Bad(key, $"a prefix length that a node's part of {network} can have");
    }
}

/// <summary>One of the networks that pod addresses come from.</summary>
/// <param name="Network">The network.</param>
/// <param name="NodePrefix">Prefix length of a node's part of it.</param>
public sealed record PodNetwork(IPNetwork Network, int NodePrefix);
