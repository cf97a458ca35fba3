using ActorKube.Machinery.Measuring;

namespace ActorKube.Machinery.Queues;

/// <summary>What a <see cref="WorkQueue{TKey}"/> has done so far, as client-go counts it. The queue's thread counts, any thread reads; it may outlive its queue and be given to the next one.</summary>
public sealed class QueueMeter
{
    // Upstream's: a microsecond to a quarter of an hour.
    private static readonly double[] Bounds = [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1, 10, 100, 1000];

    private long _adds;
    private long _retries;
    private int _depth;

    /// <summary>How often a key got in line for a turn; adding one that waits in line already is not counted.</summary>
    public long Adds => Volatile.Read(ref _adds);

    /// <summary>How often a key was put off after a failure.</summary>
    public long Retries => Volatile.Read(ref _retries);

    /// <summary>Keys that could be taken now.</summary>
    public int Depth => Volatile.Read(ref _depth);

    /// <summary>From a key's getting in line to its turn.</summary>
    public DurationHistogram Waits { get; } = new(Bounds);

    /// <summary>From a key's turn to its end, whatever the turn waited for included.</summary>
    public DurationHistogram Turns { get; } = new(Bounds);

    /// <summary>The queue is gone: nothing is in line.</summary>
    public void Empty() => Volatile.Write(ref _depth, 0);

    internal void Added() => Volatile.Write(ref _adds, _adds + 1);

    internal void Retried() => Volatile.Write(ref _retries, _retries + 1);

    internal void InLine(int keys) => Volatile.Write(ref _depth, keys);
}
