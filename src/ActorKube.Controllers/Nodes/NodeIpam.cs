using System.Collections.Immutable;
using System.Net;
using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Controllers.Hosting;
using ActorKube.Controllers.Workloads;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Reconciling;
using ActorKube.Machinery.Recording;

namespace ActorKube.Controllers.Nodes;

/// <summary>
/// Gives every node a part of the pod network of its own. Upstream: <c>pkg/controller/nodeipam</c>, allocator <c>RangeAllocator</c>. One key stands for all nodes: parts are handed out by
/// one decision at a time, from a cut that shows all earlier ones.
/// </summary>
internal sealed class NodeIpam : IReconciler
{
    private static readonly ObjectKey Allocation = new("", "allocation");
    private static readonly GroupVersionResource Nodes = WellKnownResources.Nodes;

    private readonly ImmutableArray<(IPNetwork Network, int NodePrefix)> _ranges;
    private readonly IReadOnlyList<string> _services;

    /// <exception cref="FormatException">A network is malformed, or smaller than a node's part.</exception>
    public NodeIpam(NodeIpamOptions options)
    {
        _ranges = [.. options.ClusterCidrs.Select(c => Range(c, options))];
        if (_ranges.Select(r => r.Network.BaseAddress.AddressFamily).Distinct().Count() != _ranges.Length)
            throw new FormatException("cluster-cidrs has to name at most one network of each address family.");
        _services = [.. options.ServiceCidrs.Select(static c => IPNetwork.Parse(c).ToString())];
    }

    public string Name => "node-ipam-controller";

    public IReadOnlyList<WatchSpec> WatchesOf(IReadOnlyList<ServedResource> served) =>
        [new WatchSpec(Nodes, static (change, _) => change.New is null || change.New.As<NodeView>().PodCidrs.IsEmpty ? [Allocation] : [])];

    public Plan Reconcile(ReconcileContext context)
    {
        var nodes = context.View.Of(Nodes).All.Select(n => n.As<NodeView>()).ToArray();
        var waiting = nodes.Where(n => n.PodCidrs.IsEmpty && n.Object.Head.Deleted is null).OrderBy(n => n.Object.Key).ToArray();
        if (waiting.Length == 0 || _ranges.IsEmpty)
            return Plan.Nothing;
        var pools = _ranges.Select(r => new CidrPool(r.Network, r.NodePrefix)).ToArray();
        foreach (var cidr in nodes.SelectMany(n => n.PodCidrs).Concat(_services))
            foreach (var pool in pools)
                pool.Occupy(cidr);
        var plan = new PlanBuilder();
        var steps = new List<PlanStep>();
        foreach (var node in waiting)
        {
            var cidrs = pools.Select(p => p.Next()).ToArray();
            if (cidrs.Contains(null))
            {
                plan.Record(EventSpec.Normal(new ObjectReference(Kinds.Node, node.Object.Key, node.Object.Head.Uid), "CIDRNotAvailable", $"Node {node.Object.Key.Name} status is now: CIDRNotAvailable"))
                    .RetryBecause("the pod network has no free part left");
            }
            else
            {
                steps.Add(Assign(node, cidrs!));
            }
        }
        return plan.Because($"{waiting.Length} nodes have no pod network").Do(StageMode.Parallel, steps).Build();
    }

    private static PatchStep Assign(NodeView node, string[] cidrs) =>
        new(ObjectAddress.Of(Nodes, node.Object.Key), PatchType.Merge, new JsonObject
        {
            ["metadata"] = new JsonObject { ["uid"] = node.Object.Head.Uid },
            ["spec"] = new JsonObject { ["podCIDR"] = cidrs[0], ["podCIDRs"] = new JsonArray([.. cidrs.Select(c => (JsonNode)c)]) },
        }.Encode()) { Tolerates = [StatusReason.NotFound] };

    private static (IPNetwork, int) Range(string cidr, NodeIpamOptions options)
    {
        var network = IPNetwork.Parse(cidr);
        var prefix = network.BaseAddress.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? options.NodeMaskIpv4 : options.NodeMaskIpv6;
        return prefix >= network.PrefixLength && prefix - network.PrefixLength <= CidrPool.MaxBits
            ? (network, prefix)
            : throw new FormatException($"A node's part of {cidr} cannot have prefix length {prefix}.");
    }
}
