using System.Globalization;
using ActorKube.ApiServer.Http.Decisions;
using Spectre.Console;

namespace ActorKube.Explain;

/// <summary>Explanations as text for people: a tree of objects, each with what was decided about it and why.</summary>
internal static class ExplanationText
{
    /// <summary>The tree.</summary>
    public static Tree Render(Explanation explanation)
    {
        var tree = new Tree(Line(Title(explanation)));
        Fill(tree, explanation);
        return tree;
    }

    private static void Fill(IHasTreeNodes node, Explanation explanation)
    {
        if (explanation.OmittedDecisions > 0)
            node.AddNode(Line($"({explanation.OmittedDecisions} earlier decisions)"));
        foreach (var decision in explanation.Decisions)
        {
            var (headline, details) = Describe(decision);
            var shown = node.AddNode(Line($"{decision.At.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture)} {decision.By}: {headline}"));
            foreach (var detail in details)
                shown.AddNode(Line(detail));
        }
        if (explanation.Decisions.Count == 0)
            node.AddNode(Line("nothing more was decided about it in this time, or it is no longer remembered"));
        foreach (var gap in explanation.Gaps ?? [])
            node.AddNode(Line($"incomplete: {gap}"));
        if (explanation.OmittedChildren > 0)
            node.AddNode(Line($"({explanation.OmittedChildren} more objects that it owns)"));
        foreach (var child in explanation.Children)
            Fill(node.AddNode(Line(Title(child))), child);
    }

    private static string Title(Explanation one) =>
        $"{one.Object}{(one.Namespace.Length > 0 ? $" in {one.Namespace}" : "")}{(one.IsAsked ? "  <- asked about" : "")}";

    private static (string Headline, IReadOnlyList<string> Details) Describe(DecisionEntry decision)
    {
        if (decision.Placement is { } placement)
            return (Headline(placement, decision.Reasons), [.. Details(placement)]);
        var headline = decision.Reasons.Count > 0 ? string.Join("; ", decision.Reasons)
            : decision.Writes.Count > 0 ? Describe(decision.Writes[0])
            : "looked again";
        var details = new List<string>
        {
            decision.Cause is { } cause ? $"because {cause.Resource} {cause.Name} changed (revision {cause.Revision})" : "because it was time to look again",
        };
        details.AddRange(decision.Writes.Select(Describe));
        if (decision.WriteCount > decision.Writes.Count)
            details.Add($"… and {decision.WriteCount - decision.Writes.Count} more writes");
        return (headline, details);
    }

    private static string Describe(DecisionWriteEntry write) =>
        $"{write.Verb} {write.Object.Resource} {write.Object.Name}"
        + (write.Error.Length > 0 ? $" failed: {write.Error}" : write.Object.Revision > 0 ? $" (revision {write.Object.Revision})" : "");

    private static string Headline(DecisionPlacement placement, IReadOnlyList<string> reasons) => placement.Winner is { } winner
        ? $"bound it to {winner.Node}, one of {placement.Feasible} that fit of {placement.Evaluated} looked at"
        : $"{placement.Outcome.ToLowerInvariant()}{(reasons.Count > 0 ? $": {string.Join("; ", reasons)}" : "")}";

    private static IEnumerable<string> Details(DecisionPlacement placement)
    {
        if (placement.Winner is { Scores.Count: > 0 } winner)
            yield return $"because {winner.Node} scored {winner.Score}: {Scores(winner)}";
        if (placement.RunnerUp is { } second)
            yield return $"next best {second.Node} with {second.Score}{(second.Scores.Count > 0 ? $": {Scores(second)}" : "")}";
        foreach (var (reason, nodes) in placement.RuledOut)
            yield return $"{nodes} ruled out by {reason}";
    }

    private static string Scores(DecisionRank rank) => string.Join(", ", rank.Scores.OrderByDescending(s => s.Value).Select(s => $"{s.Key} {s.Value}"));

    // Names and messages are not markup.
    private static Text Line(string text) => new(text);
}
