using ActorKube.Api.Objects;

namespace ActorKube.Machinery.Informers;

/// <summary>A way to look objects up by something other than their key. Two definitions with the same name are the same index.</summary>
/// <param name="Name">Name, unique within a resource.</param>
/// <param name="Value">The value an object is found under; null leaves it out.</param>
public sealed record CacheIndex(string Name, Func<StoredObject, string?> Value)
{
    /// <summary>By namespace.</summary>
    public static readonly CacheIndex Namespace = new("namespace", o => o.Key.Namespace);

    /// <summary>By the uid of the managing controller; objects without one by <see cref="Orphans"/> of their namespace, which is where adoption looks.</summary>
    public static readonly CacheIndex Controller = new("controller", o => o.Head.Controller?.Uid ?? Orphans(o.Key.Namespace));

    /// <summary>By <c>spec.nodeName</c>; pods without a node under the empty string.</summary>
    public static readonly CacheIndex Node = new("node", o => o.Field("spec.nodeName"));

    /// <summary>By the value of one label; objects without it are left out.</summary>
    public static CacheIndex Label(string key) => new($"label:{key}", o => o.Head.Labels[key]);

    /// <summary>The value of <see cref="Controller"/> for the objects of a namespace that no controller manages. No uid contains a slash.</summary>
    public static string Orphans(string ns) => $"orphans/{ns}";

    /// <inheritdoc/>
    public bool Equals(CacheIndex? other) => other is not null && other.Name == Name;

    /// <inheritdoc/>
    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);
}
