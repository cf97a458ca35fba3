using System.Collections.Concurrent;
using System.Collections.Immutable;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Objects;
using ActorKube.NodeAgent.Pods.Status;
using ActorKube.NodeAgent.Runtimes.Simulated;

namespace ActorKube.NodeAgent.Node;

/// <summary>A pod as the agent's server shows it.</summary>
/// <param name="Uid">Its uid.</param>
/// <param name="Object">The API object.</param>
/// <param name="Status">Its newest status.</param>
internal sealed record PodOnBoard(string Uid, StoredObject Object, PodStatusView Status)
{
    private readonly Lazy<ImmutableDictionary<string, string>?> _script = new(() => ScriptOf(Object), LazyThreadSafetyMode.PublicationOnly);

    /// <summary>Its annotations, if some of them script a simulated runtime; else null. Asked at each sampling of use, so most pods have to cost nothing.</summary>
    public ImmutableDictionary<string, string>? Script => _script.Value;

    private static ImmutableDictionary<string, string>? ScriptOf(StoredObject pod) =>
        pod.Json.Span.IndexOf(ScriptAnnotations.PrefixBytes) < 0 ? null : pod.Edit().Strings("metadata", "annotations").ToImmutableDictionary();
}

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
