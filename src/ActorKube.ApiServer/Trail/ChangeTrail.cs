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
/// <param name="kept">How many; more may be there for a moment while many are written at once.</param>
/// <param name="log">Told when one could not be kept.</param>
internal sealed partial class ChangeTrail(IResourceStore store, int kept, ILogger log)
{
    /// <summary>The resource they are kept in.</summary>
    public static readonly GroupResource Resource = new("internal.actorkube.io", "changes");

    // Data, and what programs write all the time: that somebody wrote it again explains nothing.
    private static readonly HashSet<GroupResource> Left =
    [
        new("", "events"), new("events.k8s.io", "events"), new("coordination.k8s.io", "leases"), new("", "configmaps"), new("", "secrets"),
        new("", "endpoints"), new("discovery.k8s.io", "endpointslices"), new("storage.k8s.io", "csistoragecapacities"),
    ];

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

    /// <summary>The changes of an object that are known, oldest first.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="resource">Its resource.</param>
    /// <param name="key">The object.</param>
    /// <param name="since">Only changes from then on; null for all.</param>
    /// <param name="cancel">Ends waiting.</param>
    public async ValueTask<IReadOnlyList<UserChange>> ReadAsync(string workspace, GroupResource resource, ObjectKey key, DateTimeOffset? since, CancellationToken cancel)
    {
        var all = await store.ReadAsync(new ResourceId(workspace, Resource), ReadAt.Latest, cancel);
        var end = UserChange.EndOfKeys(resource, key);
        return [.. all.Range(null, null).Where(c => c.Key.Name.EndsWith(end, StringComparison.Ordinal)).Select(UserChange.Read).Where(c => since is not { } from || c.At >= from)];
    }

    private bool Follows(ApiRequest request, ServedResource served) => kept > 0 && !Left.Contains(served.Storage) && !Components.Include(request.User.Name);

    private void Note(ApiRequest request, ServedResource served, string verb, in WriteResult result, DateTimeOffset at, IReadOnlyList<string> fields)
    {
        var change = new UserChange(at, request.User.Name, verb, served.Storage, request.Subresource == "eviction" ? "" : request.Subresource, result.Object!.Key, result.Revision, fields);
        _ = KeepAsync(new ResourceId(request.Workspace, Resource), change);
    }

    private async Task KeepAsync(ResourceId id, UserChange change)
    {
        try
        {
            var all = await store.ReadAsync(id, ReadAt.Any, default);
            var commands = new List<WriteCommand> { new CreateObject(change.Key, change.Encode()) };
            // One more than comes, until there are not too many any more: those that were written at the same time saw the same oldest ones.
            foreach (var oldest in all.Range(null, null).Take(Math.Clamp(all.Count + 1 - kept, 0, 2)))
                commands.Add(new RemoveObject(oldest.Key, null, null));
            await store.WriteManyAsync(id, commands, default);
        }
        catch (Exception failure)
        {
            NotKept(log, failure.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "It could not be kept who made a change, so that explanations will not say it: {Why}")]
    private static partial void NotKept(ILogger log, string why);
}
