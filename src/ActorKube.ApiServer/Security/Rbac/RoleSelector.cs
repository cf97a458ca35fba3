using System.Collections.Immutable;
using System.Text.Json;
using ActorKube.Api.Objects;

namespace ActorKube.ApiServer.Security.Rbac;

/// <summary>A label selector of an aggregation rule.</summary>
internal sealed record RoleSelector(ImmutableArray<RoleSelector.Requirement> Requirements)
{
    // What cannot be read must not widen a role, as a requirement left out would.
    private static readonly Requirement Never = new("", "", []);

    /// <summary>True when the labels fulfil every requirement; a selector without requirements selects everything.</summary>
    public bool Matches(Labels labels) => Requirements.All(r => r.Matches(labels));

    public static ImmutableArray<RoleSelector> ReadAll(JsonElement aggregationRule) =>
        aggregationRule.TryGetProperty("clusterRoleSelectors", out var list) && list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray().Select(Read)] : [];

    private static RoleSelector Read(JsonElement json)
    {
        var requirements = ImmutableArray.CreateBuilder<Requirement>();
        if (json.ValueKind != JsonValueKind.Object)
            return new RoleSelector([Never]);
        if (json.TryGetProperty("matchLabels", out var labels) && labels.ValueKind == JsonValueKind.Object)
            foreach (var label in labels.EnumerateObject())
                requirements.Add(label.Value.ValueKind == JsonValueKind.String ? new Requirement(label.Name, "In", [label.Value.GetString()!]) : Never);
        else if (labels.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null))
            requirements.Add(Never);
        if (json.TryGetProperty("matchExpressions", out var expressions) && expressions.ValueKind == JsonValueKind.Array)
            foreach (var expression in expressions.EnumerateArray())
                requirements.Add(new Requirement(RbacReader.Text(expression, "key"), RbacReader.Text(expression, "operator"), RbacReader.Strings(expression, "values")));
        else if (expressions.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null))
            requirements.Add(Never);
        return new RoleSelector(requirements.ToImmutable());
    }

    public bool Equals(RoleSelector? other) => other is not null && Requirements.SequenceEqual(other.Requirements);

    public override int GetHashCode() => Requirements.Length > 0 ? Requirements[0].GetHashCode() : 0;

    internal sealed record Requirement(string Key, string Operator, ImmutableArray<string> Values)
    {
        /// <summary>An unknown operator selects nothing: a mistake must not widen a role.</summary>
        public bool Matches(Labels labels) => Operator switch
        {
            "In" => labels[Key] is { } value && Values.Contains(value),
            "NotIn" => labels[Key] is not { } value || !Values.Contains(value),
            "Exists" => labels[Key] is not null,
            "DoesNotExist" => labels[Key] is null,
            _ => false,
        };

        public bool Equals(Requirement? other) => other is not null && Key == other.Key && Operator == other.Operator && Values.SequenceEqual(other.Values);

        public override int GetHashCode() => HashCode.Combine(Key, Operator, Values.Length);
    }
}
