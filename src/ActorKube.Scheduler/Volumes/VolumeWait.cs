using ActorKube.Api.Names;
using ActorKube.Machinery.Volumes;

namespace ActorKube.Scheduler.Volumes;

/// <summary>
/// Waits until all claims of a pod are bound. Judged on the scheduler's thread, by what the watch shows; awaited beside it.
/// </summary>
/// <param name="node">The node that was chosen.</param>
/// <param name="claims">The claims, with their incarnations.</param>
internal sealed class VolumeWait(string node, IEnumerable<ClaimView> claims)
{
    private readonly TaskCompletionSource<string?> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Dictionary<ObjectKey, Awaited> _open = claims.ToDictionary(static c => c.Object.Key, static c => new Awaited(c.Object.Head.Uid));

    /// <summary>The claims it waits for.</summary>
    public ObjectKey[] Claims => [.. _open.Keys];

    /// <summary>Ends when all claims are bound, with null; or when that will not happen, with the reason.</summary>
    public Task<string?> Ended => _end.Task;

    /// <summary>Takes note of a claim as it is now.</summary>
    /// <returns>True when the wait is over.</returns>
    public bool Judge(ObjectKey key, ClaimView? now)
    {
        if (!_open.TryGetValue(key, out var awaited))
            return false;
        if (now is null || now.Object.Head.Uid != awaited.Uid)
            return End($"persistentvolumeclaim \"{key.Name}\" not found");
        if (now.IsBound)
        {
            _open.Remove(key);
            return _open.Count == 0 && End(null);
        }
        if (now.SelectedNode == node)
            awaited.WasSelected = true;
        else if (awaited.WasSelected)
            // The provisioner gives the choice back when it cannot make a volume for that node.
            return End($"provisioning failed for PVC \"{key.Name}\"");
        return false;
    }

    /// <summary>Ends the wait.</summary>
    /// <param name="why">Why it came to nothing; null when it did not.</param>
    /// <returns>True.</returns>
    public bool End(string? why)
    {
        _end.TrySetResult(why);
        return true;
    }

    private sealed class Awaited(string uid)
    {
        public string Uid { get; } = uid;

        public bool WasSelected { get; set; }
    }
}
