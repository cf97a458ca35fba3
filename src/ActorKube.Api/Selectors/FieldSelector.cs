using System.Collections.Immutable;
using ActorKube.Api.Errors;
using ActorKube.Api.Objects;

namespace ActorKube.Api.Selectors;

/// <summary>One condition of a field selector.</summary>
/// <param name="Field">Dotted path, for example <c>spec.nodeName</c>.</param>
/// <param name="Value">What the field is compared with; an absent field counts as empty.</param>
/// <param name="Negated">True for <c>!=</c>.</param>
public sealed record FieldRequirement(string Field, string Value, bool Negated)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Field}{(Negated ? "!=" : "=")}{FieldSelector.Escape(Value)}";
}

/// <summary>
/// A conjunction of conditions on fields. Which fields a kind can be selected by is the business of its strategy; this compares whatever
/// path it is given.
/// </summary>
public sealed class FieldSelector
{
    private FieldSelector(ImmutableArray<FieldRequirement> requirements) => Requirements = requirements;

    /// <summary>Matches every object.</summary>
    public static FieldSelector Everything { get; } = new([]);

    /// <summary>The conditions.</summary>
    public ImmutableArray<FieldRequirement> Requirements { get; }

    /// <summary>True when every object matches.</summary>
    public bool IsEverything => Requirements.IsEmpty;

    /// <summary>Reads the form of queries: <c>spec.nodeName=a,status.phase!=Failed</c>; in values <c>\</c>, <c>,</c> and <c>=</c> are escaped by <c>\</c>.</summary>
    /// <exception cref="ApiException">400 with upstream's description of the first error.</exception>
    public static FieldSelector Parse(string? text) => string.IsNullOrEmpty(text) ? Everything : From(FieldSelectorParser.Parse(text));

    /// <summary>All of the requirements together.</summary>
    public static FieldSelector From(IEnumerable<FieldRequirement> requirements)
    {
        ImmutableArray<FieldRequirement> all = [.. requirements];
        return all.IsEmpty ? Everything : new FieldSelector(all);
    }

    /// <summary>Escapes a value so that it can stand in a selector.</summary>
    public static string Escape(string value) =>
        value.AsSpan().IndexOfAny('\\', ',', '=') < 0 ? value : value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(",", "\\,", StringComparison.Ordinal).Replace("=", "\\=", StringComparison.Ordinal);

    /// <summary>True when the object satisfies every condition. Each field is read from the JSON once per object, whoever asks.</summary>
    public bool Matches(StoredObject obj)
    {
        foreach (var requirement in Requirements)
            if ((obj.Field(requirement.Field) == requirement.Value) == requirement.Negated)
                return false;
        return true;
    }

    /// <summary>The value that <paramref name="field"/> has in all matching objects, if the selector demands one: watchers can be indexed by it.</summary>
    public bool TryGetRequiredValue(string field, out string value)
    {
        foreach (var requirement in Requirements)
            if (!requirement.Negated && requirement.Field == field)
            {
                value = requirement.Value;
                return true;
            }
        value = "";
        return false;
    }

    /// <summary>The form of queries.</summary>
    public override string ToString() => string.Join(',', Requirements);
}
