using System.Collections.Immutable;
using ActorKube.Api.Names;

namespace ActorKube.Api.Schema;

/// <summary>The properties of an object schema, with the name and kinds of the definition when it is one. Loaded on first use.</summary>
public sealed class SchemaObject
{
    private readonly Func<ImmutableArray<SchemaProperty>> _load;
    private PropertyTable? _table;

    /// <summary>An object schema whose properties are known.</summary>
    /// <param name="name">Name of the definition, or null.</param>
    /// <param name="properties">The properties, each name once.</param>
    public SchemaObject(string? name, ImmutableArray<SchemaProperty> properties)
        : this(name, [], () => properties)
    {
    }

    internal SchemaObject(string? name, ImmutableArray<GroupVersionKind> kinds, Func<ImmutableArray<SchemaProperty>> load)
    {
        Name = name;
        Kinds = kinds;
        _load = load;
    }

    /// <summary>Name of the definition, for example <c>io.k8s.api.core.v1.Pod</c>; null for an unnamed schema.</summary>
    public string? Name { get; }

    /// <summary>The kinds it is the root of (<c>x-kubernetes-group-version-kind</c>).</summary>
    public ImmutableArray<GroupVersionKind> Kinds { get; }

    /// <summary>The properties in order.</summary>
    public ImmutableArray<SchemaProperty> Properties => Table.Properties;

    /// <summary>The property called <paramref name="name"/>, or null.</summary>
    public SchemaProperty? Find(string name) => Table.Find(name);

    /// <summary>The properties that have a default.</summary>
    internal ImmutableArray<SchemaProperty> Defaulted => Table.Defaulted;

    /// <summary>The properties that may not be missing.</summary>
    internal ImmutableArray<SchemaProperty> Enforced => Table.Enforced;

    /// <summary>Number of the description in its image; -1 when there is none.</summary>
    internal int Description { get; init; } = -1;

    /// <summary>True when the definition itself, and not only one use of it, is atomic.</summary>
    internal bool Atomic { get; init; }

    // Two threads may both load it; both tables are equal, and one of them stays.
    private PropertyTable Table => Volatile.Read(ref _table) ?? Load();

    private PropertyTable Load()
    {
        var table = new PropertyTable(_load());
        return Interlocked.CompareExchange(ref _table, table, null) ?? table;
    }
}
