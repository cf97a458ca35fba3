using ActorKube.Api.Names;
using ActorKube.Protocol.Store;
using ActorKube.Store.Writing;

namespace ActorKube.Store.Actors;

/// <summary>A message for the actor of one resource, through its shard region.</summary>
internal interface IResourceMessage
{
    /// <summary>Id of the resource: entity id and persistence id.</summary>
    string ResourceId { get; }
}

/// <summary>A message that crosses processes; it has a manifest and a round trip in the tests.</summary>
internal interface IStoreMessage;

/// <summary>Makes the resource's actor come up and recover; it answers <see cref="ResourceHosted"/> to other processes.</summary>
internal sealed record ActivateResource(string ResourceId) : IResourceMessage, IStoreMessage;

/// <summary>The resource lives in the process that sent this.</summary>
internal sealed record ResourceHosted(string ResourceId) : IStoreMessage;

/// <summary>A replica asks for everything after a revision; 0 for all there is. The feed that answers is the sender of what follows.</summary>
internal sealed record SubscribeReplica(string ResourceId, long After) : IResourceMessage, IStoreMessage;

/// <summary>The owner lives in the replica's own process: the replica is superfluous.</summary>
internal sealed record OwnerIsLocal(string ResourceId) : IStoreMessage;

/// <summary>Part of a full copy at one revision; the parts come in order.</summary>
/// <param name="Revision">Revision of the copy.</param>
/// <param name="Index">Number of the part, from 0.</param>
/// <param name="Last">True for the last part.</param>
/// <param name="Objects">Encoded objects in key order.</param>
internal sealed record ReplicaCopy(long Revision, int Index, bool Last, IReadOnlyList<ReadOnlyMemory<byte>> Objects) : IStoreMessage;

/// <summary>The changes between two revisions of the stream.</summary>
/// <param name="Previous">Revision up to which the stream had been sent before.</param>
/// <param name="Revision">Revision up to which it has been sent now.</param>
/// <param name="Changes">The changes in order.</param>
internal sealed record ReplicaEvents(long Previous, long Revision, IReadOnlyList<ReplicaChange> Changes) : IStoreMessage;

/// <summary>One change.</summary>
/// <param name="Revision">Its revision.</param>
/// <param name="At">When it was decided.</param>
/// <param name="Removed">The object that was removed; null for a stored one.</param>
/// <param name="Json">The stored object; empty for a removal.</param>
internal readonly record struct ReplicaChange(long Revision, DateTimeOffset At, ObjectKey? Removed, ReadOnlyMemory<byte> Json);

/// <summary>How far the stream has been sent: shows the loss of its last message.</summary>
internal sealed record ReplicaHead(long Revision) : IStoreMessage;

/// <summary>How many parts of the stream the replica has received from this feed; the feed may send more.</summary>
internal sealed record ReplicaAck(long Received) : IStoreMessage;

/// <summary>Asks the owner for the revision that a read beginning now has to see.</summary>
internal sealed record AskRevision(string ResourceId, long Question) : IResourceMessage, IStoreMessage;

/// <summary>Answer to <see cref="AskRevision"/>, given once the owner has made sure that it still owns the resource.</summary>
internal sealed record RevisionIs(long Question, long Revision) : IStoreMessage;

/// <summary>Writes from another process.</summary>
internal sealed record ForwardWrites(string ResourceId, long Batch, IReadOnlyList<WriteCommand> Commands) : IResourceMessage, IStoreMessage;

/// <summary>Results of <see cref="ForwardWrites"/>, in order.</summary>
internal sealed record ForwardedResults(long Batch, IReadOnlyList<ForwardedResult> Results) : IStoreMessage;

/// <summary>The result of one forwarded write.</summary>
/// <param name="Fate">Whether the outcome is known.</param>
/// <param name="Outcome">The outcome, when it is known.</param>
/// <param name="Revision">As in <see cref="WriteResult"/>.</param>
/// <param name="Json">The object, except for committed creates and replaces, whose sender has it.</param>
internal readonly record struct ForwardedResult(WriteFate Fate, WriteOutcome Outcome, long Revision, ReadOnlyMemory<byte> Json);
