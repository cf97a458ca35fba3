using System.Text.Json.Nodes;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Objects;

namespace ActorKube.Machinery.Volumes;

/// <summary>Topologies of a storage class (<c>TopologySelectorTerm</c>): alternatives, each a list of labels that a node has to have one of some values for.</summary>
public sealed class TopologyTerms
{
    private readonly (string Key, HashSet<string> Values)[][] _terms;

    private TopologyTerms((string, HashSet<string>)[][] terms) => _terms = terms;

    /// <summary>Reads a list of terms; null when it is absent or empty, which every node satisfies.</summary>
    public static TopologyTerms? Read(JsonNode? terms) =>
        terms is not JsonArray { Count: > 0 } list ? null
        : new TopologyTerms([.. list.OfType<JsonNode>().Select(static t => t.Items("matchLabelExpressions")
            .Select(static e => (e.Text("key"), e.Items("values").Select(static v => v.Text()).ToHashSet())).ToArray())]);

    /// <summary>Whether a node with these labels satisfies one of the terms. An empty term is satisfied by none.</summary>
    public bool Match(Labels labels)
    {
        foreach (var term in _terms)
            if (term.Length > 0 && term.All(e => labels[e.Key] is { } value && e.Values.Contains(value)))
                return true;
        return false;
    }
}
