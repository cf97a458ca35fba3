using System.Collections.Immutable;
using System.Text.Json.Serialization;
using ActorKube.Api.Names;
using ActorKube.ApiServer.Http.Decisions;

namespace ActorKube.Explain;

/// <summary>What has been decided about an object and about those it owns; also what <c>-o json</c> prints.</summary>
/// <param name="Object">The object, as <c>deployments.apps/web</c>.</param>
/// <param name="Namespace">Its namespace; empty for none.</param>
/// <param name="Decisions">Decisions about it, oldest first.</param>
/// <param name="Children">The objects it owns, oldest first.</param>
internal sealed record Explanation(string Object, string Namespace, IReadOnlyList<DecisionEntry> Decisions, IReadOnlyList<Explanation> Children)
{
    /// <summary>True for the object that was asked about; the others are its owners and what it owns.</summary>
    public bool IsAsked { get; init; }

    /// <summary>Number of older decisions that are not shown.</summary>
    public int OmittedDecisions { get; init; }

    /// <summary>Number of owned objects that are not shown.</summary>
    public int OmittedChildren { get; init; }

    /// <summary>What could not be read, in sentences.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Gaps { get; init; }

    /// <summary>The same without what an owner's part says already: an owner's decision to make an object is about both.</summary>
    public Explanation WithoutRepeats() => Without([]);

    private Explanation Without(ImmutableHashSet<(DateTimeOffset, string)> told)
    {
        var own = Decisions.Where(d => !told.Contains((d.At, d.By))).ToArray();
        var known = told.Union(own.Select(d => (d.At, d.By)));
        return this with { Decisions = own, Children = [.. Children.Select(c => c.Without(known))] };
    }

    /// <summary>How an object is called in explanations.</summary>
    public static string NameOf(GroupResource resource, string name) => $"{resource}/{name}";
}

/// <summary>Bounds of an explanation: it is for people.</summary>
/// <param name="Decisions">Most decisions about one object.</param>
/// <param name="Children">Most owned objects of one owner.</param>
/// <param name="Objects">Most objects altogether.</param>
internal sealed record ExplanationLimits(int Decisions = 30, int Children = 20, int Objects = 200);
