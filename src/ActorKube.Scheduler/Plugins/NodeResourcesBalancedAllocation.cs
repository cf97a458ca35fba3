using System.Collections.Immutable;
using ActorKube.Scheduler.Framework;
using ActorKube.Scheduler.Indices;

namespace ActorKube.Scheduler.Plugins;

/// <summary>
/// Prefers nodes whose resources would be used alike: 100 less the standard deviation of the shares in use. 50 % of the CPU and 30 % of the memory: deviation 0.1,
/// score 90. Pods that ask for nothing are not ranked, or they would all pile up on the one best balanced node.
/// </summary>
internal sealed class NodeResourcesBalancedAllocation(ImmutableArray<PluginUse> resources) : IPreScorePlugin, IScorePlugin
{
    public string Name => PluginNames.NodeResourcesBalancedAllocation;

    public Status PreScore(CycleState state, PodInfo pod, ReadOnlySpan<NodeInfo> nodes) => Allocation.IsBestEffort(pod, resources) ? Status.Skip : Status.Success;

    public long Score(CycleState state, PodInfo pod, NodeInfo node)
    {
        Span<double> shares = stackalloc double[resources.Length];
        var count = 0;
        foreach (var resource in resources)
        {
            var (requested, allocatable) = Allocation.Exact(pod, node, resource.Name);
            if (allocatable != 0)
                shares[count++] = Math.Min(1, (double)requested / allocatable);
        }
        return (long)((1 - Deviation(shares[..count])) * IScorePlugin.MaxScore);
    }

    private static double Deviation(ReadOnlySpan<double> shares)
    {
        if (shares.Length == 2)
            return Math.Abs((shares[0] - shares[1]) / 2);
        if (shares.Length < 2)
            return 0;
        double sum = 0;
        foreach (var share in shares)
            sum += share;
        var mean = sum / shares.Length;
        double squares = 0;
        foreach (var share in shares)
            squares += (share - mean) * (share - mean);
        return Math.Sqrt(squares / shares.Length);
    }
}
