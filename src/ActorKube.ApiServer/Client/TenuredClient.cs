using System.Collections.Concurrent;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Api.Users;
using ActorKube.ApiServer.Pipeline;
using ActorKube.Machinery.Client;
using ActorKube.Protocol.Store;

namespace ActorKube.ApiServer.Client;

/// <summary>
/// The in-process client of one incarnation of a role. Where it has not begun yet, its tenure begins with its first write. A resource whose actor has begun anew has forgotten who holds which role, and refuses:
/// then the tenure is renewed and the write sent again. A caller that has been cancelled begins and renews nothing: it has a successor, who may not have come yet.
/// </summary>
/// <param name="pipeline">The request pipeline.</param>
/// <param name="user">Whom the requests are made as.</param>
/// <param name="tenure">The incarnation.</param>
/// <param name="time">Paces bookmarks and the length of watches.</param>
/// <param name="workspace">Which Kubernetes API is meant.</param>
internal sealed class TenuredClient(IRequestPipeline pipeline, UserInfo user, Tenure tenure, TimeProvider time, string workspace) : ITenuredClient
{
    private readonly InProcessClient _client = new(pipeline, user, time, workspace, tenure);
    private readonly ConcurrentDictionary<GroupVersionResource, bool> _begun = new();

    public async ValueTask<long> BeginAsync(GroupVersionResource resource, CancellationToken cancel = default)
    {
        var revision = await pipeline.BeginTenureAsync(workspace, resource, new BeginTenure(tenure, Renews: _begun.ContainsKey(resource)), cancel);
        _begun.TryAdd(resource, true);
        return revision;
    }

    public ValueTask<StoredObject> GetAsync(ObjectAddress address, ReadOptions? options = null, CancellationToken cancel = default) => _client.GetAsync(address, options, cancel);

    public ValueTask<ObjectList> ListAsync(GroupVersionResource resource, string? ns, ListOptions? options = null, CancellationToken cancel = default) =>
        _client.ListAsync(resource, ns, options, cancel);

    public IAsyncEnumerable<WatchEvent> WatchAsync(GroupVersionResource resource, string? ns, WatchOptions options, CancellationToken cancel = default) =>
        _client.WatchAsync(resource, ns, options, cancel);

    public ValueTask<StoredObject> CreateAsync(ObjectAddress address, ReadOnlyMemory<byte> body, WriteOptions? options = null, CancellationToken cancel = default) =>
        WriteAsync(address.Resource, () => _client.CreateAsync(address, body, options, cancel), cancel);

    public ValueTask<StoredObject> UpdateAsync(ObjectAddress address, ReadOnlyMemory<byte> body, WriteOptions? options = null, CancellationToken cancel = default) =>
        WriteAsync(address.Resource, () => _client.UpdateAsync(address, body, options, cancel), cancel);

    public ValueTask<StoredObject> PatchAsync(ObjectAddress address, PatchType type, ReadOnlyMemory<byte> patch, WriteOptions? options = null, CancellationToken cancel = default) =>
        WriteAsync(address.Resource, () => _client.PatchAsync(address, type, patch, options, cancel), cancel);

    public ValueTask<StoredObject> DeleteAsync(ObjectAddress address, DeleteOptions? options = null, CancellationToken cancel = default) =>
        WriteAsync(address.Resource, () => _client.DeleteAsync(address, options, cancel), cancel);

    public async ValueTask DeleteCollectionAsync(GroupVersionResource resource, string? ns, DeleteOptions? options = null, ListOptions? select = null, CancellationToken cancel = default) =>
        await WriteAsync<StoredObject?>(resource, async () =>
        {
            await _client.DeleteCollectionAsync(resource, ns, options, select, cancel);
            return null;
        }, cancel);

    private async ValueTask<T> WriteAsync<T>(GroupVersionResource resource, Func<ValueTask<T>> write, CancellationToken cancel)
    {
        try
        {
            return await write();
        }
        catch (ApiException unknown) when (unknown.Status.IsStale && !cancel.IsCancellationRequested)
        {
            await BeginAsync(resource, cancel);
            return await write();
        }
    }
}
