using System.Collections.Concurrent;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Informers;
using ActorKube.NodeAgent.Setup;

namespace ActorKube.NodeAgent.Client;

/// <summary>
/// What containers are told of services, kept up to date. It is made once per state of the services and namespace, however many containers start: agents in one process may share one.
/// </summary>
internal sealed class ServiceCache : IAsyncDisposable
{
    private readonly Informer _services;
    private Told? _told;

    /// <summary>A cache that reads nothing until it is asked.</summary>
    /// <param name="client">Reads as an agent.</param>
    /// <param name="time">The clock of waits between failed attempts.</param>
    public ServiceCache(IResourceClient client, TimeProvider time)
    {
        _services = new Informer(client, WellKnownResources.Services, new InformerOptions(), time);
        _services.AddIndex(CacheIndex.Namespace);
    }

    /// <summary>The variables for the containers of a namespace; the first to ask starts the cache, and waits for the first list.</summary>
    public async ValueTask<ContainerEnvironment> VariablesAsync(string ns, bool links, CancellationToken cancel)
    {
        if (!_services.HasSynced)
        {
            _services.Start();
            await _services.Synced.WaitAsync(cancel);
        }
        var view = _services.View;
        var told = Volatile.Read(ref _told);
        // Who loses a race makes the same once more.
        if (told?.View != view)
            Volatile.Write(ref _told, told = new Told(view, []));
        return told.Variables.GetOrAdd((ns, links), static (who, services) => ServiceEnvironment.Of(Candidates(services, who.Namespace), who.Namespace, who.Links), view);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private static IEnumerable<StoredObject> Candidates(CacheView services, string ns)
    {
        var own = services.By(CacheIndex.Namespace, ns);
        return (services.Find(ServiceEnvironment.ApiServer) is { } api ? own.Append(api) : own).Select(static s => s.Object);
    }

    private sealed record Told(CacheView View, ConcurrentDictionary<(string Namespace, bool Links), ContainerEnvironment> Variables);
}
