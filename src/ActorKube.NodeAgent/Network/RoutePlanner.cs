using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace ActorKube.NodeAgent.Network;

/// <summary>
/// Which routes lead to the pods of other nodes: a pure function of the nodes and of the routes of ours that are there. Node objects are written by others, so a range that would
/// draw traffic away from the node itself, from its pods, from another node, from another node's pods or from anybody outside the pod networks is refused, and there is a most.
/// </summary>
internal static class RoutePlanner
{
    /// <summary>Most routes; each is one call of a program at start.</summary>
    public const int Most = 4096;

    /// <summary>Plans.</summary>
    /// <param name="own">The node itself, with the pod ranges that it uses.</param>
    /// <param name="nodes">All nodes; the own one may be among them.</param>
    /// <param name="present">The routes of ours that are there.</param>
    /// <param name="networks">The cluster's pod networks, in CIDR notation.</param>
    public static RoutePlan Plan(PeerNode own, IEnumerable<PeerNode> nodes, IEnumerable<PodRoute> present, IEnumerable<string> networks)
    {
        var refused = ImmutableArray.CreateBuilder<string>();
        var wanted = Wanted(own, [.. nodes.Where(n => n.Name != own.Name).OrderBy(n => n.Name, StringComparer.Ordinal)], [.. networks.Select(IPNetwork.Parse)], refused);
        var add = ImmutableArray.CreateBuilder<PodRoute>();
        var replace = ImmutableArray.CreateBuilder<PodRoute>();
        var remove = ImmutableArray.CreateBuilder<PodRoute>();
        var there = new Dictionary<string, PodRoute>();
        foreach (var route in present)
        {
            there[route.Destination] = route;
            if (!wanted.ContainsKey(route.Destination))
                remove.Add(route);
        }
        foreach (var (destination, gateway) in wanted)
            if (!there.TryGetValue(destination, out var known))
                add.Add(new PodRoute(destination, gateway));
            else if (known.Gateway != gateway)
                replace.Add(new PodRoute(destination, gateway));
        return new RoutePlan(add.ToImmutable(), replace.ToImmutable(), remove.ToImmutable(), refused.ToImmutable());
    }

    private static Dictionary<string, string> Wanted(PeerNode own, PeerNode[] peers, IPNetwork[] networks, ImmutableArray<string>.Builder refused)
    {
        var ownRanges = own.PodCidrs.Select(c => Range(c)).OfType<IPNetwork>().ToArray();
        var addresses = own.Addresses.Concat(peers.SelectMany(p => p.Addresses)).Select(Address).OfType<IPAddress>().ToArray();
        var wanted = new Dictionary<string, string>();
        var taken = new List<IPNetwork>(ownRanges);
        foreach (var peer in peers)
            foreach (var cidr in peer.PodCidrs)
            {
                if (Range(cidr) is not { } range)
                    refused.Add($"{cidr} of node {peer.Name} is no range");
                else if (Gateway(peer, range) is not { } gateway)
                    refused.Add($"node {peer.Name} has no internal address that {range} can be reached by");
                else if (own.Addresses.Any(a => Equals(Address(a), gateway)))
                    // Another agent on this machine: its bridge is here.
                    continue;
                else if (!networks.Any(network => Contains(network, range)))
                    refused.Add($"{range} of node {peer.Name} lies outside the pod networks ({string.Join(", ", networks)}); the agent's settings name them (cni.routes.cluster-cidrs)");
                else if (addresses.Any(range.Contains))
                    refused.Add($"{range} of node {peer.Name} contains addresses of nodes");
                else if (taken.Any(other => Overlap(other, range)))
                    refused.Add($"{range} of node {peer.Name} overlaps pods of another node");
                else if (wanted.Count == Most)
                    refused.Add($"{range} of node {peer.Name} is one more than {Most} routes");
                else
                {
                    taken.Add(range);
                    wanted.Add(range.ToString(), gateway.ToString());
                }
            }
        return wanted;
    }

    private static IPAddress? Gateway(PeerNode peer, IPNetwork range) =>
        peer.Addresses.Select(Address).FirstOrDefault(a => a is not null && a.AddressFamily == range.BaseAddress.AddressFamily);

    private static bool Contains(IPNetwork network, IPNetwork range) => range.PrefixLength >= network.PrefixLength && network.Contains(range.BaseAddress);

    private static bool Overlap(IPNetwork a, IPNetwork b) => a.Contains(b.BaseAddress) || b.Contains(a.BaseAddress);

    private static IPNetwork? Range(string cidr) => IPNetwork.TryParse(cidr, out var range) ? range : null;

    private static IPAddress? Address(string text) => IPAddress.TryParse(text, out var address) && address.AddressFamily is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6 ? address : null;
}
