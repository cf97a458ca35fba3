using ActorKube.Api.Objects;
using ActorKube.Api.Selectors;

namespace ActorKube.Machinery.Informers;

/// <summary>Objects by what they select: finds those whose selector may match given labels without asking all of a namespace.</summary>
public static class SelectorIndex
{
    /// <summary>The index of a resource whose objects select by labels within their namespace.</summary>
    /// <param name="selector">Reads the selector and the namespace off a view; null for objects that select nothing.</param>
    public static CacheIndex Of<T>(Func<T, (string Namespace, LabelSelector Selector)?> selector) where T : class, IObjectView<T> =>
        CacheIndex.Of<T>("selector", view => selector(view) is var (ns, wanted) ? Value(ns, wanted) : null);

    /// <summary>The objects whose selector may match; it has to be asked still.</summary>
    public static IEnumerable<CachedObject> Candidates(this CacheView view, CacheIndex index, string ns, Labels labels) => Values(ns, labels).SelectMany(v => view.By(index, v));

    /// <summary>The value under which a selector is found: one label that has to be there says enough; what requires none may match anything.</summary>
    public static string Value(string ns, LabelSelector selector)
    {
        foreach (var requirement in selector.Requirements)
            if (requirement.OnlyValue is { } value)
                return Value(ns, requirement.Key, value);
        return Value(ns, null, null);
    }

    /// <summary>The values under which selectors are that may match some labels.</summary>
    public static IEnumerable<string> Values(string ns, Labels labels)
    {
        yield return Value(ns, null, null);
        foreach (var (name, value) in labels)
            yield return Value(ns, name, value);
    }

    private static string Value(string ns, string? label, string? value) => $"{ns}/{label}={value}";
}
