using ActorKube.Api.Selectors;

namespace ActorKube.Api.Objects;

/// <summary>Which objects of a resource a list or watch is about.</summary>
public sealed record ObjectFilter
{
    /// <summary>Every object.</summary>
    public static readonly ObjectFilter All = new();

    /// <summary>Only this namespace; null for all.</summary>
    public string? Namespace { get; init; }

    /// <summary>Only this name; null for all.</summary>
    public string? Name { get; init; }

    /// <summary>A condition that every match fulfils and that a hub may index its watchers by, for example <c>spec.nodeName=n1</c>; null when there is none.</summary>
    public FieldEquality? Indexed { get; init; }

    /// <summary>A label selector that a store may find objects by; <see cref="Predicate"/> asks for it, too. Null when there is none.</summary>
    public LabelSelector? Labels { get; init; }

    /// <summary>What label and field selectors ask for beyond the above (it may repeat <see cref="Indexed"/>); null for nothing.</summary>
    public Func<StoredObject, bool>? Predicate { get; init; }

    /// <summary>True when no object is left out.</summary>
    public bool IsAll => Namespace is null && Name is null && Indexed is null && Predicate is null;

    /// <summary>True when <paramref name="item"/> is among the objects meant.</summary>
    public bool Matches(StoredObject item) =>
        (Namespace is null || item.Key.Namespace == Namespace)
        && (Name is null || item.Key.Name == Name)
        && (Indexed is not { } equality || item.Field(equality.Path) == equality.Value)
        && (Predicate is null || Predicate(item));
}

/// <summary>A field that has to have a value, as a field selector says it.</summary>
/// <param name="Path">Dotted path, for example <c>spec.nodeName</c>.</param>
/// <param name="Value">The value; empty matches an absent field.</param>
public sealed record FieldEquality(string Path, string Value);
