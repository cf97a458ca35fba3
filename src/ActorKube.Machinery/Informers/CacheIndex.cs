using ActorKube.Api.Objects;

namespace ActorKube.Machinery.Informers;

/// <summary>A way to look objects up by something other than their key. Two definitions with the same name are the same index.</summary>
/// <param name="Name">Name, unique within a resource.</param>
/// <param name="Value">The value an object is found under; null leaves it out.</param>
public sealed record CacheIndex(string Name, Func<StoredObject, string?> Value)
{
    /// <summary>
    /// By label: not a list of objects under a value like other indexes, but what <see cref="CacheView.Matching"/> finds them by. <see cref="Namespace"/> has to be there, too, for selectors that
    /// require no value of any label.
    /// </summary>
    public static readonly CacheIndex Labels = new("labels", static _ => null);

    private Func<CachedObject, string?>? _ofView;

    /// <summary>By namespace.</summary>
    public static readonly CacheIndex Namespace = new("namespace", o => o.Key.Namespace);

    /// <summary>By the uid of the managing controller; objects without one by <see cref="Orphans"/> of their namespace, which is where adoption looks.</summary>
    public static readonly CacheIndex Controller = new("controller", o => o.Head.Controller?.Uid ?? Orphans(o.Key.Namespace));

    /// <summary>By <c>spec.nodeName</c>; pods without a node under the empty string.</summary>
    public static readonly CacheIndex Node = new("node", o => o.Field("spec.nodeName"));

    /// <summary>By what stands in a view. An object that a view cannot be made of is left out: the cache goes on, and whoever decides about the object will say so.</summary>
    public static CacheIndex Of<T>(string name, Func<T, string?> value) where T : class, IObjectView<T> =>
        new(name, o => value(T.Project(o)))
        {
            _ofView = o =>
            {
                try
                {
                    return value(o.As<T>());
                }
                catch (Exception)
                {
                    return null;
                }
            },
        };

    /// <summary>By the value of one label; objects without it are left out.</summary>
    public static CacheIndex Label(string key) => new($"label:{key}", o => o.Head.Labels[key]);

    /// <summary>The value of <see cref="Controller"/> for the objects of a namespace that no controller manages. No uid contains a slash.</summary>
    public static string Orphans(string ns) => $"orphans/{ns}";

    internal string? ValueOf(CachedObject item) => _ofView is null ? Value(item.Object) : _ofView(item);

    /// <inheritdoc/>
    public bool Equals(CacheIndex? other) => other is not null && other.Name == Name;

    /// <inheritdoc/>
    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);
}
