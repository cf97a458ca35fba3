using System.Collections.Immutable;
using ActorKube.Controllers.Nodes;
using ActorKube.Machinery.Informers;

namespace ActorKube.Controllers.Cloud.Balancers;

/// <summary>The nodes that load balancers may lead traffic to. Whether they are ready does not count: a load balancer checks that by itself.</summary>
internal static class BalancerNodes
{
    /// <summary>Names of nodes that a message has; of more it has the number.</summary>
    public const int NamesTold = 20;

    private const string ExcludeLabel = "node.kubernetes.io/exclude-from-external-load-balancers";

    // The cluster autoscaler's mark of a node that it is about to remove.
    private const string LeavingTaint = "ToBeDeletedByClusterAutoscaler";

    // What Go reads as false; all else that the label may say excludes the node.
    private static readonly ImmutableArray<string> No = ["0", "f", "F", "false", "False", "FALSE"];

    public static ImmutableArray<BalancedNode> Of(CacheView nodes) =>
        [.. nodes.All.Where(IsBalanced).Select(n => new BalancedNode(n.Key.Name, n.As<CloudNode>().ProviderId)).OrderBy(n => n.Name, StringComparer.Ordinal)];

    /// <summary>
    /// Whether load balancers are to be told at once. A node that is about to be removed is told with the next change only: connections to it may end by themselves meanwhile.
    /// </summary>
    public static bool Concerns(ObjectChanged change) =>
        change.Old is not { } old || change.New is not { } node || IsIncluded(old) != IsIncluded(node) || old.As<CloudNode>().ProviderId != node.As<CloudNode>().ProviderId;

    /// <summary>The names of nodes as events have them.</summary>
    public static string Names(ImmutableArray<BalancedNode> nodes)
    {
        var names = nodes.Take(NamesTold).Select(n => n.Name);
        return $"[{string.Join(' ', nodes.Length > NamesTold ? names.Append($"<{nodes.Length - NamesTold} more>") : names)}]";
    }

    private static bool IsBalanced(CachedObject node) => node.Head.Deleted is null && IsIncluded(node) && !node.As<NodeView>().Taints.Any(t => t.Key == LeavingTaint);

    private static bool IsIncluded(CachedObject node) => node.Head.Labels[ExcludeLabel] is not { } excluded || No.Contains(excluded);
}
