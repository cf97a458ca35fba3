using System.Text.Json.Nodes;
using ActorKube.Api.Selectors;

namespace ActorKube.Machinery.Objects;

/// <summary>Reads <c>core/v1 NodeSelector</c>.</summary>
public static class NodeTerms
{
    /// <summary>The terms, of which one has to match; null when there is no selector, which every node satisfies.</summary>
    public static NodeSelectorTerm[]? Read(JsonNode? selector) =>
        selector is null ? null : [.. selector.Items("nodeSelectorTerms").Select(static t => NodeSelectorTerm.Of(Conditions(t, "matchExpressions"), Conditions(t, "matchFields")))];

    private static IEnumerable<NodeCondition> Conditions(JsonNode term, string field) =>
        term.Items(field).Select(static c => new NodeCondition(c.Text("key"), c.Text("operator"), [.. c.Items("values").Select(static v => v.Text())]));
}
