using System.Text.Json;
using ActorKube.Api.Errors;
using ActorKube.Api.Selectors;

namespace ActorKube.Scheduler.Indices;

/// <summary>A condition on the name of a node (<c>matchFields</c> knows no other field).</summary>
/// <param name="In">True for <c>In</c>, false for <c>NotIn</c>.</param>
/// <param name="Names">The names.</param>
internal sealed record NodeNameRequirement(bool In, IReadOnlyList<string> Names);

/// <summary>Conditions on a node that have to hold together. An empty or malformed term matches no node, as upstream.</summary>
internal sealed class NodeSelectorTerm
{
    private readonly LabelRequirement[] _labels;
    private readonly NodeNameRequirement[] _names;
    private readonly bool _malformed;

    private NodeSelectorTerm(LabelRequirement[] labels, NodeNameRequirement[] names, bool malformed)
    {
        _labels = labels;
        _names = names;
        _malformed = malformed;
    }

    /// <summary>The only nodes that can match because they are named; null when names do not restrict.</summary>
    public IReadOnlyCollection<string>? NodeNames
    {
        get
        {
            HashSet<string>? names = null;
            foreach (var requirement in _names)
                if (!requirement.In)
                    continue;
                else if (names is null)
                    names = [.. requirement.Names];
                else
                    names.IntersectWith(requirement.Names);
            return names;
        }
    }

    /// <summary>True when all conditions hold for a node.</summary>
    public bool Matches(NodeSpec node)
    {
        if (_malformed || (_labels.Length == 0 && _names.Length == 0))
            return false;
        foreach (var requirement in _labels)
            if (!requirement.Matches(node.Labels))
                return false;
        foreach (var requirement in _names)
            if (requirement.Names.Contains(node.Name) != requirement.In)
                return false;
        return true;
    }

    /// <summary>Reads the fields of a term; the reader is inside the object.</summary>
    public static NodeSelectorTerm Read(ref Utf8JsonReader reader)
    {
        var labels = new List<LabelRequirement>(1);
        var names = new List<NodeNameRequirement>(0);
        var malformed = false;
        while (reader.NextField())
        {
            if (reader.ValueTextEquals("matchExpressions"u8))
            {
                if (!reader.EnterArray())
                    continue;
                while (reader.NextObject())
                    malformed |= !AddLabel(Condition(ref reader), labels);
            }
            else if (reader.ValueTextEquals("matchFields"u8))
            {
                if (!reader.EnterArray())
                    continue;
                while (reader.NextObject())
                    malformed |= !AddName(Condition(ref reader), names);
            }
            else
            {
                reader.Pass();
            }
        }
        return new NodeSelectorTerm([.. labels], [.. names], malformed);
    }

    private static (string Key, string Operator, List<string> Values) Condition(ref Utf8JsonReader reader)
    {
        string key = "", op = "";
        List<string> values = [];
        while (reader.NextField())
        {
            if (reader.ValueTextEquals("key"u8)) key = reader.Text();
            else if (reader.ValueTextEquals("operator"u8)) op = reader.Text();
            else if (reader.ValueTextEquals("values"u8)) values = reader.Texts();
            else reader.Pass();
        }
        return (key, op, values);
    }

    private static bool AddLabel((string Key, string Operator, List<string> Values) condition, List<LabelRequirement> labels)
    {
        LabelOperator? op = condition.Operator switch
        {
            "In" => LabelOperator.In,
            "NotIn" => LabelOperator.NotIn,
            "Exists" => LabelOperator.Exists,
            "DoesNotExist" => LabelOperator.DoesNotExist,
            "Gt" => LabelOperator.GreaterThan,
            "Lt" => LabelOperator.LessThan,
            _ => null,
        };
        if (op is not { } known)
            return false;
        try
        {
            labels.Add(LabelRequirement.Create(condition.Key, known, condition.Values));
            return true;
        }
        catch (ApiException)
        {
            return false;
        }
    }

    private static bool AddName((string Key, string Operator, List<string> Values) condition, List<NodeNameRequirement> names)
    {
        if (condition is not { Key: "metadata.name", Operator: "In" or "NotIn", Values.Count: 1 })
            return false;
        names.Add(new NodeNameRequirement(condition.Operator == "In", condition.Values));
        return true;
    }
}
