using System.Collections.Concurrent;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Protocol.Store;
using Microsoft.Extensions.Logging;

namespace ActorKube.ApiServer.Security.Nodes;

/// <summary>
/// Which objects the pods of a node refer to: a live index over all pods that have a node. A reference counts as long as one pod holds it. One feed writes; any
/// number of requests read without waiting.
/// </summary>
internal sealed class NodeGraph(IResourceStore store, string workspace, TimeProvider time, ILogger log)
{
    private readonly ResourceFeed _feed = new(store, new ResourceId(workspace, SecurityResources.Pods), time, log);
    private readonly ConcurrentDictionary<Edge, int> _edges = new();
    private readonly Dictionary<ObjectKey, PodEntry> _pods = [];
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when all pods have been read once.</summary>
    public Task Ready => _ready.Task;

    /// <summary>True when a pod on the node refers to the object.</summary>
    public bool Refers(string node, PodReferences.Kind kind, string ns, string name) => _edges.ContainsKey(new Edge(node, kind, ns, name));

    /// <summary>Follows the pods until cancelled.</summary>
    public Task RunAsync(CancellationToken cancel) =>
        _feed.RunAsync(Reset, change => Apply(change.Object, change.Type == ChangeType.Deleted), cancel);

    /// <summary>See <see cref="ResourceFeed.CatchUpAsync"/>.</summary>
    public ValueTask CatchUpAsync(CancellationToken cancel) => _feed.CatchUpAsync(cancel);

    private void Apply(StoredObject pod, bool deleted)
    {
        var node = deleted ? "" : pod.Field("spec.nodeName");
        if (node.Length == 0)
        {
            Forget(pod.Key);
            return;
        }
        // Status reports are most of the traffic. What a pod refers to changes with its spec only, which the generation tells where there is one.
        var known = _pods.GetValueOrDefault(pod.Key);
        if (known is not null && known.Uid == pod.Head.Uid && pod.Head.Generation > 0 && known.Generation == pod.Head.Generation)
            return;
        var edges = PodReferences.Read(pod.Json).Select(r => new Edge(node, r.Kind, pod.Key.Namespace, r.Name)).ToArray();
        foreach (var edge in edges)
            _edges.AddOrUpdate(edge, 1, (_, count) => count + 1);
        Forget(pod.Key);
        _pods[pod.Key] = new PodEntry(pod.Head.Uid, pod.Head.Generation, edges);
    }

    private void Reset(IEnumerable<StoredObject> pods)
    {
        var gone = _pods.Keys.ToHashSet();
        foreach (var pod in pods)
        {
            Apply(pod, deleted: false);
            gone.Remove(pod.Key);
        }
        foreach (var key in gone)
            Forget(key);
        _ready.TrySetResult();
    }

    private void Forget(ObjectKey pod)
    {
        if (!_pods.Remove(pod, out var entry))
            return;
        foreach (var edge in entry.Edges)
            if (_edges.AddOrUpdate(edge, 0, (_, count) => count - 1) <= 0)
                _edges.TryRemove(KeyValuePair.Create(edge, 0));
    }

    private readonly record struct Edge(string Node, PodReferences.Kind Kind, string Namespace, string Name);

    private sealed record PodEntry(string Uid, long Generation, Edge[] Edges);
}
