using System.Collections.Immutable;
using ActorKube.Api.Names;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Times;

namespace ActorKube.Machinery.Reconciling;

/// <summary>
/// The deciding half of a controller. Given a key and what is known, it says what to do; it awaits nothing, calls nothing, and holds no state that matters: the
/// same inputs give the same plan. One thread at a time calls it.
/// </summary>
public interface IReconciler
{
    /// <summary>Upstream's name of the controller, for example <c>deployment-controller</c>.</summary>
    string Name { get; }

    /// <summary>
    /// True when what is in the caches at the time of a decision, and nothing that it was told of changes before, decides: then a change that a cache has shown already when a key was decided about is no reason to
    /// look at that key again. False for those that keep an index of their own, which may lag behind the caches.
    /// </summary>
    bool DecidesByCachesAlone => false;

    /// <summary>What makes it look at which keys. Asked again whenever the API serves something else; most controllers do not care and always answer the same.</summary>
    IReadOnlyList<WatchSpec> WatchesOf(IReadOnlyList<ServedResource> served);

    /// <summary>Decides about one key. Level-triggered: it compares what is with what should be, whatever happened in between.</summary>
    Plan Reconcile(ReconcileContext context);
}

/// <summary>A resource a reconciler depends on, and the keys that a change in it concerns.</summary>
/// <param name="Resource">The resource.</param>
/// <param name="Keys">The keys to reconcile after a change; may look into the other caches.</param>
/// <param name="Indexes">Indexes the reconciler reads the resource by.</param>
public sealed record WatchSpec(GroupVersionResource Resource, Func<ObjectChanged, IClusterView, IEnumerable<ObjectKey>> Keys, params CacheIndex[] Indexes)
{
    /// <summary>
    /// False when the reconciler can do without the resource for a while: one that cannot be listed then holds it up at the start only, and only for so long. True where acting without knowing
    /// would do harm, as making pods without knowing those that exist.
    /// </summary>
    public bool Essential { get; init; } = true;

    /// <summary>Each object's own key.</summary>
    public static WatchSpec Itself(GroupVersionResource resource, params CacheIndex[] indexes) =>
        new(resource, static (change, _) => [change.Latest.Key], indexes);

    /// <summary>Only read, never a reason to reconcile.</summary>
    public static WatchSpec ReadOnly(GroupVersionResource resource, params CacheIndex[] indexes) =>
        new(resource, static (_, _) => [], indexes);
}

/// <summary>What is known of the cluster.</summary>
public interface IClusterView
{
    /// <summary>The newest cut of a watched resource.</summary>
    /// <exception cref="InvalidOperationException">The reconciler does not watch it.</exception>
    CacheView Of(GroupVersionResource resource);
}

/// <summary>The inputs of one decision.</summary>
public sealed record ReconcileContext
{
    /// <summary>What to decide about.</summary>
    public required ObjectKey Key { get; init; }

    /// <summary>The caches.</summary>
    public required IClusterView View { get; init; }

    /// <summary>The time: what the clock shows, and how long ago other moments were.</summary>
    public required Present Now { get; init; }

    /// <summary>What the API serves.</summary>
    public IReadOnlyList<ServedResource> Served { get; init; } = [];

    /// <summary>Answers to the reads that the previous plan for this key asked for; empty on the first call.</summary>
    public LiveAnswers Live { get; init; } = LiveAnswers.None;

    /// <summary>Answers to the calls that plans of this turn asked for, oldest first.</summary>
    public ImmutableArray<OutsideAnswer> Outside { get; init; } = [];

    /// <summary>What earlier plans for this key wanted remembered (<see cref="Plan.Memory"/>); empty when nothing.</summary>
    public string Memory { get; init; } = "";

    /// <summary>What went wrong when the previous plan for this key was carried out; null when it went well.</summary>
    public StepFailure? LastFailure { get; init; }

    /// <summary>How long this process has known an object as it is, whatever the clock was set to meanwhile.</summary>
    public TimeSpan Since(CachedObject cached) => Now.Uptime - cached.Seen;

    /// <summary>The object under the key in a resource, or null.</summary>
    public CachedObject? Find(GroupVersionResource resource) => View.Of(resource).Find(Key);
}
