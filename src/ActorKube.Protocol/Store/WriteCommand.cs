using ActorKube.Api.Names;
using ActorKube.Api.Objects;

namespace ActorKube.Protocol.Store;

/// <summary>A write to one object, decided by the request pipeline and checked by the resource actor against its newest state.</summary>
/// <param name="Key">The object.</param>
public abstract record WriteCommand(ObjectKey Key)
{
    /// <summary>Refuse the write when a newer holder of the fence has written; null for none.</summary>
    public Fence? Fence { get; init; }

    /// <summary>Refuse the write unless this tenure holds; null for none.</summary>
    public Tenure? Tenure { get; init; }
}

/// <summary>Adds an object; refused when the key is taken.</summary>
/// <param name="Key">The object.</param>
/// <param name="Content">The object without its revision.</param>
/// <param name="ExpiresAt">When the object is to be deleted by itself; null for never.</param>
public sealed record CreateObject(ObjectKey Key, EncodedTemplate Content, DateTimeOffset? ExpiresAt = null) : WriteCommand(Key);

/// <summary>Replaces an object; refused unless its current revision is the one the new content was made from.</summary>
/// <param name="Key">The object.</param>
/// <param name="ExpectedRevision">Revision the object must have.</param>
/// <param name="Content">The object without its revision; its uid equals the current one's.</param>
/// <param name="ExpiresAt">When the object is to be deleted by itself; null for never.</param>
public sealed record ReplaceObject(ObjectKey Key, long ExpectedRevision, EncodedTemplate Content, DateTimeOffset? ExpiresAt = null) : WriteCommand(Key);

/// <summary>Takes an object out for good. Watchers see its last state at the revision of the removal.</summary>
/// <param name="Key">The object.</param>
/// <param name="ExpectedRevision">Revision the object must have; null when any will do.</param>
/// <param name="ExpectedUid">Uid the object must have; null when any will do.</param>
public sealed record RemoveObject(ObjectKey Key, long? ExpectedRevision, string? ExpectedUid) : WriteCommand(Key);

/// <summary>Gives a tenure the resource. Writes nothing; answered as committed when all that was decided before it is durable, with the revision that shows it.</summary>
/// <param name="Begun">The tenure.</param>
/// <param name="Renews">Refuse when another holds the role: for one who has held it, and finds that the resource has begun anew and forgotten. Else whoever held it is superseded.</param>
public sealed record BeginTenure(Tenure Begun, bool Renews) : WriteCommand(new ObjectKey("", ""));

/// <summary>
/// The time in which one incarnation of a role, such as a controller, may write to a resource. It ends when the next one begins its own, or when the resource's actor ends: who holds a role is kept in
/// memory, and a write whose tenure is not known is refused. So nothing of an incarnation that has ended can happen any more once its successor has begun (ADR 0179).
/// </summary>
/// <param name="Role">Name of the role, for example <c>root/replicaset-controller</c>.</param>
/// <param name="Holder">The incarnation; no two have the same.</param>
public sealed record Tenure(string Role, string Holder);

/// <summary>
/// A lease on the right to write: the resource remembers, durably, the highest epoch it has seen under a name and refuses lower ones. It is what keeps a
/// scheduler that lost its singleton role from binding pods.
/// </summary>
/// <param name="Name">Name of the role, for example <c>scheduler/default-scheduler</c>.</param>
/// <param name="Epoch">Number of the incarnation; a later one is higher.</param>
public sealed record Fence(string Name, long Epoch);
