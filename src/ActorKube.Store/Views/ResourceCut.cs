using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Api.Selectors;
using ActorKube.Protocol.Store;
using ActorKube.Store.Objects;

namespace ActorKube.Store.Views;

/// <summary>The objects of a resource at one revision.</summary>
internal sealed class ResourceCut(ObjectTree objects, long revision, LabelTables? labels = null) : IResourceSnapshot
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

    /// <inheritdoc/>
    public IEnumerable<StoredObject>? Candidates(LabelSelector selector, string? ns, ObjectKey? after) => labels?.Candidates(this, selector, ns, after) is { } keys ? Of(keys) : null;

    // A table may know of objects that this cut does not have.
    private IEnumerable<StoredObject> Of(ReadOnlyMemory<ObjectKey> keys)
    {
        for (var i = 0; i < keys.Length; i++)
            if (objects.Find(keys.Span[i]) is { } item)
                yield return item;
    }
}
