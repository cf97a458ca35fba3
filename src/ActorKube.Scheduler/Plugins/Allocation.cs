using System.Collections.Immutable;
using ActorKube.Scheduler.Framework;
using ActorKube.Scheduler.Indices;

namespace ActorKube.Scheduler.Plugins;

/// <summary>How full a node would be with a pod on it (upstream: <c>resourceAllocationScorer</c>).</summary>
internal static class Allocation
{
    /// <summary>
    /// What would be taken of a resource, counting an assumed amount of CPU and memory for containers that ask for none, and how much there is. (0, 0) for
    /// resources that do not count.
    /// </summary>
    public static (long Requested, long Allocatable) WithAssumed(PodInfo pod, NodeInfo node, string resource) => resource switch
    {
        "cpu" => (node.NonZeroMilliCpu + pod.NonZeroMilliCpu, node.Spec.Allocatable.MilliCpu),
        "memory" => (node.NonZeroMemory + pod.NonZeroMemory, node.Spec.Allocatable.Memory),
        _ => Exact(pod, node, resource),
    };

    /// <summary>The same, counting only what is asked for.</summary>
    public static (long Requested, long Allocatable) Exact(PodInfo pod, NodeInfo node, string resource)
    {
        var wanted = pod.Requests[resource];
        // A resource that few nodes have would otherwise draw pods that do not use it.
        if (wanted == 0 && resource is not ("cpu" or "memory" or "ephemeral-storage"))
            return (0, 0);
        return (node.Requested[resource] + wanted, node.Spec.Allocatable[resource]);
    }

    /// <summary>Whether the pod asks for none of the resources.</summary>
    public static bool IsBestEffort(PodInfo pod, ImmutableArray<PluginUse> resources)
    {
        foreach (var resource in resources)
            if (pod.Requests[resource.Name] != 0)
                return false;
        return true;
    }
}
