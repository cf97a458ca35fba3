using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Client;

namespace ActorKube.ApiServer.Tests.Security;

/// <summary>A client straight onto a <see cref="MemoryStore"/>, without a pipeline, that remembers what was written.</summary>
internal sealed class RecordingClient(MemoryStore store) : IResourceClient
{
    private readonly Channel<string> _patched = Channel.CreateUnbounded<string>();

    private readonly Channel<string> _written = Channel.CreateUnbounded<string>();

    public ConcurrentQueue<string> Writes { get; } = new();

    /// <summary>Waits for a patch that nobody has waited for yet.</summary>
    public async Task PatchedAsync() => await _patched.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10));

    /// <summary>Waits for an object that was made or replaced, and that nobody has waited for yet.</summary>
    public async Task WrittenAsync() => await _written.Reader.ReadAsync(TestContext.Current.CancellationToken);

    public ValueTask<StoredObject> GetAsync(ObjectAddress address, ReadOptions? options = null, CancellationToken cancel = default) => throw new NotSupportedException();

    public async ValueTask<ObjectList> ListAsync(GroupVersionResource resource, string? ns, ListOptions? options = null, CancellationToken cancel = default)
    {
        var snapshot = await store.ReadAsync(Protocol.Store.ResourceId.Root(resource.Resource), default, cancel);
        return new ObjectList([.. snapshot.Range(ns, null)], "1", null);
    }

    public IAsyncEnumerable<WatchEvent> WatchAsync(GroupVersionResource resource, string? ns, WatchOptions options, CancellationToken cancel = default) => throw new NotSupportedException();

    public async ValueTask<StoredObject> CreateAsync(ObjectAddress address, ReadOnlyMemory<byte> body, WriteOptions? options = null, CancellationToken cancel = default)
    {
        Writes.Enqueue($"create {address.Resource.Plural} {address.Key}");
        var snapshot = await store.ReadAsync(Protocol.Store.ResourceId.Root(address.Resource.Resource), default, cancel);
        if (snapshot.Find(address.Key) is not null)
            throw ApiErrors.AlreadyExists(address.Resource.Resource, address.Name);
        var made = store.Put(address.Resource.Resource, JsonNode.Parse(body.Span)!.AsObject());
        _written.Writer.TryWrite(address.Name);
        return made;
    }

    public ValueTask<StoredObject> UpdateAsync(ObjectAddress address, ReadOnlyMemory<byte> body, WriteOptions? options = null, CancellationToken cancel = default)
    {
        Writes.Enqueue($"update {address.Resource.Plural} {address.Key}");
        var replaced = store.Put(address.Resource.Resource, JsonNode.Parse(body.Span)!.AsObject());
        _written.Writer.TryWrite(address.Name);
        return ValueTask.FromResult(replaced);
    }

    public async ValueTask<StoredObject> PatchAsync(ObjectAddress address, PatchType type, ReadOnlyMemory<byte> patch, WriteOptions? options = null, CancellationToken cancel = default)
    {
        Writes.Enqueue($"patch {address.Resource.Plural} {address.Key}");
        var snapshot = await store.ReadAsync(Protocol.Store.ResourceId.Root(address.Resource.Resource), default, cancel);
        var target = JsonNode.Parse(snapshot.Find(address.Key)!.Json.Span)!.AsObject();
        Merge(target, JsonNode.Parse(patch.Span)!.AsObject());
        var result = store.Put(address.Resource.Resource, target);
        _patched.Writer.TryWrite(address.Name);
        return result;
    }

    private static void Merge(JsonObject target, JsonObject patch)
    {
        foreach (var (key, value) in patch)
            if (value is JsonObject inner && target[key] is JsonObject known)
                Merge(known, inner);
            else
                target[key] = value?.DeepClone();
    }

    public async ValueTask<StoredObject> DeleteAsync(ObjectAddress address, DeleteOptions? options = null, CancellationToken cancel = default)
    {
        Writes.Enqueue($"delete {address.Resource.Plural} {address.Key}");
        var snapshot = await store.ReadAsync(Protocol.Store.ResourceId.Root(address.Resource.Resource), default, cancel);
        store.Remove(address.Resource.Resource, address.Namespace, address.Name);
        return snapshot.Find(address.Key)!;
    }

    public ValueTask DeleteCollectionAsync(GroupVersionResource resource, string? ns, DeleteOptions? options = null, ListOptions? select = null, CancellationToken cancel = default) => throw new NotSupportedException();
}
