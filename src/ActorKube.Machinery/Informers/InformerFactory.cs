using ActorKube.Api.Names;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Times;

namespace ActorKube.Machinery.Informers;

/// <summary>
/// The informers of one process (and one workspace): one per resource, shared by everybody who asks, started on first use. The client's user has to be allowed to list and
/// watch whatever is asked for.
/// </summary>
public sealed class InformerFactory(IResourceClient client, InformerOptions options, TimeProvider time) : IAsyncDisposable
{
    private readonly Dictionary<GroupVersionResource, Informer> _informers = [];
    private readonly Lock _gate = new();
    private bool _disposed;

    /// <summary>The clock of the process, by which informers tell when they saw something.</summary>
    public ClockHistory Clock { get; } = new(time);

    /// <summary>The informer of a resource, running, with the indexes asked for.</summary>
    public Informer Get(GroupVersionResource resource, params ReadOnlySpan<CacheIndex> indexes)
    {
        Informer? informer;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (!_informers.TryGetValue(resource, out informer))
                _informers.Add(resource, informer = new Informer(client, resource, options, time, Clock));
        }
        foreach (var index in indexes)
            informer.AddIndex(index);
        informer.Start();
        return informer;
    }

    /// <summary>Stops watching a resource that is no longer served, for everybody.</summary>
    public async ValueTask RemoveAsync(GroupVersionResource resource)
    {
        Informer? informer;
        lock (_gate)
            _informers.Remove(resource, out informer);
        if (informer is not null)
            await informer.DisposeAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Informer[] all;
        lock (_gate)
        {
            _disposed = true;
            all = [.. _informers.Values];
            _informers.Clear();
        }
        foreach (var informer in all)
            await informer.DisposeAsync();
    }
}
