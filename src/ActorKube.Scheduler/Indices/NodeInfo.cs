using ActorKube.Api.Pods;

namespace ActorKube.Scheduler.Indices;

/// <summary>A node with the pods on it, assumed ones included, and the sums over them. Belongs to one <see cref="ClusterIndex"/> and its thread.</summary>
internal sealed class NodeInfo(string name)
{
    private readonly List<PodInfo> _pods = [];
    private List<HostPort>? _ports;

    /// <summary>Name.</summary>
    public string Name { get; } = name;

    /// <summary>The node; null while only pods of it are known.</summary>
    public NodeSpec? Known { get; private set; }

    /// <summary>The node, of which the cycle sees only known ones.</summary>
    public NodeSpec Spec => Known ?? throw new InvalidOperationException($"Node {Name} is not known.");

    /// <summary>Place in <see cref="ClusterIndex.Nodes"/>.</summary>
    public int Position { get; internal set; }

    /// <summary>The pods.</summary>
    public IReadOnlyList<PodInfo> Pods => _pods;

    /// <summary>Sum of the pods' requests.</summary>
    public ResourceAmounts Requested { get; } = new();

    /// <summary>Sum of <see cref="PodInfo.NonZeroMilliCpu"/>.</summary>
    public long NonZeroMilliCpu { get; private set; }

    /// <summary>Sum of <see cref="PodInfo.NonZeroMemory"/>.</summary>
    public long NonZeroMemory { get; private set; }

    /// <summary>Whether one of the ports is taken.</summary>
    public bool HasConflict(HostPort[] ports)
    {
        if (_ports is null)
            return false;
        foreach (var taken in _ports)
            foreach (var wanted in ports)
                if (wanted.ConflictsWith(taken))
                    return true;
        return false;
    }

    internal void SetSpec(NodeSpec? spec) => Known = spec;

    internal void Add(PodInfo pod)
    {
        _pods.Add(pod);
        Count(pod, 1);
        if (pod.HostPorts.Length > 0)
            (_ports ??= []).AddRange(pod.HostPorts);
    }

    internal void Remove(PodInfo pod)
    {
        var at = _pods.IndexOf(pod);
        if (at < 0)
            throw new InvalidOperationException($"Pod {pod.Key} is not on node {Name}.");
        _pods[at] = _pods[^1];
        _pods.RemoveAt(_pods.Count - 1);
        Count(pod, -1);
        foreach (var port in pod.HostPorts)
            _ports!.Remove(port);
    }

    private void Count(PodInfo pod, int sign)
    {
        Requested.Add(pod.Requests, sign);
        NonZeroMilliCpu += sign * pod.NonZeroMilliCpu;
        NonZeroMemory += sign * pod.NonZeroMemory;
    }
}
