using ActorKube.Api.Objects;
using ActorKube.Protocol.Store;
using ActorKube.Store.Objects;

namespace ActorKube.Store.Watching;

/// <summary>
/// One durable change with the state before and after it. What watchers see of it is made on first demand and shared by all who see it alike.
/// </summary>
internal sealed class HistoryEvent(long revision, StoredObject? previous, StoredObject? current, DateTimeOffset at)
{
    private ResourceChange? _stored;
    private ResourceChange? _appeared;
    private ResourceChange? _gone;

    public long Revision { get; } = revision;

    /// <summary>Null when the key was free before.</summary>
    public StoredObject? Previous { get; } = previous;

    /// <summary>Null when the object was removed.</summary>
    public StoredObject? Current { get; } = current;

    public DateTimeOffset At { get; } = at;

    /// <summary>Bytes that only this event keeps in memory, roughly: the state that was replaced.</summary>
    public int Size => 200 + (Previous?.Json.Length ?? 0);

    /// <summary>The last state under the revision of this event; for events after which the object is gone or out of a watcher's view.</summary>
    public StoredObject LastState => Gone.Object;

    private ResourceChange Gone => _gone ?? Share(ref _gone, new ResourceChange(ChangeType.Deleted, Revisions.At(Previous!, Revision), Revision));

    /// <summary>
    /// How the change looks through a filter; null when it cannot be seen. An object that starts to match appears as ADDED, one that stops to match
    /// as DELETED with its previous state under the new revision (upstream: the watch cache's event conversion).
    /// </summary>
    public ResourceChange? Through(ObjectFilter filter)
    {
        if (filter.IsAll)
            return Current is null ? Gone : Stored();
        var before = Previous is not null && filter.Matches(Previous);
        var after = Current is not null && filter.Matches(Current);
        return (before, after) switch
        {
            (false, false) => null,
            (true, false) => Gone,
            (true, true) => Stored(),
            (false, true) => Previous is null ? Stored() : _appeared ?? Share(ref _appeared, new ResourceChange(ChangeType.Added, Current!, Revision)),
        };
    }

    private ResourceChange Stored() =>
        _stored ?? Share(ref _stored, new ResourceChange(Previous is null ? ChangeType.Added : ChangeType.Modified, Current!, Revision));

    private static ResourceChange Share(ref ResourceChange? slot, ResourceChange fresh) => Interlocked.CompareExchange(ref slot, fresh, null) ?? fresh;
}
