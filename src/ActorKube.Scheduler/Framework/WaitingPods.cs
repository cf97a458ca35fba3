using System.Diagnostics.CodeAnalysis;

namespace ActorKube.Scheduler.Framework;

/// <summary>
/// Pods that permit plugins hold back, each until all plugins that hold it have allowed it, one rejects it, or its time is up. Plugins use it from the scheduler's thread.
/// </summary>
internal sealed class WaitingPods
{
    private readonly Dictionary<string, Hold> _holds = [];
    private readonly Queue<(string Uid, Status Verdict)> _released = new();

    /// <summary>When the first time is up; null when nobody waits.</summary>
    public DateTimeOffset? NextDue => _holds.Count == 0 ? null : _holds.Values.Min(h => h.Due.Values.Min());

    /// <summary>Whether a pod is held.</summary>
    public bool Holds(string uid) => _holds.ContainsKey(uid);

    /// <summary>Holds a pod for a plugin.</summary>
    public void Add(string uid, string plugin, DateTimeOffset due)
    {
        if (!_holds.TryGetValue(uid, out var hold))
            _holds.Add(uid, hold = new Hold());
        hold.Due[plugin] = due;
    }

    /// <summary>A plugin has nothing against the pod any more.</summary>
    public void Allow(string uid, string plugin)
    {
        if (_holds.TryGetValue(uid, out var hold) && hold.Due.Remove(plugin) && hold.Due.Count == 0)
            Release(uid, Status.Success);
    }

    /// <summary>A plugin turns the pod down.</summary>
    public void Reject(string uid, string plugin, string reason)
    {
        if (_holds.ContainsKey(uid))
            Release(uid, Status.Unschedulable(plugin, reason));
    }

    /// <summary>Forgets a pod that is gone.</summary>
    public void Drop(string uid) => _holds.Remove(uid);

    /// <summary>Takes the next pod whose fate is decided.</summary>
    public bool TryTake(DateTimeOffset now, [MaybeNullWhen(false)] out string uid, [MaybeNullWhen(false)] out Status verdict)
    {
        foreach (var (waiting, hold) in _holds)
            if (hold.Due.FirstOrDefault(d => d.Value <= now) is { Key: { } late })
            {
                // Upstream's wording; the plugin is the one whose time is up.
                Release(waiting, Status.Unschedulable(late, $"rejected due to timeout after waiting at plugin {late}"));
                break;
            }
        if (_released.TryDequeue(out var next))
        {
            (uid, verdict) = next;
            return true;
        }
        (uid, verdict) = (null, null);
        return false;
    }

    private void Release(string uid, Status verdict)
    {
        _holds.Remove(uid);
        _released.Enqueue((uid, verdict));
    }

    private sealed class Hold
    {
        public Dictionary<string, DateTimeOffset> Due { get; } = [];
    }
}
