using ActorKube.Api.Errors;
using ActorKube.Api.Objects;
using ActorKube.Store.Objects;
using ActorKube.Store.Watching;

namespace ActorKube.Store.Views;

/// <summary>
/// What one process knows of one resource, owned or replicated: the newest durable cut, the window of events before it, and the watchers.
/// One writer (the resource actor or the replica actor) publishes; everybody reads without a message and without a lock.
/// </summary>
internal sealed class ResourceView
{
    private readonly RevisionWaiters _waiters = new();
    private readonly LabelTables _labels;
    private ResourceCut _cut = new(ObjectTree.Empty, 0);
    private ResourceCut? _rebuilt;

    public ResourceView(HistoryLimits limits, int watchQueueCapacity, Action<IThreadPoolWorkItem>? runPump = null)
    {
        History = new HistoryLog(limits);
        _labels = new LabelTables(History);
        Hub = new WatchHub(History, watchQueueCapacity, _waiters.Release, runPump);
    }

    public HistoryLog History { get; }

    public WatchHub Hub { get; }

    /// <summary>The newest durable state.</summary>
    public ResourceCut Cut => Volatile.Read(ref _cut);

    /// <summary>Writer: starts over from a state whose past is unknown.</summary>
    public void Reset(ObjectTree objects, long revision)
    {
        History.Reset(revision);
        _labels.Clear();
        Volatile.Write(ref _cut, new ResourceCut(objects, revision, _labels));
    }

    /// <summary>Writer: one more event, not yet shown to watchers; used while a journal is replayed.</summary>
    public void Replay(ObjectTree objects, long revision, HistoryEvent? change)
    {
        Volatile.Write(ref _cut, new ResourceCut(objects, revision, _labels));
        if (change is null)
            History.Advance(revision);
        else
            History.Append(change);
        _labels.Look(revision, objects.Count);
    }

    /// <summary>Writer: the state is complete, watchers may come.</summary>
    public void Open() => Hub.Start(Cut.Revision);

    /// <summary>
    /// Writer: one more durable event. The cut goes first: whoever has seen the event must find its effect in every later read.
    /// </summary>
    public void Publish(ObjectTree objects, long revision, HistoryEvent? change)
    {
        Replay(objects, revision, change);
        Hub.Ring();
    }

    /// <summary>Writer: nothing will come any more. Watches end in good order, waiting reads are cancelled.</summary>
    public void Close()
    {
        Hub.Close(null);
        _waiters.Close();
    }

    /// <summary>Completes when <see cref="Cut"/> has reached a revision; cancelled by <see cref="Close"/>.</summary>
    public Task WaitFor(long revision) => _waiters.WaitFor(revision, () => Cut.Revision);

    /// <summary>The state at a past revision, rebuilt from the newest one by taking back the events in between.</summary>
    /// <exception cref="ApiException">410: the window does not reach back that far.</exception>
    public ResourceCut At(long revision)
    {
        var cut = Cut;
        if (cut.Revision == revision)
            return cut;
        if (Volatile.Read(ref _rebuilt) is { } rebuilt && rebuilt.Revision == revision)
            return rebuilt;
        // The writer publishes the cut a moment before it appends the event.
        SpinWait.SpinUntil(() => History.Head >= cut.Revision);
        var cursor = History.After(revision) ?? throw ApiErrors.Expired("The resourceVersion for the provided list is too old.");
        var later = new Stack<HistoryEvent>();
        for (; cursor.Peek() is { } item && item.Revision <= cut.Revision; cursor.Advance())
            later.Push(item);
        var objects = cut.Objects;
        foreach (var item in later)
            objects = item.Previous is null ? objects.Remove(item.Current!.Key, out _) : objects.Set(item.Previous, out _);
        rebuilt = new ResourceCut(objects, revision, _labels);
        // Pages of one list ask for the same revision again.
        Volatile.Write(ref _rebuilt, rebuilt);
        return rebuilt;
    }

    /// <summary>Every change after a revision, which may have yet to come.</summary>
    /// <exception cref="ApiException">410: the window does not reach back that far.</exception>
    public ResourceWatch Watch(long after, ObjectFilter filter) => Hub.Open(after, filter);
}
