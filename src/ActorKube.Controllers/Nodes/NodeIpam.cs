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
/// one decision at a time, from a cut that shows all earlier ones. The parts given last are remembered, so that the part of a node that has gone is the last to be given again (ADR 0165).
/// </summary>
/// <param name="options">The networks.</param>
/// <param name="services">Networks of service addresses: no node gets a part that overlaps with one of them.</param>
internal sealed class NodeIpam(NodeIpamOptions options, IReadOnlyList<IPNetwork> services) : IReconciler
{
    private static readonly ObjectKey Allocation = new("", "allocation");
    private static readonly GroupVersionResource Nodes = WellKnownResources.Nodes;

    public string Name => "node-ipam-controller";

    public IReadOnlyList<WatchSpec> WatchesOf(IReadOnlyList<ServedResource> served) =>
        [new WatchSpec(Nodes, static (change, _) => change.New is null || change.New.As<NodeView>().PodCidrs.IsEmpty ? [Allocation] : [])];

    public Plan Reconcile(ReconcileContext context)
    {
        var nodes = context.View.Of(Nodes).All.Select(n => n.As<NodeView>()).ToArray();
        var waiting = nodes.Where(n => n.PodCidrs.IsEmpty && n.Object.Head.Deleted is null).OrderBy(n => n.Object.Key).ToArray();
        if (waiting.Length == 0 || options.Networks.Count == 0)
            return Plan.Nothing;
        var pools = options.Networks.Select(n => new CidrPool(n.Network, n.NodePrefix)).ToArray();
        foreach (var pool in pools)
        {
            foreach (var used in Parsed(nodes.SelectMany(n => n.PodCidrs)).Concat(services))
                pool.Occupy(used);
            foreach (var last in Parsed(context.Memory.Split(' ')))
                pool.ContinueAfter(last);
        }
        var plan = new PlanBuilder();
        var steps = new List<PlanStep>();
        foreach (var node in waiting)
        {
            var parts = pools.Select(p => p.Next()).ToArray();
            if (parts.Contains(null))
            {
                plan.Record(Told(node, "CIDRNotAvailable")).RetryBecause("the pod network has no free part left");
                continue;
            }
            string[] cidrs = [.. parts.Select(p => p!.Value.ToString())];
            plan.Remember(string.Join(' ', cidrs));
            steps.Add(Assign(node, cidrs));
        }
        return plan.Because($"{waiting.Length} nodes have no pod network").Do(StageMode.Parallel, steps).Build();
    }

    private static IEnumerable<IPNetwork> Parsed(IEnumerable<string> cidrs) =>
        cidrs.Select(static c => IPNetwork.TryParse(c, out var network) ? network : default(IPNetwork?)).OfType<IPNetwork>();

    private static PatchStep Assign(NodeView node, string[] cidrs) =>
        new(ObjectAddress.Of(Nodes, node.Object.Key), PatchType.Merge, new JsonObject
        {
            ["metadata"] = new JsonObject { ["uid"] = node.Object.Head.Uid },
            ["spec"] = new JsonObject { ["podCIDR"] = cidrs[0], ["podCIDRs"] = new JsonArray([.. cidrs.Select(c => (JsonNode)c)]) },
        }.Encode())
        {
            // Another node of that name is there by now, and waits itself.
            Tolerates = [StatusReason.NotFound, StatusReason.Conflict],
            OnFailed = Told(node, "CIDRAssignmentFailed"),
            FailureIsExplained = false,
        };

    private static EventSpec Told(NodeView node, string status) =>
        EventSpec.Normal(new ObjectReference(Kinds.Node, node.Object.Key, node.Object.Head.Uid), status, $"Node {node.Object.Key.Name} status is now: {status}");
}
