using System.Collections.Immutable;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Client;

namespace ActorKube.NodeAgent.Client;

/// <summary>All services, kept up to date: containers learn their addresses from the environment. Agents in one process may share one.</summary>
internal sealed class ServiceCache : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _filled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ObjectFeed _feed;
    private readonly Lock _gate = new();
    private ImmutableDictionary<ObjectKey, StoredObject> _services = ImmutableDictionary<ObjectKey, StoredObject>.Empty;
    private Task? _run;

    /// <summary>A cache that begins to fill when it is first asked.</summary>
    public ServiceCache(IResourceClient client, TimeProvider time) => _feed = new ObjectFeed(client, WellKnownResources.Services, null, time);

    /// <summary>All services that exist in a namespace or in <c>default</c>; waits for the first list.</summary>
    public async ValueTask<IReadOnlyList<StoredObject>> ListAsync(string ns, CancellationToken cancel)
    {
        Start();
        await _filled.Task.WaitAsync(cancel);
        var services = Volatile.Read(ref _services);
        return services.IsEmpty ? [] : [.. services.Values.Where(s => s.Key.Namespace == ns || s.Key.Namespace == "default")];
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        Task? run;
        lock (_gate)
            run = _run;
        if (run is not null)
            await run;
        _stop.Dispose();
    }

    private void Start()
    {
        if (Volatile.Read(ref _run) is not null)
            return;
        lock (_gate)
            _run ??= Task.Run(RunAsync);
    }

    private async Task RunAsync()
    {
        try
        {
            await foreach (var item in _feed.ReadAsync(_stop.Token))
                Apply(item);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            _filled.TrySetCanceled();
        }
    }

    private void Apply(FeedItem item)
    {
        switch (item)
        {
            case FeedSnapshot all:
                Volatile.Write(ref _services, all.Items.ToImmutableDictionary(s => s.Key));
                _filled.TrySetResult();
                break;
            case FeedChange { Type: WatchEventType.Deleted } gone:
                Volatile.Write(ref _services, _services.Remove(gone.Object.Key));
                break;
            case FeedChange changed:
                Volatile.Write(ref _services, _services.SetItem(changed.Object.Key, changed.Object));
                break;
        }
    }
}
