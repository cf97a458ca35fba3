using ActorKube.Api.Errors;
using ActorKube.Api.Objects;

namespace ActorKube.Api.Selectors;

/// <summary>One condition of a node selector term as it is written: a label (<c>matchExpressions</c>) or a field (<c>matchFields</c>), an operator and values.</summary>
/// <param name="Key">Label key, or path of the field.</param>
/// <param name="Operator">The operator's name.</param>
/// <param name="Values">The values.</param>
public readonly record struct NodeCondition(string Key, string Operator, IReadOnlyList<string> Values);

/// <summary>Conditions on a node that have to hold together. An empty or malformed term matches no node, as upstream.</summary>
public sealed class NodeSelectorTerm
{
    private readonly LabelRequirement[] _labels;
    private readonly NameRequirement[] _names;

    private NodeSelectorTerm(LabelRequirement[] labels, NameRequirement[] names, bool malformed)
    {
        _labels = labels;
        _names = names;
        IsMalformed = malformed || (labels.Length == 0 && names.Length == 0);
    }

    /// <summary>Whether it is empty, or has a condition that is none, so that it matches nothing.</summary>
    public bool IsMalformed { get; }

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
                    names = [requirement.Name];
                else
                    names.IntersectWith([requirement.Name]);
            return names;
        }
    }

    /// <summary>A term from its conditions.</summary>
    /// <param name="expressions"><c>matchExpressions</c>.</param>
    /// <param name="fields"><c>matchFields</c>; <c>metadata.name</c> is the only field there is.</param>
    public static NodeSelectorTerm Of(IEnumerable<NodeCondition> expressions, IEnumerable<NodeCondition> fields)
    {
        var labels = new List<LabelRequirement>(1);
        var names = new List<NameRequirement>(0);
        var malformed = false;
        foreach (var condition in expressions)
            malformed |= !AddLabel(condition, labels);
        foreach (var condition in fields)
            malformed |= !AddName(condition, names);
        return new NodeSelectorTerm([.. labels], [.. names], malformed);
    }

    /// <summary>True when all conditions hold for a node.</summary>
    /// <param name="name">The node's name.</param>
    /// <param name="labels">The node's labels.</param>
    public bool Matches(string name, Labels labels)
    {
        if (IsMalformed)
            return false;
        foreach (var requirement in _labels)
            if (!requirement.Matches(labels))
                return false;
        foreach (var requirement in _names)
            if ((requirement.Name == name) != requirement.In)
                return false;
        return true;
    }

    private static bool AddLabel(NodeCondition condition, List<LabelRequirement> labels)
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

    private static bool AddName(NodeCondition condition, List<NameRequirement> names)
    {
        if (condition is not { Key: "metadata.name", Operator: "In" or "NotIn", Values.Count: 1 })
            return false;
        names.Add(new NameRequirement(condition.Operator == "In", condition.Values[0]));
        return true;
    }

    private readonly record struct NameRequirement(bool In, string Name);
}
