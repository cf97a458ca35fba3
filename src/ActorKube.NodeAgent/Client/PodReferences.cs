using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Times;
using ActorKube.NodeAgent.Pods;
using ActorKube.NodeAgent.Setup;
using k8s.Models;

namespace ActorKube.NodeAgent.Client;

/// <summary>
/// Config maps, secrets, claims, volumes and runtime classes as pods refer to them. What was read a moment ago is not read again, so a burst of pods costs one request; while the control plane does not
/// answer, what was read last stands.
/// </summary>
internal sealed class PodReferences(IResourceClient client, ServiceCache services, TimeProvider time) : IPodReferences
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Forgotten = TimeSpan.FromMinutes(10);
    private const int PruneAbove = 256;
    private static readonly GroupVersionResource RuntimeClasses = new("node.k8s.io", "v1", "runtimeclasses");

    private readonly Dictionary<(GroupVersionResource Resource, ObjectKey Key), Entry> _entries = [];
    private readonly SteadyTime _time = new(time);
    private readonly Lock _gate = new();

    /// <inheritdoc/>
    public async ValueTask<V1ConfigMap?> FindConfigMapAsync(string ns, string name, CancellationToken cancel) =>
        await FindAsync(WellKnownResources.ConfigMaps, new ObjectKey(ns, name), cancel) is { } found ? found.As<V1ConfigMap>() : null;

    /// <inheritdoc/>
    public async ValueTask<V1Secret?> FindSecretAsync(string ns, string name, CancellationToken cancel) =>
        await FindAsync(WellKnownResources.Secrets, new ObjectKey(ns, name), cancel) is { } found ? found.As<V1Secret>() : null;

    /// <inheritdoc/>
    public async ValueTask<V1RuntimeClass?> FindRuntimeClassAsync(string name, CancellationToken cancel) =>
        await FindAsync(RuntimeClasses, new ObjectKey("", name), cancel) is { } found ? found.As<V1RuntimeClass>() : null;

    /// <inheritdoc/>
    public async ValueTask<V1PersistentVolumeClaim?> FindClaimAsync(string ns, string name, CancellationToken cancel) =>
        await FindAsync(WellKnownResources.PersistentVolumeClaims, new ObjectKey(ns, name), cancel) is { } found ? found.As<V1PersistentVolumeClaim>() : null;

    /// <inheritdoc/>
    public async ValueTask<V1PersistentVolume?> FindVolumeAsync(string name, CancellationToken cancel) =>
        await FindAsync(WellKnownResources.PersistentVolumes, new ObjectKey("", name), cancel) is { } found ? found.As<V1PersistentVolume>() : null;

    /// <inheritdoc/>
    public async ValueTask<StoredObject?> FindNodeAsync(string name, CancellationToken cancel) => (await FindAsync(WellKnownResources.Nodes, new ObjectKey("", name), cancel))?.Object;

    /// <inheritdoc/>
    public ValueTask<ContainerEnvironment> FindServicesAsync(string ns, bool links, CancellationToken cancel) => services.VariablesAsync(ns, links, cancel);

    private async ValueTask<ReadObject?> FindAsync(GroupVersionResource resource, ObjectKey key, CancellationToken cancel)
    {
        var now = _time.GetUtcNow();
        Task<ReadObject?> reading;
        ReadObject? last;
        lock (_gate)
        {
            Prune(now);
            var known = _entries.GetValueOrDefault((resource, key));
            last = known?.Last;
            if (known is null || now - known.ReadAt > Fresh || known.Reading.IsFaulted || known.Reading.IsCanceled)
                _entries[(resource, key)] = known = new Entry(now, Last: last, Reading: ReadAsync(resource, key, last));
            reading = known.Reading;
        }
        try
        {
            var found = await reading.WaitAsync(cancel);
            lock (_gate)
                if (_entries.TryGetValue((resource, key), out var entry) && entry.Reading == reading)
                    _entries[(resource, key)] = entry with { Last = found };
            return found;
        }
        catch (ApiException error) when (last is not null && error.Status.Code >= 500)
        {
            return last;
        }
    }

    private async Task<ReadObject?> ReadAsync(GroupVersionResource resource, ObjectKey key, ReadObject? last)
    {
        var item = await client.FindAsync(ObjectAddress.Of(resource, key));
        return item is null ? null : ReferenceEquals(last?.Object, item) ? last : new ReadObject(item);
    }

    private void Prune(DateTimeOffset now)
    {
        if (_entries.Count <= PruneAbove)
            return;
        foreach (var (key, entry) in _entries.ToArray())
            if (now - entry.ReadAt > Forgotten)
                _entries.Remove(key);
    }

    private sealed record Entry(DateTimeOffset ReadAt, ReadObject? Last, Task<ReadObject?> Reading);

    /// <summary>An object with its typed form, which is made once however many pods refer to it.</summary>
    private sealed class ReadObject(StoredObject item)
    {
        private object? _typed;

        public StoredObject Object { get; } = item;

        public T As<T>() where T : class => (T)(_typed ??= TypedObject.Read<T>(Object));
    }
}
