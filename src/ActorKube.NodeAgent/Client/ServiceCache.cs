using ActorKube.Api.Objects;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Informers;

namespace ActorKube.NodeAgent.Client;

/// <summary>All services, kept up to date: containers learn their addresses from the environment. Agents in one process may share one.</summary>
/// <param name="client">Reads as an agent.</param>
/// <param name="time">The clock of waits between failed attempts.</param>
internal sealed class ServiceCache(IResourceClient client, TimeProvider time) : IAsyncDisposable
{
    private readonly Informer _services = new(client, WellKnownResources.Services, new InformerOptions(), time);

    /// <summary>All services that exist in a namespace or in <c>default</c>; the first to ask starts the cache, and waits for the first list.</summary>
    public async ValueTask<IReadOnlyList<StoredObject>> ListAsync(string ns, CancellationToken cancel)
    {
        _services.Start();
        await _services.Synced.WaitAsync(cancel);
        return [.. _services.View.All.Select(static s => s.Object).Where(s => s.Key.Namespace == ns || s.Key.Namespace == "default")];
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
