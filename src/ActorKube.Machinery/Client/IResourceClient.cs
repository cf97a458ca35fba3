using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;

namespace ActorKube.Machinery.Client;

/// <summary>
/// The one way in: every component reads and writes Kubernetes objects through this seam, whether its caller sits in the API server's process, behind an actor
/// endpoint or behind HTTPS. Requests go through the whole request pipeline as the user the client was made for. All members throw
/// <see cref="ApiException"/> with the same statuses that <c>kubectl</c> would see.
/// </summary>
public interface IResourceClient
{
    /// <summary>Reads one object.</summary>
    ValueTask<StoredObject> GetAsync(ObjectAddress address, ReadOptions? options = null, CancellationToken cancel = default);

    /// <summary>Reads many objects at one revision.</summary>
    ValueTask<ObjectList> ListAsync(GroupVersionResource resource, string? ns, ListOptions? options = null, CancellationToken cancel = default);

    /// <summary>Follows changes from a revision. The stream ends when the server ends it; resume from the last revision seen. 410 <c>Expired</c> means: list again.</summary>
    IAsyncEnumerable<WatchEvent> WatchAsync(GroupVersionResource resource, string? ns, WatchOptions options, CancellationToken cancel = default);

    /// <summary>Creates an object, or posts to a subresource (<c>binding</c>, <c>eviction</c>, <c>token</c>): then <see cref="ObjectAddress.Name"/> is the parent's name. Without subresource the name may be empty: it is read from the body.</summary>
    ValueTask<StoredObject> CreateAsync(ObjectAddress address, ReadOnlyMemory<byte> body, WriteOptions? options = null, CancellationToken cancel = default);

    /// <summary>Replaces an object or the part of it that the subresource stands for.</summary>
    ValueTask<StoredObject> UpdateAsync(ObjectAddress address, ReadOnlyMemory<byte> body, WriteOptions? options = null, CancellationToken cancel = default);

    /// <summary>Patches an object or subresource.</summary>
    ValueTask<StoredObject> PatchAsync(ObjectAddress address, PatchType type, ReadOnlyMemory<byte> patch, WriteOptions? options = null, CancellationToken cancel = default);

    /// <summary>
    /// Deletes an object. Returns its current state while finalizers or the grace period keep it, else its last one; over HTTPS only the key and uid of the latter
    /// are known, as upstream answers with a Status.
    /// </summary>
    ValueTask<StoredObject> DeleteAsync(ObjectAddress address, DeleteOptions? options = null, CancellationToken cancel = default);

    /// <summary>Deletes all objects that match.</summary>
    ValueTask DeleteCollectionAsync(GroupVersionResource resource, string? ns, DeleteOptions? options = null, ListOptions? select = null, CancellationToken cancel = default);
}
