using System.Text.Json;
using ActorKube.Api.Objects;
using ActorKube.Api.Selectors;
using ActorKube.Machinery.Objects;

namespace ActorKube.Scheduler.Indices;

/// <summary>A wish for nodes that match a term.</summary>
/// <param name="Weight">1 to 100.</param>
/// <param name="Term">The term.</param>
internal sealed record PreferredNode(long Weight, NodeSelectorTerm Term);

/// <summary>What a pod, or a profile for its pods, says about the nodes to run on: <c>nodeSelector</c> and <c>affinity.nodeAffinity</c>.</summary>
internal sealed class NodeAffinityRules
{
    /// <summary>No rules.</summary>
    public static readonly NodeAffinityRules None = new(Labels.None, null, []);

    /// <summary>Rules from their parts.</summary>
    public NodeAffinityRules(Labels selector, NodeSelectorTerm[]? required, PreferredNode[] preferred)
    {
        Selector = selector;
        Required = required;
        Preferred = preferred;
    }

    /// <summary><c>nodeSelector</c>: labels that the node has to have.</summary>
    public Labels Selector { get; }

    /// <summary>Terms of which one has to match; null when there is no such condition (an empty list matches no node).</summary>
    public NodeSelectorTerm[]? Required { get; }

    /// <summary>Wishes.</summary>
    public PreferredNode[] Preferred { get; }

    /// <summary>Whether some nodes are ruled out.</summary>
    public bool Restricts => Required is not null || Selector.Count > 0;

    /// <summary>Whether a node is allowed.</summary>
    public bool Allows(NodeSpec node)
    {
        if (Selector.Count > 0)
            foreach (var (key, value) in Selector)
                if (node.Labels[key] != value)
                    return false;
        if (Required is null)
            return true;
        foreach (var term in Required)
            if (term.Matches(node.Name, node.Labels))
                return true;
        return false;
    }

    /// <summary>Sum of the weights of the wishes that a node fulfils.</summary>
    public long WeightOf(NodeSpec node)
    {
        long sum = 0;
        foreach (var wish in Preferred)
            if (wish.Term.Matches(node.Name, node.Labels))
                sum += wish.Weight;
        return sum;
    }

    /// <summary>Reads <c>affinity</c>, the property's value: required and preferred node terms.</summary>
    public static (NodeSelectorTerm[]? Required, PreferredNode[] Preferred) Read(ref Utf8JsonReader reader)
    {
        NodeSelectorTerm[]? required = null;
        PreferredNode[] preferred = [];
        if (!reader.EnterObject())
            return (required, preferred);
        while (reader.NextField())
        {
            if (!reader.ValueTextEquals("nodeAffinity"u8))
            {
                reader.Pass();
                continue;
            }
            if (!reader.EnterObject())
                continue;
            while (reader.NextField())
            {
                if (reader.ValueTextEquals("requiredDuringSchedulingIgnoredDuringExecution"u8)) required = ReadRequired(ref reader);
                else if (reader.ValueTextEquals("preferredDuringSchedulingIgnoredDuringExecution"u8)) preferred = ReadPreferred(ref reader);
                else reader.Pass();
            }
        }
        return (required, preferred);
    }

    private static NodeSelectorTerm[]? ReadRequired(ref Utf8JsonReader reader)
    {
        if (!reader.EnterObject())
            return null;
        var terms = new List<NodeSelectorTerm>(1);
        while (reader.NextField())
        {
            if (!reader.ValueTextEquals("nodeSelectorTerms"u8))
                reader.Pass();
            else if (reader.EnterArray())
                while (reader.NextObject())
                    terms.Add(NodeTermReader.Read(ref reader));
        }
        return [.. terms];
    }

    private static PreferredNode[] ReadPreferred(ref Utf8JsonReader reader)
    {
        if (!reader.EnterArray())
            return [];
        var wishes = new List<PreferredNode>(1);
        while (reader.NextObject())
        {
            long weight = 0;
            NodeSelectorTerm? term = null;
            while (reader.NextField())
            {
                if (reader.ValueTextEquals("weight"u8))
                    weight = reader.Number();
                else if (!reader.ValueTextEquals("preference"u8))
                    reader.Pass();
                else if (reader.EnterObject())
                    term = NodeTermReader.Read(ref reader);
            }
            if (weight != 0 && term is not null)
                wishes.Add(new PreferredNode(weight, term));
        }
        return [.. wishes];
    }
}
