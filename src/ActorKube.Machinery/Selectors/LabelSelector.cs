using System.Text.Json.Nodes;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Objects;

namespace ActorKube.Machinery.Selectors;

/// <summary>The structured label selector of API objects (<c>matchLabels</c>, <c>matchExpressions</c>).</summary>
public sealed class LabelSelector
{
    private readonly (string Key, string Operator, string[] Values)[] _requirements;

    private LabelSelector((string, string, string[])[] requirements) => _requirements = requirements;

    /// <summary>True when there is no requirement. An empty selector matches every object.</summary>
    public bool IsEmpty => _requirements.Length == 0;

    /// <summary>Reads a selector; null selects nothing.</summary>
    public static LabelSelector? Read(JsonNode? selector)
    {
        if (selector is not JsonObject)
            return null;
        var labels = selector.Strings("matchLabels").Select(l => (l.Key, "In", new[] { l.Value }));
        var expressions = selector.Items("matchExpressions").Select(e => (e.Text("key"), e.Text("operator"), e.Items("values").Select(v => v.Text()).ToArray()));
        return new LabelSelector([.. labels, .. expressions]);
    }

    /// <summary>True when the labels meet every requirement.</summary>
    /// <exception cref="FormatException">An operator is unknown; the API server stores no such selector.</exception>
    public bool Matches(Labels labels)
    {
        foreach (var (key, op, values) in _requirements)
        {
            var value = labels[key];
            var met = op switch
            {
                "In" => value is not null && values.Contains(value),
                "NotIn" => value is null || !values.Contains(value),
                "Exists" => value is not null,
                "DoesNotExist" => value is null,
                _ => throw new FormatException($"'{op}' is not an operator of label selectors."),
            };
            if (!met)
                return false;
        }
        return true;
    }
}
