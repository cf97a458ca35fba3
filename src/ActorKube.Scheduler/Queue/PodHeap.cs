using System.Diagnostics.CodeAnalysis;

namespace ActorKube.Scheduler.Queue;

/// <summary>A heap of queued pods from which any can be taken out. A pod is in at most one heap at a time.</summary>
internal sealed class PodHeap(Comparison<QueuedPod> compare)
{
    private readonly List<QueuedPod> _items = [];

    /// <summary>Number of pods.</summary>
    public int Count => _items.Count;

    /// <summary>Adds a pod.</summary>
    public void Add(QueuedPod pod)
    {
        _items.Add(pod);
        pod.HeapIndex = _items.Count - 1;
        Up(pod.HeapIndex);
    }

    /// <summary>The first pod.</summary>
    public bool TryPeek([MaybeNullWhen(false)] out QueuedPod pod)
    {
        pod = _items.Count > 0 ? _items[0] : null;
        return pod is not null;
    }

    /// <summary>Takes a pod out, wherever it stands.</summary>
    public void Remove(QueuedPod pod)
    {
        var at = pod.HeapIndex;
        var last = _items[^1];
        _items.RemoveAt(_items.Count - 1);
        pod.HeapIndex = -1;
        if (ReferenceEquals(last, pod))
            return;
        Place(last, at);
        Fix(last);
    }

    /// <summary>The pod's rank may have changed.</summary>
    public void Fix(QueuedPod pod)
    {
        Up(pod.HeapIndex);
        Down(pod.HeapIndex);
    }

    private void Up(int at)
    {
        while (at > 0 && Before(_items[at], _items[(at - 1) / 2]))
        {
            Swap(at, (at - 1) / 2);
            at = (at - 1) / 2;
        }
    }

    private void Down(int at)
    {
        while (true)
        {
            var first = at;
            for (var child = 2 * at + 1; child <= 2 * at + 2 && child < _items.Count; child++)
                if (Before(_items[child], _items[first]))
                    first = child;
            if (first == at)
                return;
            Swap(at, first);
            at = first;
        }
    }

    private bool Before(QueuedPod left, QueuedPod right)
    {
        var order = compare(left, right);
        return order != 0 ? order < 0 : left.Order < right.Order;
    }

    private void Swap(int a, int b)
    {
        var moved = _items[a];
        Place(_items[b], a);
        Place(moved, b);
    }

    private void Place(QueuedPod pod, int at)
    {
        _items[at] = pod;
        pod.HeapIndex = at;
    }
}
