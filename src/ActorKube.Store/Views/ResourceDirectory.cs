using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using ActorKube.Protocol.Store;
using ActorKube.Store.Writing;

namespace ActorKube.Store.Views;

/// <summary>The resources whose actor runs in this process.</summary>
internal sealed class ResourceDirectory
{
    private readonly ConcurrentDictionary<ResourceId, OwnedResource> _owned = new();
    private readonly ConcurrentDictionary<ResourceId, TaskCompletionSource<OwnedResource>> _awaited = new();

    public bool TryGet(ResourceId id, [NotNullWhen(true)] out OwnedResource? owned) => _owned.TryGetValue(id, out owned);

    /// <summary>Completes when the actor of the resource has recovered in this process; fails when it could not.</summary>
    public Task<OwnedResource> WaitFor(ResourceId id)
    {
        var waiter = _awaited.GetOrAdd(id, static _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
        if (_owned.TryGetValue(id, out var owned))
            Take(id)?.TrySetResult(owned);
        return waiter.Task;
    }

    /// <summary>The actor has recovered.</summary>
    public void Own(ResourceId id, OwnedResource owned)
    {
        _owned[id] = owned;
        Take(id)?.TrySetResult(owned);
    }

    /// <summary>The actor stops.</summary>
    public void Disown(ResourceId id, OwnedResource owned) => _owned.TryRemove(new KeyValuePair<ResourceId, OwnedResource>(id, owned));

    /// <summary>The actor could not recover.</summary>
    public void Failed(ResourceId id, Exception cause) => Take(id)?.TrySetException(cause);

    private TaskCompletionSource<OwnedResource>? Take(ResourceId id) => _awaited.TryRemove(id, out var waiter) ? waiter : null;
}

/// <summary>A resource whose actor runs in this process: what to read and where to write.</summary>
internal sealed record OwnedResource(ResourceView View, WriteInbox Inbox);
