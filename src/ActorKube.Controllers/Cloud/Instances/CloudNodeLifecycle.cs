using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Controllers.Nodes;
using ActorKube.Controllers.Workloads;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Reconciling;
using ActorKube.Machinery.Recording;

namespace ActorKube.Controllers.Cloud.Instances;

/// <summary>
/// Asks the cloud about nodes that are not ready: those whose machines are gone are deleted, those whose machines are switched off are tainted. Upstream:
/// <c>k8s.io/cloud-provider/controllers/nodelifecycle</c>.
/// </summary>
internal sealed class CloudNodeLifecycle(TimeSpan period) : IReconciler
{
    private static readonly GroupVersionResource Nodes = WellKnownResources.Nodes;
    private static readonly TimeSpan InitializationTime = TimeSpan.FromMinutes(1);

    public string Name => "cloud-node-lifecycle-controller";

    public IReadOnlyList<WatchSpec> WatchesOf(IReadOnlyList<ServedResource> served) => [WatchSpec.Itself(Nodes)];

    public Plan Reconcile(ReconcileContext context)
    {
        if (context.Find(Nodes) is not { Head.Deleted: null } cached)
            return Plan.Nothing;
        var (view, node, plan) = (cached.As<NodeView>(), cached.As<CloudNode>(), new PlanBuilder());
        var tainted = node.Taints.Any(t => t.Key == CloudNode.ShutdownTaint);
        if (view.IsReady)
            return tainted
                ? plan.Because("the node is ready again").Do(NodeTaints.Replace(view, [.. node.Taints.Where(t => t.Key != CloudNode.ShutdownTaint)])).Build()
                : Plan.Nothing;
        // Its machine may be so new that the cloud's API does not show it yet.
        if (node is { ProviderId.Length: 0, IsUninitialized: true } && InitializationTime - (cached.Head.Created is { } created ? context.Now.Since(created) : context.Since(cached)) is var left && left > TimeSpan.Zero)
            return plan.Poll(left).Build();
        if (context.AnswerTo<InstanceExists>() is not { } existence)
            return plan.Call(new InstanceExists(node)).Build();
        if (existence is { Error: null, Result: false })
            return Delete(plan, node).Build();
        if (existence.Error is null && !tainted)
        {
            if (context.AnswerTo<InstanceIsShutDown>() is not { } power)
                return plan.Call(new InstanceIsShutDown(node)).Build();
            if (power is { Error: null, Result: true })
                plan.Because("its machine is switched off").Do(NodeTaints.Replace(view, [.. node.Taints, new Taint(CloudNode.ShutdownTaint, "", Taint.NoSchedule, context.Now)]));
        }
        return plan.Poll(period).Build();
    }

    private static PlanBuilder Delete(PlanBuilder plan, CloudNode node)
    {
        var about = ObjectReference.To(Kinds.Node, node.Object);
        return plan.Because("the cloud does not know its machine any more")
            .Record(EventSpec.Normal(about, "DeletingNode", $"Deleting node {node.Name} because it does not exist in the cloud provider"))
            .Do(new DeleteStep(ObjectAddress.Of(Nodes, node.Object.Key), new DeleteOptions { Uid = node.Uid })
            {
                Tolerates = [StatusReason.NotFound],
                OnFailed = EventSpec.Warn(about, "DeletingNodeFailed", $"Failed deleting node {node.Name}: "),
            });
    }
}
