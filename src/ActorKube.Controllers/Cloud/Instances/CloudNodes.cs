using ActorKube.Api.Names;
using ActorKube.Controllers.Workloads;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Reconciling;
using ActorKube.Machinery.Recording;

namespace ActorKube.Controllers.Cloud.Instances;

/// <summary>
/// Tells nodes what machines they are: those that wait for it, and all others from time to time, for addresses may change. Upstream: <c>k8s.io/cloud-provider/controllers/node</c>. When the
/// cloud was last asked about a node is kept only to spare calls; after a restart it is asked once more.
/// </summary>
internal sealed class CloudNodes(TimeSpan interval) : IReconciler
{
    private static readonly GroupVersionResource Nodes = WellKnownResources.Nodes;
    private readonly Dictionary<string, (string Uid, TimeSpan At)> _asked = [];

    public string Name => "cloud-node-controller";

    public IReadOnlyList<WatchSpec> WatchesOf(IReadOnlyList<ServedResource> served) => [WatchSpec.Itself(Nodes)];

    public Plan Reconcile(ReconcileContext context)
    {
        if (context.Find(Nodes) is not { Head.Deleted: null } cached)
        {
            _asked.Remove(context.Key.Name);
            return Plan.Nothing;
        }
        var (node, plan) = (cached.As<CloudNode>(), new PlanBuilder());
        if (context.AnswerTo<DescribeInstance>() is not { } answer)
        {
            var next = _asked.TryGetValue(node.Name, out var asked) && asked.Uid == node.Uid ? asked.At + interval : context.Now.Uptime;
            if (node.IsUninitialized || next <= context.Now.Uptime)
                return plan.Call(new DescribeInstance(node)).Build();
            RenewLabels(plan, node);
            return plan.Poll(next - context.Now.Uptime).Build();
        }
        if (answer.Error is { } failure && node.IsUninitialized)
            return plan.RetryBecause($"failed to get instance metadata for node {node.Name}: {failure}").Build();
        _asked[node.Name] = (node.Uid, context.Now.Uptime);
        if (answer.Result is InstanceMetadata metadata)
            Apply(plan, node, metadata);
        else if (answer.Error is not null)
            plan.Because($"the cloud does not say what node {node.Name} is: {answer.Error}");
        return plan.Poll(interval).Build();
    }

    private static void Apply(PlanBuilder plan, CloudNode node, InstanceMetadata metadata)
    {
        if (node.IsUninitialized && metadata.ProviderId.Length == 0 && node.ProviderId.Length == 0)
        {
            plan.RetryBecause($"cloud provider does not set node provider ID for node {node.Name}");
            return;
        }
        if (!NodeAddresses.TryChoose(node, metadata.Addresses, out var addresses))
        {
            var why = $"failed to get node address from cloud provider that matches ip: {string.Join(",", node.ProvidedAddresses)}";
            _ = node.IsUninitialized ? plan.RetryBecause($"provided node ip for node \"{node.Name}\" is not valid: {why}") : plan.Because(why);
            return;
        }
        if (node.IsUninitialized)
            plan.Because("the cloud says what the node is").Do(NodePatches.Initialize(node, metadata) with
            {
                OnDone = EventSpec.Normal(ObjectReference.To(Kinds.Node, node.Object), "Synced", "Node synced successfully"),
            });
        if (!addresses.IsEmpty && !NodeAddresses.Same(node.Addresses, addresses))
            plan.Because("the cloud's addresses of the node are others").Do(NodePatches.Addresses(node, addresses));
    }

    private static void RenewLabels(PlanBuilder plan, CloudNode node)
    {
        if (NodePatches.Renewed(node) is { Count: > 0 } labels)
            plan.Because("labels of old names have other values than those of new names").Do(NodePatches.Labels(node, labels));
    }
}
