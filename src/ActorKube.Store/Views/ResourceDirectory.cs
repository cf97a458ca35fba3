using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using ActorKube.Protocol.Store;

namespace ActorKube.Store.Views;

/// <summary>The resources that this process can reach without asking: those it owns and those it has a replica of.</summary>
internal sealed class ResourceDirectory
{
    private readonly ConcurrentDictionary<ResourceId, ResourceAccess> _reachable = new();
    private readonly ConcurrentDictionary<ResourceId, TaskCompletionSource<ResourceAccess>> _awaited = new();
    private readonly ConcurrentDictionary<ResourceId, ResourceAccess> _owned = new();

    /// <summary>The resources whose actor lives here.</summary>
    public IReadOnlyCollection<ResourceId> Owned => [.. _owned.Keys];

    public bool TryGet(ResourceId id, [NotNullWhen(true)] out ResourceAccess? access) => _reachable.TryGetValue(id, out access);

    /// <summary>Completes when the actor of the resource has recovered here, or a replica of it is complete; fails when the actor could not recover here.</summary>
    public Task<ResourceAccess> WaitFor(ResourceId id)
    {
        var waiter = _awaited.GetOrAdd(id, static _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
        if (_reachable.TryGetValue(id, out var access))
            Take(id)?.TrySetResult(access);
        return waiter.Task;
    }

    /// <summary>The actor has recovered; it takes the place of a replica.</summary>
    public void Add(ResourceId id, ResourceAccess access)
    {
        _reachable[id] = access;
        _owned[id] = access;
        Take(id)?.TrySetResult(access);
    }

    /// <summary>The replica is complete; an owner keeps its place.</summary>
    public void AddReplica(ResourceId id, ResourceAccess access)
    {
        var first = _reachable.GetOrAdd(id, access);
        Take(id)?.TrySetResult(first);
    }

    /// <summary>The actor or the replica stops.</summary>
    public void Remove(ResourceId id, ResourceAccess access)
    {
        var entry = KeyValuePair.Create(id, access);
        _reachable.TryRemove(entry);
        _owned.TryRemove(entry);
    }

    /// <summary>True while somebody waits for the resource to come up.</summary>
    public bool IsAwaited(ResourceId id) => _awaited.ContainsKey(id);

    /// <summary>The actor could not recover.</summary>
    public void Failed(ResourceId id, Exception cause) => Take(id)?.TrySetException(cause);

    private TaskCompletionSource<ResourceAccess>? Take(ResourceId id) => _awaited.TryRemove(id, out var waiter) ? waiter : null;
}
