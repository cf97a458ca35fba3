using System.Collections.Concurrent;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.NodeAgent.Pods.Status;

namespace ActorKube.NodeAgent.Node;

/// <summary>A pod as the agent's server shows it.</summary>
/// <param name="Uid">Its uid.</param>
/// <param name="Object">The API object.</param>
/// <param name="Status">Its newest status.</param>
internal sealed record PodOnBoard(string Uid, StoredObject Object, PodStatusView Status);

/// <summary>The pods of the node for whoever reads: written by their actors, read without asking them.</summary>
internal sealed class PodBoard
{
    private readonly ConcurrentDictionary<ObjectKey, PodOnBoard> _pods = new();
    private readonly ConcurrentDictionary<ObjectKey, TaskCompletionSource> _waiting = new();

    /// <summary>All pods.</summary>
    public IEnumerable<PodOnBoard> All => _pods.Values;

    /// <summary>The pod of that name, or null.</summary>
    public PodOnBoard? Find(ObjectKey key) => _pods.GetValueOrDefault(key);

    /// <summary>Shows a pod.</summary>
    public void Show(ObjectKey key, PodOnBoard pod)
    {
        _pods[key] = pod;
        Wake(key);
    }

    /// <summary>Completes at the next change of the pod of that name.</summary>
    public Task WhenChanged(ObjectKey key) => _waiting.GetOrAdd(key, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>Takes a pod off, unless the name is another pod's by now.</summary>
    public void Remove(ObjectKey key, string uid)
    {
        if (_pods.TryGetValue(key, out var shown) && shown.Uid == uid)
            _pods.TryRemove(KeyValuePair.Create(key, shown));
        Wake(key);
    }

    // Hardly ever does anybody wait: the check costs nothing then.
    private void Wake(ObjectKey key)
    {
        if (!_waiting.IsEmpty && _waiting.TryRemove(key, out var waiting))
            waiting.TrySetResult();
    }
}
