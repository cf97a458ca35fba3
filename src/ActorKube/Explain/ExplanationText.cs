using System.Globalization;
using ActorKube.ApiServer.Http.Decisions;
using Spectre.Console;

namespace ActorKube.Explain;

/// <summary>Explanations as text for people: a tree of objects, each with what was decided about it and why.</summary>
internal sealed class ExplanationText
{
    // Who made which revision of which resource, as far as the explanation tells.
    private readonly Dictionary<(string Resource, long Revision), string> _makers = [];

    private ExplanationText(Explanation explanation) => Collect(explanation);

    /// <summary>The tree.</summary>
    public static Tree Render(Explanation explanation)
    {
        var tree = new Tree(Line(Title(explanation)));
        new ExplanationText(explanation).Fill(tree, explanation);
        return tree;
    }

    private void Collect(Explanation explanation)
    {
        foreach (var decision in explanation.Decisions)
            foreach (var write in decision.Writes)
                if (write.Object.Revision > 0)
                    _makers[(write.Object.Resource.Split('/')[0], write.Object.Revision)] = Maker(decision);
        foreach (var child in explanation.Children)
            Collect(child);
    }

    private void Fill(IHasTreeNodes node, Explanation explanation)
    {
        if (explanation.OmittedDecisions > 0)
            node.AddNode(Line($"({explanation.OmittedDecisions} earlier decisions)"));
        foreach (var (decision, times, until) in Runs(explanation.Decisions))
        {
            var (headline, details) = Describe(decision);
            var repeated = times > 1 ? $" ({times} times, until {Time(until)})" : "";
            var shown = node.AddNode(Line($"{Time(decision.At)} {Maker(decision)}: {headline}{repeated}"));
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

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);

    // What happens again and again without anything new is told once: a status that follows, an attempt that fails as the one before it.
    private static IEnumerable<(DecisionEntry First, int Times, DateTimeOffset Until)> Runs(IReadOnlyList<DecisionEntry> decisions)
    {
        for (var i = 0; i < decisions.Count;)
        {
            var first = decisions[i];
            var next = i + 1;
            while (next < decisions.Count && IsSameAgain(first, decisions[next]))
                next++;
            yield return (first, next - i, decisions[next - 1].At);
            i = next;
        }
    }

    private static bool IsSameAgain(DecisionEntry first, DecisionEntry other) =>
        first.By == other.By && !first.IsByUser && first.Placement is null && other.Placement is null
        && ((IsStatusOnly(first) && IsStatusOnly(other)) || (HasOnlyFailed(first) && HasOnlyFailed(other) && first.Reasons.SequenceEqual(other.Reasons)));

    private static bool IsStatusOnly(DecisionEntry decision) =>
        decision.Reasons.Count == 0 && decision.Writes.Count > 0 && decision.Writes.All(static w => w.Error.Length == 0 && w.Object.Resource.EndsWith("/status", StringComparison.Ordinal));

    private static bool HasOnlyFailed(DecisionEntry decision) => decision.Reasons.Count > 0 && decision.Writes.Count > 0 && decision.Writes.All(static w => w.Error.Length > 0);

    private static string Title(Explanation one) =>
        $"{one.Object}{(one.Namespace.Length > 0 ? $" in {one.Namespace}" : "")}{(one.IsAsked ? "  <- asked about" : "")}";

    private static string Maker(DecisionEntry decision) => decision.IsByUser ? $"user {decision.By}" : decision.By;

    private (string Headline, IReadOnlyList<string> Details) Describe(DecisionEntry decision)
    {
        if (decision.IsByUser)
            return (Describe(decision.Writes[0]), decision.Reasons);
        if (decision.Placement is { } placement)
            return (Headline(placement, decision.Reasons), [.. Details(placement)]);
        if (IsStatusOnly(decision))
            return ("brings the status up to date", []);
        var headline = decision.Reasons.Count > 0 ? string.Join("; ", decision.Reasons)
            : decision.Writes.Count > 0 ? Describe(decision.Writes[0])
            : "looked again";
        var details = new List<string>
        {
            decision.Cause is { } cause ? Describe(cause) : "because it was time to look again",
        };
        details.AddRange(decision.Writes.Select(Describe));
        if (decision.WriteCount > decision.Writes.Count)
            details.Add($"… and {decision.WriteCount - decision.Writes.Count} more writes");
        return (headline, details);
    }

    private string Describe(DecisionObject cause) =>
        $"because {cause.Resource} {cause.Name} changed (revision {cause.Revision}{(_makers.TryGetValue((cause.Resource, cause.Revision), out var maker) ? $", by {maker}" : "")})";

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
