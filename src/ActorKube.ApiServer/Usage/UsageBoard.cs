using System.Collections.Concurrent;
using System.Collections.Frozen;
using ActorKube.Api.Names;
using ActorKube.Machinery.Times;
using ActorKube.Protocol.Usage;

namespace ActorKube.ApiServer.Usage;

/// <summary>
/// What the nodes of the cluster used lately: the last report of each, in memory only. Agents report to the server they are connected to, which tells the others, so each server knows all
/// of them. Written and read from any thread.
/// </summary>
/// <param name="retention">How long a report counts after it has come, if its agent reports more often than that.</param>
/// <param name="time">The clock.</param>
public sealed class UsageBoard(TimeSpan retention, TimeProvider time)
{
    // An agent that samples seldom may miss two reports, as one that samples often.
    private const int WindowsKept = 3;
    private readonly ConcurrentDictionary<string, Entry> _nodes = new();
    private readonly SteadyTime _time = new(time);
    private long _swept = time.GetUtcNow().UtcTicks;

    /// <summary>Takes a node's report. One that is older than what is known is late, and dropped.</summary>
    public void Take(string node, UsageReport report)
    {
        var now = _time.GetUtcNow();
        var entry = new Entry(report, now);
        _nodes.AddOrUpdate(node, entry, (_, known) => report.At < known.Report.At && IsFresh(known, now) ? known : entry);
        Sweep(now);
    }

    /// <summary>The last report of a node; null when there is none that still counts.</summary>
    internal UsageReport? Node(string node) => Fresh(node)?.Report;

    /// <summary>What a pod of a node used; null when nobody knows.</summary>
    internal PodUsage? Pod(string node, ObjectKey key, string uid) =>
        Fresh(node)?.Pods.GetValueOrDefault(key) is { } usage && usage.Uid == uid ? usage : null;

    private Entry? Fresh(string node) => _nodes.TryGetValue(node, out var entry) && IsFresh(entry, _time.GetUtcNow()) ? entry : null;

    private bool IsFresh(Entry entry, DateTimeOffset now)
    {
        var windows = entry.Report.Window * WindowsKept;
        return now - entry.ReceivedAt <= (windows > retention ? windows : retention);
    }

    // Nodes come and go; what nobody reports any more must not stay for ever.
    private void Sweep(DateTimeOffset now)
    {
        var last = Volatile.Read(ref _swept);
        if (now.UtcTicks - last < retention.Ticks || Interlocked.CompareExchange(ref _swept, now.UtcTicks, last) != last)
            return;
        foreach (var node in _nodes)
            if (!IsFresh(node.Value, now))
                _nodes.TryRemove(node);
    }

    private sealed record Entry(UsageReport Report, DateTimeOffset ReceivedAt)
    {
        private FrozenDictionary<ObjectKey, PodUsage>? _pods;

        // Most reports are replaced before anybody asks for a pod of theirs.
        public FrozenDictionary<ObjectKey, PodUsage> Pods => _pods ??= Report.Pods.DistinctBy(p => p.Key).ToFrozenDictionary(p => p.Key);
    }
}
