using System.Collections.Immutable;
using ActorKube.Controllers.Nodes;
using ActorKube.Machinery.Informers;

namespace ActorKube.Controllers.Cloud.Balancers;

/// <summary>The nodes that load balancers may lead traffic to. Whether they are ready does not count: a load balancer checks that by itself.</summary>
internal static class BalancerNodes
{
    private const string ExcludeLabel = "node.kubernetes.io/exclude-from-external-load-balancers";

    // The cluster autoscaler's mark of a node that it is about to remove.
    private const string LeavingTaint = "ToBeDeletedByClusterAutoscaler";

    public static ImmutableArray<BalancedNode> Of(CacheView nodes) =>
        [.. nodes.All.Select(Of).OfType<BalancedNode>().OrderBy(n => n.Name, StringComparer.Ordinal)];

    /// <summary>A node as load balancers see it; null when they do not.</summary>
    public static BalancedNode? Of(CachedObject? node) =>
        node is null || node.Head.Deleted is not null || node.Head.Labels[ExcludeLabel] is not null || node.As<NodeView>().Taints.Any(t => t.Key == LeavingTaint)
            ? null
            : new BalancedNode(node.Key.Name, node.As<CloudNode>().ProviderId);
}
