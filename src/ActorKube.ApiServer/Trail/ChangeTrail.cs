using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using ActorKube.Api.Names;
using ActorKube.ApiServer.Kinds;
using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Verbs;
using ActorKube.Protocol.Store;
using Microsoft.Extensions.Logging;

namespace ActorKube.ApiServer.Trail;

/// <summary>
/// Who changed what: the newest changes of users, for <c>actorkube explain</c>. They are kept as objects of a resource that nobody serves, so that they outlive restarts, move with their shard and are
/// in backups like everything else. Nobody waits for them: of a server that dies, the last may be missing. ADR 0187.
/// </summary>
/// <param name="store">Where they are kept.</param>
/// <param name="kept">How many, 0 for none; more may be there for a moment while several servers write.</param>
/// <param name="log">Told when one could not be kept.</param>
internal sealed class ChangeTrail(IResourceStore store, int kept, ILogger log)
{
    /// <summary>The resource they are kept in.</summary>
    public static readonly GroupResource Resource = new("internal.actorkube.io", "changes");

    // Data, and what programs write all the time: that somebody wrote it again explains nothing.
    private static readonly HashSet<GroupResource> Left =
    [
        new("", "events"), new("events.k8s.io", "events"), new("coordination.k8s.io", "leases"), new("", "configmaps"), new("", "secrets"),
        new("", "endpoints"), new("discovery.k8s.io", "endpointslices"), new("storage.k8s.io", "csistoragecapacities"),
    ];

    private const int DeletedTogether = 500;

    private readonly ConcurrentDictionary<string, TrailWriter> _writers = new();

    /// <summary>An object was created.</summary>
    public void Created(ApiRequest request, ServedResource served, in WriteResult result, DateTimeOffset at)
    {
        if (Follows(request, served))
            Note(request, served, "create", result, at, []);
    }

    /// <summary>An object was changed, otherwise than by its status.</summary>
    public void Changed(ObjectChange change, JsonObject now, in WriteResult result, DateTimeOffset at)
    {
        if (change.Part == "status" || !Follows(change.Request, change.Served))
            return;
        var fields = FieldChanges.Between(change.Old, now, withStatus: change.Part.Length > 0);
        if (fields.Count > 0)
            Note(change.Request, change.Served, change.Request.Verb.Name(), result, at, fields);
    }

    /// <summary>An object was deleted, or marked for deletion.</summary>
    public void Deleted(ApiRequest request, ServedResource served, in WriteResult result, DateTimeOffset at)
    {
        if (Follows(request, served))
            Note(request, served, request.Subresource == "eviction" ? "evict" : "delete", result, at, []);
    }

    /// <summary>The changes of an object that are known, oldest first: of the one that is there, or when none is, of all that had its name.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="resource">Its resource.</param>
    /// <param name="key">The object.</param>
    /// <param name="since">Only changes from then on; null for all.</param>
    /// <param name="cancel">Ends waiting.</param>
    public async ValueTask<IReadOnlyList<UserChange>> ReadAsync(string workspace, GroupResource resource, ObjectKey key, DateTimeOffset? since, CancellationToken cancel)
    {
        if (kept == 0)
            return [];
        var all = await store.ReadAsync(new ResourceId(workspace, Resource), ReadAt.Latest, cancel);
        UserChange[] found = [.. all.Range(null, null).SelectMany(b => ChangeBatch.Read(b, resource, key)).OrderBy(static c => c.At)];
        if (found.Length == 0)
            return found;
        // A name may have belonged to somebody else's object before.
        var uid = (await store.ReadAsync(new ResourceId(workspace, resource), ReadAt.Latest, cancel)).Find(key)?.Head.Uid;
        return [.. found.Where(c => (uid ?? c.Uid) == c.Uid && !(c.At < since))];
    }

    /// <summary>Deletes what is there from another time, where none are to be kept.</summary>
    /// <exception cref="Api.Errors.ApiException">The store does not answer.</exception>
    public async ValueTask ForgetUnwantedAsync(string workspace, CancellationToken cancel)
    {
        if (kept > 0)
            return;
        var id = new ResourceId(workspace, Resource);
        var all = await store.ReadAsync(id, ReadAt.Latest, cancel);
        foreach (var some in all.Range(null, null).Chunk(DeletedTogether))
            await store.WriteManyAsync(id, [.. some.Select(static b => new RemoveObject(b.Key, null, null))], cancel);
    }

    private bool Follows(ApiRequest request, ServedResource served) => kept > 0 && !Left.Contains(served.Storage) && !Components.Include(request.User.Name);

    private void Note(ApiRequest request, ServedResource served, string verb, in WriteResult result, DateTimeOffset at, IReadOnlyList<string> fields)
    {
        var change = new UserChange(at, request.User.Name, verb, served.Storage, request.Subresource == "eviction" ? "" : request.Subresource, result.Object!.Key, result.Object.Head.Uid, result.Revision, fields);
        _writers.GetOrAdd(request.Workspace, static (workspace, trail) => trail.WriterOf(workspace), this).Take(change);
    }

    private TrailWriter WriterOf(string workspace) => new(store, new ResourceId(workspace, Resource), kept, log);
}
