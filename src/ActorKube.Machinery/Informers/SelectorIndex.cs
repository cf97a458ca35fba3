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
    public static IEnumerable<CachedObject> Candidates(this CacheView view, CacheIndex index, string ns, Labels labels)
    {
        foreach (var item in view.By(index, Value(ns, null, null)))
            yield return item;
        foreach (var (name, value) in labels)
            foreach (var item in view.By(index, Value(ns, name, value)))
                yield return item;
    }

    // One label that has to be there says enough; what requires none may match anything.
    private static string Value(string ns, LabelSelector selector)
    {
        foreach (var requirement in selector.Requirements)
            if (requirement.OnlyValue is { } value)
                return Value(ns, requirement.Key, value);
        return Value(ns, null, null);
    }

    private static string Value(string ns, string? label, string? value) => $"{ns}/{label}={value}";
}
