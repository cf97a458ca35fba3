using System.Collections.Immutable;
using System.Net;
using ActorKube.Api.Names;
using ActorKube.Controllers.Nodes;
using ActorKube.Controllers.Workloads;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Reconciling;
using ActorKube.Machinery.Recording;

namespace ActorKube.Controllers.Cloud.Routes;

/// <summary>
/// Keeps a route in the cloud's network for every range of pods, and says in each node's conditions whether there is one. Upstream: <c>k8s.io/cloud-provider/controllers/route</c>. One key stands
/// for all routes; changes of nodes are followed at once, and what the cloud has is compared every now and then.
/// </summary>
/// <param name="cluster">Networks of pods: routes elsewhere belong to other people.</param>
/// <param name="period">How often the cloud's routes are looked at.</param>
internal sealed class NodeRoutes(IReadOnlyList<IPNetwork> cluster, TimeSpan period) : IReconciler
{
    private static readonly ObjectKey All = new("", "routes");
    private static readonly GroupVersionResource Nodes = WellKnownResources.Nodes;
    public string Name => "node-route-controller";

    public IReadOnlyList<WatchSpec> WatchesOf(IReadOnlyList<ServedResource> served) => [new WatchSpec(Nodes, static (change, _) => Ranges(change.Old).SequenceEqual(Ranges(change.New)) ? [] : [All])];

    public Plan Reconcile(ReconcileContext context)
    {
        var plan = new PlanBuilder();
        if (context.AnswerTo<ListRoutes>() is not { } listed)
            return plan.Call(new ListRoutes()).Build();
        if (listed.Result is not ImmutableArray<CloudRoute> routes)
            return plan.RetryBecause($"error listing routes: {listed.Error}").Build();
        var nodes = context.View.Of(Nodes).All.Select(n => n.As<NodeView>()).OrderBy(n => n.Object.Key).ToArray();
        // One round of each a turn; what fails waits for the next look. What is in the way goes before anything comes in its place.
        if (!context.Outside.Any(a => a.Call is CreateRoute))
        {
            foreach (var call in context.Outside.Any(a => a.Call is DeleteRoute) ? [] : Deletions(nodes, routes))
                plan.Call(call);
            if (plan.Build() is { Asks: true } deletions)
                return deletions;
            foreach (var call in Creations(nodes, routes))
                plan.Call(call);
            if (plan.Build() is { Asks: true } creations)
                return creations;
        }
        Tell(plan, context, nodes, routes);
        return plan.Poll(period).Build();
    }

    private IEnumerable<CloudCall> Deletions(NodeView[] nodes, ImmutableArray<CloudRoute> routes)
    {
        var wanted = nodes.SelectMany(n => n.PodCidrs.Select(c => (Node: n.Object.Key.Name, Cidr: c))).ToHashSet();
        return routes.Where(r => IsOurs(r) && (r.Blackhole || !wanted.Contains((r.TargetNode, r.Cidr)))).Select(static r => new DeleteRoute(r));
    }

    private static IEnumerable<CloudCall> Creations(NodeView[] nodes, ImmutableArray<CloudRoute> routes)
    {
        var present = routes.Where(r => !r.Blackhole).Select(r => (r.TargetNode, r.Cidr)).ToHashSet();
        foreach (var node in nodes)
            foreach (var cidr in node.PodCidrs)
                if (!present.Contains((node.Object.Key.Name, cidr)))
                    yield return new CreateRoute(new CloudRoute(node.Object.Head.Uid, node.Object.Key.Name, cidr));
    }

    private bool IsOurs(CloudRoute route) =>
        IPNetwork.TryParse(route.Cidr, out var network) && cluster.Any(c => c.BaseAddress.AddressFamily == network.BaseAddress.AddressFamily && c.Contains(network.BaseAddress));

    // A node that came while the cloud was at work is left for the next look.
    private static void Tell(PlanBuilder plan, ReconcileContext context, NodeView[] nodes, ImmutableArray<CloudRoute> routes)
    {
        var present = routes.Where(r => !r.Blackhole).Select(r => (r.TargetNode, r.Cidr)).ToHashSet();
        var targets = routes.Select(r => r.TargetNode).ToHashSet();
        var made = context.AnswersTo<CreateRoute>().ToLookup(a => (a.Call.Route.TargetNode, a.Call.Route.Cidr), a => a.Error);
        var steps = new List<PlanStep>();
        foreach (var node in nodes)
        {
            // Of a node without pods of its own only that is known which the cloud leads to it.
            if (node.PodCidrs.IsEmpty && !targets.Contains(node.Object.Key.Name))
                continue;
            var missing = node.PodCidrs.Select(c => (node.Object.Key.Name, c)).Where(r => !present.Contains(r)).ToArray();
            if (missing.Any(r => !made.Contains(r)))
                continue;
            var failed = missing.Select(r => (Cidr: r.c, Error: made[r].Last())).Where(r => r.Error is not null).ToArray();
            foreach (var (cidr, error) in failed)
                plan.Record(EventSpec.Warn(
                    new ObjectReference(Kinds.Node, node.Object.Key, node.Object.Key.Name),
                    "FailedToCreateRoute",
                    $"Could not create route {node.Object.Head.Uid} {cidr} for node {node.Object.Key.Name}: {error}"));
            var routed = failed.Length == 0 && !node.PodCidrs.IsEmpty;
            if (node.StatusOf(NetworkCondition.Type) != NetworkCondition.Status(routed))
                steps.Add(NetworkCondition.Set(node, routed, context.Now));
        }
        if (steps.Count > 0)
            plan.Because($"{steps.Count} nodes have other routes than their conditions say").Do(StageMode.Parallel, steps);
        foreach (var (call, error) in context.AnswersTo<DeleteRoute>())
            if (error is not null)
                plan.Because($"route {call.Route.Name} {call.Route.Cidr} could not be deleted: {error}");
    }

    private static ImmutableArray<string> Ranges(CachedObject? node) => node?.As<NodeView>().PodCidrs ?? [];
}
