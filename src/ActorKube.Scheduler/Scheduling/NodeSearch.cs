using ActorKube.Scheduler.Framework;
using ActorKube.Scheduler.Indices;

namespace ActorKube.Scheduler.Scheduling;

/// <summary>What a search found.</summary>
/// <param name="Node">The node chosen; null when none fits or something went wrong.</param>
/// <param name="Report">What the filters said; valid until the next search.</param>
/// <param name="Error">What went wrong, if anything did.</param>
internal readonly record struct SearchResult(NodeInfo? Node, FilterReport Report, Status? Error)
{
    /// <summary>The node chosen, with scores.</summary>
    public RankedNode? Winner { get; init; }

    /// <summary>The best of the others.</summary>
    public RankedNode? RunnerUp { get; init; }
}

/// <summary>
/// Finds the best node for a pod (upstream: <c>schedulePod</c>): filters nodes, from where the last search ended, until enough fit; ranks those; chance decides between
/// equals. Reads the index as it is. Its buffers are used again and again, so that a search allocates next to nothing.
/// </summary>
/// <param name="index">Nodes and pods.</param>
/// <param name="percentage">See <see cref="SchedulerSettings.PercentageOfNodesToScore"/>.</param>
/// <param name="random">Source of chance in [0, 1).</param>
internal sealed class NodeSearch(ClusterIndex index, int percentage, Func<double> random)
{
    private readonly NodeRanking _ranking = new(random);
    private Status?[] _statuses = [];
    private NodeInfo[] _feasible = [];
    private int _start;

    /// <summary>Searches.</summary>
    public SearchResult Run(SchedulingProfile profile, CycleState state, PodInfo pod)
    {
        var nodes = index.Nodes;
        Prepare(nodes.Length);
        var filters = new FilterMask();
        IReadOnlyCollection<string>? names = null;
        List<string>? namers = null;
        for (var i = 0; i < profile.PreFilters.Length; i++)
        {
            var plugin = profile.PreFilters[i];
            var status = plugin.PreFilter(state, pod, out var only);
            if (status.Code == StatusCode.Skip)
                filters.Skip(profile.FilterOfPreFilter[i]);
            else if (status.IsRejected)
                return new SearchResult(null, new FilterReport(index.Nodes, _statuses) { PreFilter = status }, null);
            else if (!status.IsSuccess)
                return Broken(status.At(ExtensionPoint.PreFilter));
            if (only is null)
                continue;
            names = names is null ? only : [.. names.Intersect(only)];
            (namers ??= []).Add(plugin.Name);
        }
        if (pod.NominatedNode.Length > 0 && index.TryFind(pod.NominatedNode, out var nominated) && Nominated(profile, state, pod, filters, nominated) is { } found)
            return found;
        return names is null ? Filter(profile, state, pod, filters, nodes) : FilterNamed(profile, state, pod, filters, names, namers!);
    }

    // Room was made there, or somebody expects the pod there: others are only looked at when it does not fit.
    private SearchResult? Nominated(SchedulingProfile profile, CycleState state, PodInfo pod, FilterMask mask, NodeInfo node)
    {
        if (!Check(profile, state, pod, mask, node).IsSuccess)
            return null;
        _feasible[0] = node;
        return Rank(profile, state, pod, new FilterReport(index.Nodes, _statuses) { Evaluated = 1, Feasible = 1 });
    }

    private SearchResult Filter(SchedulingProfile profile, CycleState state, PodInfo pod, FilterMask mask, NodeInfo[] nodes)
    {
        var enough = profile.Scores.IsEmpty ? 1 : NodeSampling.Enough(nodes.Length, profile.PercentageOfNodesToScore ?? percentage);
        int feasible = 0, evaluated = 0;
        var at = _start < nodes.Length ? _start : 0;
        while (evaluated < nodes.Length && feasible < enough)
        {
            var node = nodes[at];
            at = at + 1 == nodes.Length ? 0 : at + 1;
            evaluated++;
            var status = Check(profile, state, pod, mask, node);
            if (status.IsSuccess)
                _feasible[feasible++] = node;
            else if (status.IsRejected)
                _statuses[node.Position] = status;
            else
                return Broken(status.At(ExtensionPoint.Filter));
        }
        _start = at;
        return Rank(profile, state, pod, new FilterReport(index.Nodes, _statuses) { Evaluated = evaluated, Feasible = feasible });
    }

    private SearchResult FilterNamed(SchedulingProfile profile, CycleState state, PodInfo pod, FilterMask mask, IReadOnlyCollection<string> names, List<string> namers)
    {
        int feasible = 0, evaluated = 0;
        foreach (var name in names.Order(StringComparer.Ordinal))
        {
            if (!index.TryFind(name, out var node))
                continue;
            evaluated++;
            var status = Check(profile, state, pod, mask, node);
            if (status.IsSuccess)
                _feasible[feasible++] = node;
            else if (status.IsRejected)
                _statuses[node.Position] = status;
            else
                return Broken(status.At(ExtensionPoint.Filter));
        }
        var leftOut = Status.Unresolvable(namers[0], $"node(s) didn't satisfy plugin(s) [{string.Join(' ', namers.Order(StringComparer.Ordinal))}]");
        return Rank(profile, state, pod, new FilterReport(index.Nodes, _statuses) { Evaluated = evaluated, Feasible = feasible, LeftOut = leftOut });
    }

    private static Status Check(SchedulingProfile profile, CycleState state, PodInfo pod, FilterMask mask, NodeInfo node)
    {
        var filters = profile.Filters;
        for (var i = 0; i < filters.Length; i++)
        {
            if (mask.IsSkipped(i))
                continue;
            var status = filters[i].Filter(state, pod, node);
            if (!status.IsSuccess)
                return status;
        }
        return Status.Success;
    }

    private SearchResult Rank(SchedulingProfile profile, CycleState state, PodInfo pod, FilterReport report)
    {
        if (report.Feasible == 0)
            return new SearchResult(null, report, null);
        if (report.Feasible == 1)
            return new SearchResult(_feasible[0], report, null) { Winner = new RankedNode(_feasible[0].Name, 0, []) };
        return _ranking.Run(profile, state, pod, _feasible.AsSpan(0, report.Feasible), report);
    }

    private SearchResult Broken(Status error) => new(null, new FilterReport(index.Nodes, _statuses), error);

    private void Prepare(int count)
    {
        if (_statuses.Length < count)
        {
            _statuses = new Status?[count];
            _feasible = new NodeInfo[count];
        }
        else
        {
            Array.Clear(_statuses);
        }
    }
}

/// <summary>Filters that have nothing to say about a pod.</summary>
internal struct FilterMask
{
    private ulong _skipped;

    /// <summary>Leaves out the plugin at an index; a negative one is nobody.</summary>
    public void Skip(int index)
    {
        if (index >= 0)
            _skipped |= 1UL << index;
    }

    /// <summary>Whether the plugin at an index is left out.</summary>
    public readonly bool IsSkipped(int index) => (_skipped & (1UL << index)) != 0;
}
