using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.ApiServer.Kinds;
using ActorKube.ApiServer.Pipeline;
using ActorKube.Protocol.Store;

namespace ActorKube.ApiServer.Verbs;

/// <summary>
/// Reads the state a write starts from. The local state will do, since every write is a compare-and-set; only where its age could make us refuse what is right is the newest one asked for.
/// </summary>
internal static class CurrentState
{
    /// <summary>The object, or null when it certainly does not exist.</summary>
    /// <param name="services">Where to read.</param>
    /// <param name="request">Gives the workspace.</param>
    /// <param name="served">The resource.</param>
    /// <param name="key">The object.</param>
    /// <param name="sentRevision">Revision that the client knows; 0 for none.</param>
    /// <param name="cancel">Ends waiting.</param>
    public static async ValueTask<StoredObject?> FindAsync(
        PipelineServices services, ApiRequest request, ServedResource served, ObjectKey key, long sentRevision, CancellationToken cancel)
    {
        var id = new ResourceId(request.Workspace, served.Storage);
        var found = (await services.Store.ReadAsync(id, ReadAt.Any, cancel)).Find(key);
        // Older than what the client has seen, or absent: this process may be behind.
        if (found is null || found.Revision < sentRevision)
            found = (await services.Store.ReadAsync(id, ReadAt.Latest, cancel)).Find(key);
        return found;
    }

    /// <summary>The object.</summary>
    /// <exception cref="ApiException">404: it does not exist.</exception>
    public static async ValueTask<StoredObject> GetAsync(
        PipelineServices services, ApiRequest request, ServedResource served, ObjectKey key, long sentRevision, CancellationToken cancel) =>
        await FindAsync(services, request, served, key, sentRevision, cancel) ?? throw ApiErrors.NotFound(served.GroupResource, key.Name);
}
