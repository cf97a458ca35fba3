using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Protocol.Store;

namespace ActorKube.Store.Resources;

/// <summary>One entry of a resource's journal; its sequence number there is its revision.</summary>
/// <param name="At">When it was decided.</param>
internal abstract record ResourceEvent(DateTimeOffset At);

/// <summary>The first entry of every resource: it makes the first revision 1, because clients read "0" as "any".</summary>
internal sealed record ResourceCreated(DateTimeOffset At) : ResourceEvent(At);

/// <summary>A restored backup continues at this entry's number, above every revision that a client can have seen before.</summary>
internal sealed record RevisionsRaised(DateTimeOffset At) : ResourceEvent(At);

/// <summary>An object came into being or changed.</summary>
/// <param name="At">When it was decided.</param>
/// <param name="Item">The whole object at the revision of this event.</param>
/// <param name="Added">True when the key was free before.</param>
/// <param name="ExpiresAt">When the object is to be removed by itself.</param>
/// <param name="Fence">The fence the writer held.</param>
internal sealed record ObjectStored(DateTimeOffset At, StoredObject Item, bool Added, DateTimeOffset? ExpiresAt, Fence? Fence) : ResourceEvent(At);

/// <summary>An object was taken out. Its last state is in the journal before this event or in the snapshot.</summary>
/// <param name="At">When it was decided.</param>
/// <param name="Key">The object.</param>
/// <param name="Uid">Its incarnation.</param>
/// <param name="Fence">The fence the writer held.</param>
internal sealed record ObjectRemoved(DateTimeOffset At, ObjectKey Key, string Uid, Fence? Fence) : ResourceEvent(At);
