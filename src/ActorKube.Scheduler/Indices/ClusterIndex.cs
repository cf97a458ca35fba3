using System.Diagnostics.CodeAnalysis;
using ActorKube.Api.Names;
using ActorKube.Scheduler.Volumes;

namespace ActorKube.Scheduler.Indices;

/// <summary>
/// Nodes and the pods on them, kept up by single changes, so that a scheduling cycle reads it as it is and copies nothing. Pods that are being bound count as being there
/// already (<see cref="Assume"/>), until the watch confirms them, the binding fails, or nothing was heard of a finished binding for too long. For one thread.
/// </summary>
internal sealed class ClusterIndex
{
    private readonly Dictionary<string, NodeInfo> _byName = [];
    private readonly Dictionary<string, Entry> _pods = [];
    private readonly Queue<(DateTimeOffset Due, string Uid)> _finished = new();
    // Nodes in the order they became known: the base of the order they are tried in.
    private readonly List<NodeInfo> _known = [];
    private NodeInfo[] _order = [];
    private bool _orderIsStale;

    // Pods on nodes that use a claim, by claim; pods without claims are not in it.
    private readonly Dictionary<ObjectKey, int> _claimUses = [];

    /// <summary>Claims, volumes and what belongs to them.</summary>
    public VolumeIndex Volumes { get; } = new();

    /// <summary>Images on nodes.</summary>
    public ImageIndex Images { get; } = new();

    /// <summary>Known nodes in the order they are tried.</summary>
    public NodeInfo[] Nodes
    {
        get
        {
            if (_orderIsStale)
            {
                _order = NodeOrder.Arrange(_known);
                _orderIsStale = false;
            }
            return _order;
        }
    }

    /// <summary>Number of known nodes.</summary>
    public int NodeCount => _known.Count;

    /// <summary>Number of pods on nodes, assumed ones included.</summary>
    public int PodCount => _pods.Count;

    /// <summary>When the first assumed pod expires; null when none can.</summary>
    public DateTimeOffset? NextExpiry => _finished.TryPeek(out var first) ? first.Due : null;

    /// <summary>A known node.</summary>
    public bool TryFind(string name, [MaybeNullWhen(false)] out NodeInfo node) => _byName.TryGetValue(name, out node) && node.Known is not null;

    /// <summary>How many pods on nodes use a claim.</summary>
    public int UsesOf(ObjectKey claim) => _claimUses.GetValueOrDefault(claim);

    /// <summary>Whether a pod is assumed and not confirmed.</summary>
    public bool IsAssumed(string uid) => _pods.TryGetValue(uid, out var entry) && entry.Assumed;

    /// <summary>Adds a node or takes over its new state.</summary>
    public void SetNode(NodeSpec spec)
    {
        var node = Get(spec.Name);
        var before = node.Known;
        if (before is null)
            _known.Add(node);
        _orderIsStale |= before is null || before.Zone != spec.Zone;
        Images.Update(spec.Name, before?.Images ?? [], spec.Images);
        node.SetSpec(spec);
    }

    /// <summary>Removes a node. Its pods stay counted until they go, for it may come back.</summary>
    public void RemoveNode(string name)
    {
        if (!TryFind(name, out var node))
            return;
        Images.Update(name, node.Spec.Images, []);
        node.SetSpec(null);
        _known.Remove(node);
        _orderIsStale = true;
        DropIfEmpty(node);
    }

    /// <summary>Counts a pod on the node it is assigned to; confirms it when it was assumed, also on another node than expected.</summary>
    /// <returns>True when the pod was not counted anywhere before.</returns>
    public bool SetPod(PodInfo pod)
    {
        var isNew = !Remove(pod.Uid);
        Put(pod, pod.NodeName, assumed: false);
        return isNew;
    }

    /// <summary>Stops counting a pod.</summary>
    /// <returns>False when it was not counted.</returns>
    public bool RemovePod(string uid) => Remove(uid);

    /// <summary>Counts a pod on a node that it is about to be bound to.</summary>
    public void Assume(PodInfo pod, string node)
    {
        if (_pods.ContainsKey(pod.Uid))
            throw new InvalidOperationException($"Pod {pod.Key} is on a node already.");
        Put(pod, node, assumed: true);
    }

    /// <summary>The binding of an assumed pod has been sent and answered: unless confirmed, it expires.</summary>
    public void FinishBinding(string uid, DateTimeOffset expires)
    {
        if (IsAssumed(uid))
            _finished.Enqueue((expires, uid));
    }

    /// <summary>The binding of an assumed pod failed: it is not counted any more.</summary>
    /// <returns>False when it was confirmed or gone already.</returns>
    public bool Forget(string uid) => IsAssumed(uid) && Remove(uid);

    /// <summary>Forgets assumed pods whose time is up.</summary>
    public IReadOnlyList<PodInfo> Expire(DateTimeOffset now)
    {
        List<PodInfo>? expired = null;
        while (_finished.TryPeek(out var first) && (first.Due <= now || !IsAssumed(first.Uid)))
        {
            _finished.Dequeue();
            if (!_pods.TryGetValue(first.Uid, out var entry) || !entry.Assumed)
                continue;
            Remove(first.Uid);
            (expired ??= []).Add(entry.Pod);
        }
        return expired ?? (IReadOnlyList<PodInfo>)[];
    }

    private NodeInfo Get(string name)
    {
        if (!_byName.TryGetValue(name, out var node))
            _byName.Add(name, node = new NodeInfo(name));
        return node;
    }

    private void Put(PodInfo pod, string nodeName, bool assumed)
    {
        var node = Get(nodeName);
        node.Add(pod);
        CountClaims(pod, 1);
        _pods.Add(pod.Uid, new Entry(pod, node, assumed));
    }

    private bool Remove(string uid)
    {
        if (!_pods.Remove(uid, out var entry))
            return false;
        entry.Node.Remove(entry.Pod);
        CountClaims(entry.Pod, -1);
        DropIfEmpty(entry.Node);
        return true;
    }

    private void CountClaims(PodInfo pod, int sign)
    {
        foreach (var volume in pod.Volumes)
        {
            if (volume.Claim.Length == 0)
                continue;
            var key = new ObjectKey(pod.Key.Namespace, volume.Claim);
            if (_claimUses.GetValueOrDefault(key) + sign is var uses && uses > 0)
                _claimUses[key] = uses;
            else
                _claimUses.Remove(key);
        }
    }

    private void DropIfEmpty(NodeInfo node)
    {
        if (node.Known is null && node.Pods.Count == 0)
            _byName.Remove(node.Name);
    }

    private readonly record struct Entry(PodInfo Pod, NodeInfo Node, bool Assumed);
}
