using System.Collections.Immutable;
using ActorKube.Api.Objects;
using ActorKube.Api.Pods;
using ActorKube.Api.Quantities;
using ActorKube.Machinery.Objects;
using ActorKube.NodeAgent.Pods;
using ActorKube.NodeAgent.Setup;
using k8s.Models;

namespace ActorKube.NodeAgent.Node;

/// <summary>
/// What the pods that a node has taken on ask of it, ports of the node among that, so that it takes on no more than it has. The scheduler sees to that for what it places; who writes a node's name into a pod himself, or a scheduler that does not know that it
/// has been followed by another, is stopped here (upstream: amounts and ports among the kubelet's <c>GeneralPredicates</c>). Owned by one actor.
/// </summary>
/// <param name="has">What the node can give to pods.</param>
/// <param name="maxPods">Most pods it takes.</param>
internal sealed class NodeRoom(NodeCapacity has, int maxPods)
{
    private readonly Dictionary<string, Amounts> _taken = [];
    private readonly Dictionary<string, ImmutableArray<HostPort>> _ports = [];
    private Amounts _used;

    /// <summary>Takes a pod on; one that is taken on already stays so.</summary>
    /// <param name="item">The pod.</param>
    /// <param name="pod">The same, read.</param>
    /// <param name="begun">Whether it runs already: then it is taken on in any case.</param>
    /// <returns>Why it is not taken on; null when it is.</returns>
    public PodVerdict? Enter(StoredObject item, V1Pod pod, bool begun)
    {
        if (_taken.ContainsKey(item.Head.Uid))
            return null;
        var asked = Amounts.Of(item, pod);
        var ports = Ports(pod.Spec);
        if (!begun && (Refusal(asked) ?? Conflict(ports)) is { } refusal)
            return refusal;
        if (ports.Length > 0)
            _ports.Add(item.Head.Uid, ports);
        _taken.Add(item.Head.Uid, asked);
        _used += asked;
        return null;
    }

    /// <summary>The pod has ended, or is gone.</summary>
    public void Leave(string uid)
    {
        if (_taken.Remove(uid, out var asked))
            _used -= asked;
        _ports.Remove(uid);
    }

    private PodVerdict? Conflict(ImmutableArray<HostPort> ports) => ports.Any(p => _ports.Values.Any(taken => taken.Any(other => p.ConflictsWith(other))))
        ? new PodVerdict("NodePorts", "Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports")
        : null;

    private static ImmutableArray<HostPort> Ports(V1PodSpec spec) =>
        [.. PodResources.SideBySide(spec).SelectMany(static c => c.Ports ?? []).Where(static p => p.HostPort > 0).Select(static p => HostPort.Of(p.HostIP, p.Protocol, p.HostPort!.Value))];

    // In upstream's order; what a pod does not ask for cannot be missing.
    private PodVerdict? Refusal(Amounts asked) =>
        Lacks("pods", 1, _taken.Count, maxPods)
        ?? Lacks("cpu", asked.MilliCpu, _used.MilliCpu, (long)(has.CpuCores * 1000))
        ?? Lacks("memory", asked.Memory, _used.Memory, (long)has.MemoryBytes)
        ?? Lacks("ephemeral-storage", asked.Disk, _used.Disk, (long)has.EphemeralStorageBytes);

    private static PodVerdict? Lacks(string resource, Int128 asked, Int128 used, long capacity) => asked <= 0 || asked <= capacity - used
        ? null
        : new PodVerdict($"OutOf{resource}", $"Node didn't have enough resource: {resource}, requested: {asked}, used: {used}, capacity: {capacity}");

    // Wide, so that whatever runs already can be summed.
    private readonly record struct Amounts(Int128 MilliCpu, Int128 Memory, Int128 Disk)
    {
        public static Amounts Of(StoredObject item, V1Pod pod) => pod.Status?.ContainerStatuses is { Count: > 0 } ? Of(PodNeeds.Requests(item.Edit())) : Of(pod);

        // Of a pod that no container has run of yet only the spec counts.
        private static Amounts Of(V1Pod pod) => new(
            Whole(PodResources.Request(pod, "cpu") * 1000), Whole(PodResources.Request(pod, "memory")), Whole(PodResources.Request(pod, "ephemeral-storage")));

        private static Amounts Of(Dictionary<string, Quantity> needs) => new(
            Math.Max(0, needs.GetValueOrDefault("cpu").MilliValue), Math.Max(0, needs.GetValueOrDefault("memory").Value), Math.Max(0, needs.GetValueOrDefault("ephemeral-storage").Value));

        private static Int128 Whole(decimal amount) => (Int128)Math.Max(0, Math.Ceiling(amount));

        public static Amounts operator +(Amounts left, Amounts right) => new(left.MilliCpu + right.MilliCpu, left.Memory + right.Memory, left.Disk + right.Disk);

        public static Amounts operator -(Amounts left, Amounts right) => new(left.MilliCpu - right.MilliCpu, left.Memory - right.Memory, left.Disk - right.Disk);
    }
}
