using System.Collections.Immutable;
using ActorKube.Api.Errors;
using ActorKube.Api.Objects;

namespace ActorKube.Api.Selectors;

/// <summary>A conjunction of conditions on labels. Immutable; matching allocates nothing.</summary>
public sealed class LabelSelector
{
    private readonly bool _nothing;

    private LabelSelector(ImmutableArray<LabelRequirement> requirements, bool nothing)
    {
        Requirements = requirements;
        _nothing = nothing;
    }

    /// <summary>Matches every object: no selector was given.</summary>
    public static LabelSelector Everything { get; } = new([], nothing: false);

    /// <summary>Matches no object: what an absent <c>LabelSelector</c> field means.</summary>
    public static LabelSelector Nothing { get; } = new([], nothing: true);

    /// <summary>The conditions, sorted by key.</summary>
    public ImmutableArray<LabelRequirement> Requirements { get; }

    /// <summary>True when every object matches.</summary>
    public bool IsEverything => !_nothing && Requirements.IsEmpty;

    /// <summary>Reads the form of queries: <c>a=b,c in (d,e),!f</c>. Empty text matches everything.</summary>
    /// <exception cref="ApiException">400 with upstream's description of the first error.</exception>
    public static LabelSelector Parse(string? text) => string.IsNullOrEmpty(text) ? Everything : new LabelSelectorParser(text).Parse();

    /// <summary>All of the requirements together.</summary>
    public static LabelSelector From(IEnumerable<LabelRequirement> requirements)
    {
        // Upstream sorts, too, so that equal selectors print equally.
        ImmutableArray<LabelRequirement> sorted = [.. requirements.OrderBy(r => r.Key, StringComparer.Ordinal)];
        return sorted.IsEmpty ? Everything : new LabelSelector(sorted, nothing: false);
    }

    /// <summary>True when the labels satisfy every condition.</summary>
    public bool Matches(Labels labels)
    {
        if (_nothing)
            return false;
        foreach (var requirement in Requirements)
            if (!requirement.Matches(labels))
                return false;
        return true;
    }

    /// <summary>The form of queries.</summary>
    public override string ToString() => string.Join(',', Requirements);
}
