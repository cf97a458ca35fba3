using ActorKube.Api.Objects;

namespace ActorKube.Protocol.Store;

/// <summary>
/// One change as a watcher sees it. Instances are shared by all watchers that see the change alike.
/// </summary>
public sealed class ResourceChange(ChangeType type, StoredObject item, long revision)
{
    /// <summary>How the change looks to this watcher: a selector turns a modification into an addition or a deletion.</summary>
    public ChangeType Type { get; } = type;

    /// <summary>The object after the change; for deletions its last state. Its resource version is <see cref="Revision"/>.</summary>
    public StoredObject Object { get; } = item;

    /// <summary>Revision of the change.</summary>
    public long Revision { get; } = revision;
}

/// <summary>Types of watch events that carry an object's state.</summary>
public enum ChangeType
{
    /// <summary>The object came into being, or into view.</summary>
    Added,
    /// <summary>The object changed.</summary>
    Modified,
    /// <summary>The object is gone, or out of view.</summary>
    Deleted,
}
