namespace ActorKube.Scheduler.Scheduling;

/// <summary>How many fitting nodes are enough (upstream: <c>numFeasibleNodesToFind</c>): in a large cluster the best of some hundred is as good as the best of all.</summary>
internal static class NodeSampling
{
    private const int Least = 100;
    private const int LeastPercentage = 5;

    /// <summary>The number of fitting nodes after which the search ends. 200 nodes: 100; 1,000: 420; 5,000: 500.</summary>
    /// <param name="nodes">Nodes in the cluster.</param>
    /// <param name="percentage">Share in per cent; 0 for the adaptive one, which falls from 50 % by 1 % for every 125 nodes.</param>
    public static int Enough(int nodes, int percentage)
    {
        if (nodes < Least)
            return nodes;
        if (percentage == 0)
            percentage = Math.Max(50 - nodes / 125, LeastPercentage);
        return Math.Max((int)((long)nodes * percentage / 100), Least);
    }
}
