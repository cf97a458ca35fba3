using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Protocol.Store;
using ActorKube.Store.Objects;

namespace ActorKube.Store.Views;

/// <summary>The objects of a resource at one revision.</summary>
internal sealed class ResourceCut(ObjectTree objects, long revision) : IResourceSnapshot
{
    public ObjectTree Objects => objects;

    /// <inheritdoc/>
    public long Revision => revision;

    /// <inheritdoc/>
    public int Count => objects.Count;

    /// <inheritdoc/>
    public StoredObject? Find(ObjectKey key) => objects.Find(key);

    /// <inheritdoc/>
    public IEnumerable<StoredObject> Range(string? ns, ObjectKey? after) => objects.Range(ns, after);

    /// <inheritdoc/>
    public int CountRange(string? ns, ObjectKey? after) => objects.CountRange(ns, after);
}
