using System.Collections.Frozen;
using System.Collections.Immutable;
using ActorKube.Api.Names;
using ActorKube.Api.Schema.Image;

namespace ActorKube.Api.Schema;

/// <summary>
/// The schemas of all kinds that are known: the built-in ones, and those that custom resource definitions add. Lookups read an immutable
/// snapshot; publishing swaps it.
/// </summary>
public sealed class SchemaRegistry
{
    private static readonly Lazy<FrozenDictionary<GroupVersionKind, int>> BuiltIn =
        new(() => SchemaImage.BuiltIn.Kinds().ToFrozenDictionary(k => k.Kind, k => k.Definition));

    private ImmutableDictionary<GroupVersionKind, SchemaNode> _custom = ImmutableDictionary<GroupVersionKind, SchemaNode>.Empty;

    /// <summary>The kinds that are built in, lists and options included, in no order.</summary>
    public static IEnumerable<GroupVersionKind> BuiltInKinds => BuiltIn.Value.Keys;

    /// <summary>The custom kinds as of now.</summary>
    public IReadOnlyDictionary<GroupVersionKind, SchemaNode> Custom => Volatile.Read(ref _custom);

    /// <summary>
    /// The schema of a kind, or null. <c>DeleteOptions</c> is known in every group and version, as upstream registers it: clients send it under
    /// the group of what they delete.
    /// </summary>
    public SchemaNode? Find(GroupVersionKind kind)
    {
        if (kind.Kind == "DeleteOptions")
            kind = new GroupVersionKind("", "v1", kind.Kind);
        if (BuiltIn.Value.TryGetValue(kind, out var definition))
            return SchemaImage.BuiltIn.Root(definition);
        return Volatile.Read(ref _custom).GetValueOrDefault(kind);
    }

    /// <summary>A built-in definition by its name.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    internal static SchemaNode Definition(string name) => SchemaImage.BuiltIn.Find(name) ?? throw new ArgumentException($"There is no definition {name}.", nameof(name));

    /// <summary>Adds or replaces the schema of a custom kind.</summary>
    /// <exception cref="ArgumentException">The kind is built in.</exception>
    public void Publish(GroupVersionKind kind, SchemaNode schema)
    {
        if (BuiltIn.Value.ContainsKey(kind))
            throw new ArgumentException($"{kind} is built in.", nameof(kind));
        ImmutableInterlocked.AddOrUpdate(ref _custom, kind, schema, (_, _) => schema);
    }

    /// <summary>Removes the schema of a custom kind; nothing happens when there is none.</summary>
    public void Withdraw(GroupVersionKind kind) => ImmutableInterlocked.TryRemove(ref _custom, kind, out _);
}
