using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;
using ActorKube.Testing.Fakes;

namespace ActorKube.Scheduler.Tests.Harness;

/// <summary>The in-memory API server with the binding subresource, and the fence that keeps out schedulers of an older epoch.</summary>
internal sealed class BindingCluster(TimeProvider time) : IResourceClient
{
    private long _epoch;

    public MemoryCluster Memory { get; } = new(time);

    /// <summary>Bindings tried, as <c>pod to node</c>.</summary>
    public List<string> Bindings { get; } = [];

    /// <summary>Epochs that bindings carried.</summary>
    public List<long?> Epochs { get; } = [];

    /// <summary>Makes bindings of a pod fail: its name in, failure or null out.</summary>
    public Func<string, Exception?>? RefuseBinding { get; set; }

    /// <summary>Called after a binding was written, before it is answered.</summary>
    public Action<string>? AfterBinding { get; set; }

    public ValueTask<StoredObject> CreateAsync(ObjectAddress address, ReadOnlyMemory<byte> body, WriteOptions? options = null, CancellationToken cancel = default)
    {
        if (address.Subresource != "binding")
            return Memory.CreateAsync(address, body, options, cancel);
        var binding = JsonNode.Parse(body.Span)!;
        var node = binding.Text("target", "name");
        Bindings.Add($"{address.Name} to {node}");
        Epochs.Add(options?.Epoch);
        if (RefuseBinding?.Invoke(address.Name) is { } refusal)
            throw refusal;
        var pod = Memory.Find(address.Resource, address.Namespace, address.Name) ?? throw ApiErrors.NotFound(address.Resource.Resource, address.Name);
        if (options?.Epoch is { } epoch)
        {
            if (epoch < _epoch)
                throw new ApiException(ApiErrors.Conflict(address.Resource.Resource, address.Name, "a newer holder of the writer's role has written").Status with
                {
                    Causes = [new StatusCause(CauseType.StaleEpoch, "stale")],
                });
            _epoch = epoch;
        }
        if (pod.Head.Uid != binding.Text("metadata", "uid"))
            throw ApiErrors.Conflict(address.Resource.Resource, address.Name, "another incarnation");
        if (pod.Field("spec.nodeName") is { Length: > 0 } taken)
            throw ApiErrors.Conflict(address.Resource.Resource, address.Name, $"pod {address.Name} is already assigned to node \"{taken}\"");
        var bound = Memory.Change(address.Resource, address.Namespace, address.Name, p =>
        {
            p.Child("spec")["nodeName"] = node;
            p.Child("status")["conditions"] = new JsonArray(new JsonObject { ["type"] = "PodScheduled", ["status"] = "True" });
        });
        AfterBinding?.Invoke(address.Name);
        return new(bound);
    }

    public ValueTask<StoredObject> GetAsync(ObjectAddress address, ReadOptions? options = null, CancellationToken cancel = default) => Memory.GetAsync(address, options, cancel);

    public ValueTask<ObjectList> ListAsync(GroupVersionResource resource, string? ns, ListOptions? options = null, CancellationToken cancel = default) => Memory.ListAsync(resource, ns, options, cancel);

    public IAsyncEnumerable<WatchEvent> WatchAsync(GroupVersionResource resource, string? ns, WatchOptions options, CancellationToken cancel = default) => Memory.WatchAsync(resource, ns, options, cancel);

    public ValueTask<StoredObject> UpdateAsync(ObjectAddress address, ReadOnlyMemory<byte> body, WriteOptions? options = null, CancellationToken cancel = default) => Memory.UpdateAsync(address, body, options, cancel);

    public ValueTask<StoredObject> PatchAsync(ObjectAddress address, PatchType type, ReadOnlyMemory<byte> patch, WriteOptions? options = null, CancellationToken cancel = default) =>
        Memory.PatchAsync(address, type, patch, options, cancel);

    public ValueTask<StoredObject> DeleteAsync(ObjectAddress address, DeleteOptions? options = null, CancellationToken cancel = default) => Memory.DeleteAsync(address, options, cancel);

    public ValueTask DeleteCollectionAsync(GroupVersionResource resource, string? ns, DeleteOptions? options = null, ListOptions? select = null, CancellationToken cancel = default) =>
        Memory.DeleteCollectionAsync(resource, ns, options, select, cancel);
}
