using System.Collections.Immutable;
using ActorKube.Scheduler.Indices;
using ActorKube.Scheduler.Scheduling;

namespace ActorKube.Scheduler.Framework;

/// <summary>
/// What the filters said about the nodes, for the message, the queue, the decision log and postFilter plugins. Its arrays belong to the search and are used again: it
/// is valid until the next attempt.
/// </summary>
/// <param name="nodes">All nodes.</param>
/// <param name="statuses">By place of the node; null for nodes that fit or were not looked at.</param>
internal sealed class FilterReport(NodeInfo[] nodes, Status?[] statuses)
{
    private List<(Status Status, int Count)>? _tally;

    /// <summary>Number of nodes in the cluster.</summary>
    public int NodeCount => nodes.Length;

    /// <summary>Answer of a preFilter plugin that turned the pod down for all nodes; null when there was none.</summary>
    public Status? PreFilter { get; init; }

    /// <summary>What holds for the nodes that were left out because a preFilter plugin named others; null when none were.</summary>
    public Status? LeftOut { get; init; }

    /// <summary>Number of nodes that filters looked at.</summary>
    public int Evaluated { get; init; }

    /// <summary>Number of nodes that fit.</summary>
    public int Feasible { get; init; }

    /// <summary>What postFilter plugins said.</summary>
    public string PostFilterMessage { get; set; } = "";

    /// <summary>The nodes that were turned down, with the answers.</summary>
    public IEnumerable<(NodeInfo Node, Status Status)> Rejected
    {
        get
        {
            for (var i = 0; i < nodes.Length; i++)
                if (PreFilter is not null)
                    yield return (nodes[i], PreFilter);
                else if (statuses[i] is { } status)
                    yield return (nodes[i], status);
        }
    }

    /// <summary>The different answers, and how many nodes got each.</summary>
    public IReadOnlyList<(Status Status, int Count)> Tally => _tally ??= Count();

    /// <summary>Names of the plugins that turned the pod down somewhere.</summary>
    public IEnumerable<string> Plugins => (PreFilter is null ? Tally.Select(t => t.Status.Plugin) : [PreFilter.Plugin]).Where(p => p.Length > 0).Distinct();

    /// <summary>The sentence for people, upstream's (<c>FitError.Error</c>): <c>0/3 nodes are available: 1 Insufficient cpu, 2 node(s) were unschedulable.</c></summary>
    public string Message
    {
        get
        {
            var reasons = PreFilter is not null ? PreFilter.Message : Reasons(Tally.SelectMany(t => t.Status.Reasons.Select(r => (r, t.Count))));
            var message = $"0/{NodeCount} nodes are available:" + (reasons.Length > 0 ? $" {reasons}." : "");
            return PostFilterMessage.Length > 0 ? $"{message} {PostFilterMessage}" : message;
        }
    }

    /// <summary>Counted reasons in upstream's order, which is that of the texts with their counts.</summary>
    public static string Reasons(IEnumerable<(string Reason, int Count)> reasons) =>
        string.Join(", ", reasons.GroupBy(r => r.Reason, r => r.Count).Select(g => $"{g.Sum()} {g.Key}").Order(StringComparer.Ordinal));

    /// <summary>The reasons with their plugins, for the decision log.</summary>
    public ImmutableArray<RuledOut> RuledOut() => PreFilter is not null
        ? [new RuledOut(PreFilter.Plugin, PreFilter.Message, NodeCount)]
        : [.. Tally.SelectMany(t => t.Status.Reasons.Select(r => (t.Status.Plugin, Reason: r, t.Count))).GroupBy(r => (r.Plugin, r.Reason), r => r.Count).Select(g => new RuledOut(g.Key.Plugin, g.Key.Reason, g.Sum()))];

    private List<(Status, int)> Count()
    {
        var tally = new List<(Status Status, int Count)>();
        var looked = 0;
        foreach (var status in statuses.AsSpan(0, nodes.Length))
        {
            if (status is null)
                continue;
            looked++;
            var at = tally.FindIndex(t => ReferenceEquals(t.Status, status));
            if (at >= 0)
                tally[at] = (status, tally[at].Count + 1);
            else
                tally.Add((status, 1));
        }
        if (LeftOut is not null && looked + Feasible < nodes.Length)
            tally.Add((LeftOut, nodes.Length - looked - Feasible));
        return tally;
    }
}
