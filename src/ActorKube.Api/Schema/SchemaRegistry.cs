using ActorKube.Api.Names;
using ActorKube.Api.Schema.Image;

namespace ActorKube.Api.Schema;

/// <summary>
/// The schemas of all kinds that are known: the built-in ones, and those that custom resource definitions add. Lookups read an immutable
/// snapshot; publishing swaps it.
/// </summary>
public sealed class SchemaRegistry
{
    private readonly Lock _publishing = new();
    private Dictionary<GroupVersionKind, SchemaNode> _custom = [];

    /// <summary>The kinds that are built in, lists and options included, in no order.</summary>
    public static IEnumerable<GroupVersionKind> BuiltInKinds => SchemaImage.BuiltIn.Kinds();

    /// <summary>
    /// The schema of a kind, or null. <c>DeleteOptions</c> is known in every group and version, as upstream registers it: clients send it under
    /// the group of what they delete.
    /// </summary>
    public SchemaNode? Find(GroupVersionKind kind)
    {
        if (kind.Kind == "DeleteOptions")
            kind = new GroupVersionKind("", "v1", kind.Kind);
        return SchemaImage.BuiltIn.Find(kind) ?? Volatile.Read(ref _custom).GetValueOrDefault(kind);
    }

    /// <summary>A built-in definition by its name.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    internal static SchemaNode Definition(string name) => SchemaImage.BuiltIn.Find(name) ?? throw new ArgumentException($"There is no definition {name}.", nameof(name));

    /// <summary>Adds or replaces the schema of a custom kind.</summary>
    /// <exception cref="ArgumentException">The kind is built in.</exception>
    public void Publish(GroupVersionKind kind, SchemaNode schema)
    {
        if (SchemaImage.BuiltIn.Find(kind) is not null)
            throw new ArgumentException($"{kind} is built in.", nameof(kind));
        Swap(copy => copy[kind] = schema);
    }

    /// <summary>Removes the schema of a custom kind; nothing happens when there is none.</summary>
    public void Withdraw(GroupVersionKind kind) => Swap(copy => copy.Remove(kind));

    private void Swap(Action<Dictionary<GroupVersionKind, SchemaNode>> change)
    {
        lock (_publishing)
        {
            var copy = new Dictionary<GroupVersionKind, SchemaNode>(_custom);
            change(copy);
            Volatile.Write(ref _custom, copy);
        }
    }
}
