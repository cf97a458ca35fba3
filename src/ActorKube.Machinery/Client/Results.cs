using ActorKube.Api.Objects;

namespace ActorKube.Machinery.Client;

/// <summary>Objects read at one revision.</summary>
/// <param name="Items">The objects in key order.</param>
/// <param name="ResourceVersion">Revision of the list; watches start from it.</param>
/// <param name="Continue">Token for the next page; null at the end.</param>
public sealed record ObjectList(IReadOnlyList<StoredObject> Items, string ResourceVersion, string? Continue);

/// <summary>One event of a watch.</summary>
/// <param name="Type">What happened.</param>
/// <param name="Object">The object; for deletions its last state; null for bookmarks.</param>
/// <param name="ResourceVersion">Revision of the event: where a new watch would resume.</param>
public sealed record WatchEvent(WatchEventType Type, StoredObject? Object, string ResourceVersion)
{
    /// <summary>True for the bookmark that follows the last of the initial objects (<see cref="WatchOptions.SendInitialEvents"/>).</summary>
    public bool EndsInitialEvents { get; init; }
}

/// <summary>Types of watch events.</summary>
public enum WatchEventType
{
    /// <summary>The object came into being, or into view.</summary>
    Added,
    /// <summary>The object changed.</summary>
    Modified,
    /// <summary>The object is gone, or out of view.</summary>
    Deleted,
    /// <summary>Nothing happened up to this revision.</summary>
    Bookmark,
}
