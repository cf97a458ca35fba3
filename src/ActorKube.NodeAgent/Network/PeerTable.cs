using System.Collections.Immutable;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Informers;
using ActorKube.NodeAgent.Pods;
using k8s.Models;

namespace ActorKube.NodeAgent.Network;

/// <summary>The nodes as routing sees them, kept from an informer's events. Most changes of Node objects (heartbeats) are none here.</summary>
internal sealed class PeerTable
{
    private readonly Lock _gate = new();
    private ImmutableDictionary<string, PeerNode> _nodes = ImmutableDictionary<string, PeerNode>.Empty;

    /// <summary>All nodes.</summary>
    public IEnumerable<PeerNode> All => Volatile.Read(ref _nodes).Values;

    /// <summary>Takes a change in.</summary>
    /// <returns>Whether anything changed that routes depend on.</returns>
    public bool Apply(ObjectChanged change)
    {
        var name = change.Latest.Key.Name;
        lock (_gate)
        {
            if (change.New is null)
            {
                var known = _nodes.ContainsKey(name);
                Volatile.Write(ref _nodes, _nodes.Remove(name));
                return known;
            }
            var peer = Read(change.New.Object);
            if (peer.Equals(_nodes.GetValueOrDefault(name)))
                return false;
            Volatile.Write(ref _nodes, _nodes.SetItem(name, peer));
            return true;
        }
    }

    /// <summary>What routing needs of a Node object.</summary>
    public static PeerNode Read(StoredObject item)
    {
        var node = TypedObject.Read<V1Node>(item);
        return new PeerNode(
            item.Key.Name,
            [.. PodCidrs(node)],
            [.. (node.Status?.Addresses ?? []).Where(a => a.Type == "InternalIP").Select(a => a.Address)]);
    }

    /// <summary>The pod ranges of a node, one per IP family.</summary>
    public static IReadOnlyList<string> PodCidrs(V1Node node) =>
        node.Spec?.PodCIDRs is { Count: > 0 } all ? [.. all] : string.IsNullOrEmpty(node.Spec?.PodCIDR) ? [] : [node.Spec.PodCIDR];
}
