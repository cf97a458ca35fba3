using System.Diagnostics.CodeAnalysis;
using ActorKube.Machinery.Queues;
using ActorKube.Scheduler.Framework;
using ActorKube.Scheduler.Indices;

namespace ActorKube.Scheduler.Queue;

/// <summary>How the queue behaves.</summary>
internal sealed record QueueSettings
{
    /// <summary>Waits after failed attempts.</summary>
    public BackoffPolicy Backoff { get; init; } = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));

    /// <summary>How long a pod stays in the pool when nothing happens that could help it.</summary>
    public TimeSpan PoolFlush { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Whether pods that were turned down are tried before their wait is over when there is nothing else to do (upstream: <c>SchedulerPopFromBackoffQ</c>).</summary>
    public bool PopFromBackoff { get; init; } = true;
}

/// <summary>
/// Pods that wait for a node (upstream: <c>PriorityQueue</c>): those whose turn it is, those that wait after a failure, and those that nothing but a change in the cluster can
/// help. For one thread, which also owns the one timer that <see cref="NextDue"/> asks for.
/// </summary>
internal sealed class SchedulingQueue
{
    private readonly TimeProvider _time;
    private readonly QueueSettings _settings;
    private readonly Dictionary<string, QueuedPod> _pods = [];
    private readonly PodHeap _active;
    private readonly PodHeap _backoff = new(static (a, b) => a.BackoffUntil.CompareTo(b.BackoffUntil));
    private readonly PodHeap _errors = new(static (a, b) => a.BackoffUntil.CompareTo(b.BackoffUntil));
    private readonly Dictionary<string, QueuedPod> _pool = [];
    private readonly Queue<(QueuedPod Pod, DateTimeOffset Since)> _poolOrder = new();
    private readonly EventsOfAttempts _meanwhile = new();
    private long _order;

    /// <summary>An empty queue.</summary>
    /// <param name="sort">Order of the pods whose turn it is.</param>
    /// <param name="time">A clock that nobody sets.</param>
    /// <param name="settings">Behaviour.</param>
    public SchedulingQueue(IQueueSortPlugin sort, TimeProvider time, QueueSettings settings)
    {
        _time = time;
        _settings = settings;
        _active = new PodHeap(sort.Compare);
    }

    /// <summary>Pods whose turn it is.</summary>
    public int ActiveCount => _active.Count;

    /// <summary>Pods that wait after a failure.</summary>
    public int BackoffCount => _backoff.Count + _errors.Count;

    /// <summary>Pods in the queue, those being scheduled included.</summary>
    public int Count => _pods.Count;

    /// <summary>When a pod may have its turn just because time went by; null when none will.</summary>
    public DateTimeOffset? NextDue
    {
        get
        {
            DateTimeOffset? due = null;
            if (_backoff.TryPeek(out var first))
                due = first.BackoffUntil;
            if (_errors.TryPeek(out first) && (due is null || first.BackoffUntil < due))
                due = first.BackoffUntil;
            DropStale();
            if (_poolOrder.TryPeek(out var oldest) && (due is null || oldest.Since + _settings.PoolFlush < due))
                due = oldest.Since + _settings.PoolFlush;
            return due;
        }
    }

    /// <summary>The pod under a uid, wherever it is.</summary>
    public QueuedPod? Find(string uid) => _pods.GetValueOrDefault(uid);

    /// <summary>A pod without a node is there.</summary>
    public void Add(PodInfo pod, SchedulingProfile profile)
    {
        if (_pods.ContainsKey(pod.Uid))
            return;
        var queued = new QueuedPod(pod, profile, _time.GetUtcNow(), _order++);
        _pods.Add(pod.Uid, queued);
        Activate(queued);
    }

    /// <summary>A waiting pod has changed.</summary>
    public void Update(PodInfo pod)
    {
        if (!_pods.TryGetValue(pod.Uid, out var queued))
            return;
        var before = queued.Pod;
        queued.Pod = pod;
        if (queued.Place == QueuePlace.Active)
        {
            _active.Fix(queued);
            return;
        }
        if (queued.Place is not (QueuePlace.Pool or QueuePlace.InFlight) || EventKinds.Of(before, pod) is not (not EventActions.None and var actions))
            return;
        var change = new ClusterEvent(EventResource.UnscheduledPod, actions, OldPod: before, NewPod: pod);
        if (queued.Place == QueuePlace.InFlight)
            _meanwhile.Add(change, only: pod.Uid);
        else if (IsWorthIt(queued, change))
            LeavePool(queued);
    }

    /// <summary>The pod is gone, or has a node.</summary>
    public void Remove(string uid)
    {
        if (!_pods.Remove(uid, out var queued))
            return;
        TakeOut(queued);
        queued.Place = QueuePlace.InFlight;
        _meanwhile.End(uid);
    }

    /// <summary>Takes the next pod whose turn it is; it has to be given back by <see cref="Reject"/> or <see cref="Fail"/>, or removed.</summary>
    public bool TryTake([MaybeNullWhen(false)] out QueuedPod queued)
    {
        Flush(_time.GetUtcNow());
        if (!_active.TryPeek(out queued) && (!_settings.PopFromBackoff || !_backoff.TryPeek(out queued)))
            return false;
        TakeOut(queued);
        queued.Place = QueuePlace.InFlight;
        queued.Attempts++;
        _meanwhile.Begin(queued.Pod.Uid);
        return true;
    }

    /// <summary>The pod was turned down. It waits for a change that concerns one of the plugins, or for any when none is named.</summary>
    public void Reject(QueuedPod queued, IReadOnlyList<string> plugins)
    {
        if (!IsBack(queued))
            return;
        queued.Rejections++;
        queued.Errors = 0;
        queued.RejectedBy = plugins;
        queued.BackoffUntil = queued.Since + _settings.Backoff.Delay(queued.Rejections);
        // What happened while it was tried may have been just what the pod was waiting for.
        var couldFit = _meanwhile.Since(queued.Pod.Uid)?.Any(item => IsWorthIt(queued, item)) ?? true;
        _meanwhile.End(queued.Pod.Uid);
        if (couldFit)
            PutInto(_backoff, queued, QueuePlace.Backoff);
        else
            EnterPool(queued);
    }

    /// <summary>Something went wrong with the pod. It comes again after a wait, whatever happens.</summary>
    public void Fail(QueuedPod queued)
    {
        if (!IsBack(queued))
            return;
        _meanwhile.End(queued.Pod.Uid);
        queued.Errors++;
        queued.RejectedBy = [];
        queued.BackoffUntil = queued.Since + _settings.Backoff.Delay(queued.Errors);
        PutInto(_errors, queued, QueuePlace.ErrorBackoff);
    }

    /// <summary>Something happened in the cluster: pods that it could help get another turn.</summary>
    /// <param name="item">What happened.</param>
    /// <param name="except">Uid of a pod whose own failure it is, which cannot help it.</param>
    public void Move(ClusterEvent item, string? except = null)
    {
        _meanwhile.Add(item, except: except);
        if (_pool.Count == 0)
            return;
        List<QueuedPod>? leaving = null;
        foreach (var queued in _pool.Values)
            if (queued.Pod.Uid != except && IsWorthIt(queued, item))
                (leaving ??= []).Add(queued);
        foreach (var queued in leaving ?? [])
            LeavePool(queued);
    }

    private bool IsBack(QueuedPod queued)
    {
        if (!_pods.TryGetValue(queued.Pod.Uid, out var known) || !ReferenceEquals(known, queued))
            return false;
        queued.Since = _time.GetUtcNow();
        return true;
    }

    private void Flush(DateTimeOffset now)
    {
        FlushHeap(_backoff, now);
        FlushHeap(_errors, now);
        while (true)
        {
            DropStale();
            if (!_poolOrder.TryPeek(out var oldest) || oldest.Since + _settings.PoolFlush > now)
                return;
            _poolOrder.Dequeue();
            LeavePool(oldest.Pod);
        }
    }

    private void FlushHeap(PodHeap heap, DateTimeOffset now)
    {
        while (heap.TryPeek(out var first) && first.BackoffUntil <= now)
        {
            heap.Remove(first);
            Activate(first);
        }
    }

    private void LeavePool(QueuedPod queued)
    {
        _pool.Remove(queued.Pod.Uid);
        if (_time.GetUtcNow() < queued.BackoffUntil)
            PutInto(_backoff, queued, QueuePlace.Backoff);
        else
            Activate(queued);
    }

    private void Activate(QueuedPod queued)
    {
        foreach (var plugin in queued.Profile.PreEnqueue)
            if (plugin.PreEnqueue(queued.Pod) is { IsSuccess: false } gate)
            {
                queued.RejectedBy = [gate.Plugin];
                EnterPool(queued, gated: true);
                return;
            }
        PutInto(_active, queued, QueuePlace.Active);
    }

    // A gate does not open because time goes by.
    private void EnterPool(QueuedPod queued, bool gated = false)
    {
        queued.Place = QueuePlace.Pool;
        _pool.Add(queued.Pod.Uid, queued);
        if (!gated)
            _poolOrder.Enqueue((queued, queued.Since));
    }

    private static void PutInto(PodHeap heap, QueuedPod queued, QueuePlace place)
    {
        queued.Place = place;
        heap.Add(queued);
    }

    private void TakeOut(QueuedPod queued)
    {
        switch (queued.Place)
        {
            case QueuePlace.Active:
                _active.Remove(queued);
                break;
            case QueuePlace.Backoff:
                _backoff.Remove(queued);
                break;
            case QueuePlace.ErrorBackoff:
                _errors.Remove(queued);
                break;
            case QueuePlace.Pool:
                _pool.Remove(queued.Pod.Uid);
                break;
            case QueuePlace.InFlight:
                break;
            default:
                throw new InvalidOperationException($"Unknown place {queued.Place}.");
        }
    }

    // Entries of pods that left the pool meanwhile are not searched for; they are recognised when they come up.
    private void DropStale()
    {
        while (_poolOrder.TryPeek(out var oldest) && (oldest.Pod.Place != QueuePlace.Pool || oldest.Pod.Since != oldest.Since))
            _poolOrder.Dequeue();
    }

    private static bool IsWorthIt(QueuedPod queued, ClusterEvent item)
    {
        if (queued.RejectedBy.Count == 0)
            return true;
        foreach (var plugin in queued.RejectedBy)
        {
            if (queued.Profile.EventsOf(plugin) is not { } events)
                return true;
            foreach (var registration in events)
                if (registration.Wants(queued.Pod, item))
                    return true;
        }
        return false;
    }
}
