using ActorKube.Api.Names;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Reconciling;
using ActorKube.Machinery.Times;

namespace ActorKube.Controllers.Shell;

/// <summary>The informers one controller depends on, and how recent they are. For the controller's thread, but for the caches themselves, which are immutable cuts.</summary>
/// <param name="reconciler">Says what it watches.</param>
/// <param name="factory">The informers of the process.</param>
/// <param name="heard">Called on the informers' threads with everything they say.</param>
internal sealed class ControllerInformers(IReconciler reconciler, InformerFactory factory, Action<InformerEvent> heard) : IClusterView, IDisposable
{
    private readonly Dictionary<GroupVersionResource, Entry> _entries = [];
    private readonly HashSet<GroupVersionResource> _unsynced = [];
    private Dictionary<GroupVersionResource, long> _barrier = [];
    private bool _barrierKnown;

    /// <summary>The clock.</summary>
    public ClockHistory Clock => factory.Clock;

    /// <summary>What the API serves.</summary>
    public IReadOnlyList<ServedResource> Served { get; private set; } = [];

    /// <summary>The resources watched, and how.</summary>
    public IEnumerable<WatchSpec> Specs => _entries.Values.Select(static e => e.Spec);

    /// <summary>True when every essential cache is filled and shows what was there when the controller started.</summary>
    public bool Ready => _unsynced.Count == 0 && _barrierKnown && _barrier.Count == 0;

    /// <summary>Watches what the reconciler wants of what the API serves, and nothing else.</summary>
    public void Follow(IReadOnlyList<ServedResource> served)
    {
        Served = served;
        var specs = reconciler.WatchesOf(served);
        foreach (var gone in _entries.Keys.Except(specs.Select(s => s.Resource)).ToArray())
        {
            _entries.Remove(gone, out var entry);
            _unsynced.Remove(gone);
            _barrier.Remove(gone);
            entry!.Subscription?.Dispose();
            _ = factory.RemoveAsync(gone).AsTask();
        }
        foreach (var spec in specs.Where(s => !_entries.ContainsKey(s.Resource)))
        {
            var informer = factory.Get(spec.Resource, spec.Indexes);
            var entry = new Entry(spec, informer);
            _entries.Add(spec.Resource, entry);
            if (spec.Essential)
                _unsynced.Add(spec.Resource);
            entry.Subscription = informer.Subscribe(heard);
        }
    }

    /// <summary>Takes note of what an informer says, before anybody looks at <see cref="Ready"/>.</summary>
    public void On(InformerEvent item)
    {
        if (_entries.TryGetValue(item.Resource, out var entry))
            entry.Heard = item.Revision;
        if (item is InformerSynced)
            _unsynced.Remove(item.Resource);
        if (_barrier.TryGetValue(item.Resource, out var revision) && revision <= item.Revision)
            _barrier.Remove(item.Resource);
    }

    /// <summary>
    /// The caches have to reach these revisions before the first decision: an earlier incarnation of this controller may have written what this process has
    /// not seen yet.
    /// </summary>
    public void WaitFor(IEnumerable<KeyValuePair<GroupVersionResource, long>> revisions)
    {
        _barrier = revisions.Where(r => _entries.TryGetValue(r.Key, out var entry) && entry.Informer.HasSynced && entry.Informer.View.Revision < r.Value).ToDictionary();
        _barrierKnown = true;
    }

    /// <summary>Completes when every cache is filled, or when the essential ones are and patience with the others has ended.</summary>
    public async Task SyncedAsync(TimeProvider time, TimeSpan patience, CancellationToken cancel)
    {
        var (essential, others) = (Tasks(essential: true), Tasks(essential: false));
        await Task.WhenAll(essential).WaitAsync(cancel);
        await Task.WhenAll(others).WaitAsync(patience, time, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        cancel.ThrowIfCancellationRequested();
    }

    /// <summary>How the reconciler watches a resource; null when it does not.</summary>
    public WatchSpec? SpecOf(GroupVersionResource resource) => _entries.GetValueOrDefault(resource)?.Spec;

    /// <summary>Revision of a cache; null when the resource is not watched.</summary>
    public long? RevisionOf(GroupVersionResource resource) => _entries.GetValueOrDefault(resource)?.Informer.View.Revision;

    /// <summary>The revision up to which everything in a resource has been heard; the last one of all when it is not watched.</summary>
    public long HeardOf(GroupVersionResource resource) => _entries.TryGetValue(resource, out var entry) ? entry.Heard : long.MaxValue;

    /// <summary>The caches that show more than has been heard, and up to which revision.</summary>
    public IReadOnlyList<Change> Ahead()
    {
        List<Change>? ahead = null;
        foreach (var (resource, entry) in _entries)
            if (entry.Informer.View.Revision is var revision && revision > entry.Heard)
                (ahead ??= []).Add(new Change(resource, revision));
        return ahead ?? (IReadOnlyList<Change>)[];
    }

    /// <inheritdoc/>
    public CacheView Of(GroupVersionResource resource) =>
        _entries.TryGetValue(resource, out var entry)
            ? entry.Informer.View
            : throw new InvalidOperationException($"{reconciler.Name} does not watch {resource}.");

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var entry in _entries.Values)
            entry.Subscription?.Dispose();
    }

    private Task[] Tasks(bool essential) => [.. _entries.Values.Where(e => e.Spec.Essential == essential).Select(e => e.Informer.Synced)];

    private sealed record Entry(WatchSpec Spec, Informer Informer)
    {
        public IDisposable? Subscription { get; set; }

        public long Heard { get; set; }
    }
}
