using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Protocol.Store;

namespace ActorKube.ApiServer.Admission;

/// <summary>Reads what plug-ins have to know of other objects: what this process has at hand, and the newest state only to be sure that something is not there.</summary>
internal sealed class ObjectLookup(IResourceStore store)
{
    /// <summary>The object, or null when it certainly does not exist.</summary>
    public async ValueTask<StoredObject?> FindAsync(string workspace, GroupResource resource, ObjectKey key, CancellationToken cancel)
    {
        var id = new ResourceId(workspace, resource);
        return (await store.ReadAsync(id, ReadAt.Any, cancel)).Find(key) ?? (await store.ReadAsync(id, ReadAt.Latest, cancel)).Find(key);
    }

    /// <summary>All objects of a resource as this process has them.</summary>
    public async ValueTask<IResourceSnapshot> AllAsync(string workspace, GroupResource resource, CancellationToken cancel) =>
        await store.ReadAsync(new ResourceId(workspace, resource), ReadAt.Any, cancel);
}
