using ActorKube.Scheduler.Framework;
using ActorKube.Scheduler.Indices;

namespace ActorKube.Scheduler.Plugins;

/// <summary>Ports of the node that the pod wants have to be free.</summary>
internal sealed class NodePorts : IPreFilterPlugin, IFilterPlugin, IEnqueueExtensions
{
    private static readonly Status Taken = Status.Unschedulable(PluginNames.NodePorts, "node(s) didn't have free ports for the requested pod ports");

    public string Name => PluginNames.NodePorts;

    public IEnumerable<EventRegistration> EventsToRegister =>
    [
        new(EventResource.AssignedPod, EventActions.Delete, static (pod, e) => Conflict(pod, e.OldPod!)),
        new(EventResource.Node, EventActions.Add),
    ];

    public Status PreFilter(CycleState state, PodInfo pod, out IReadOnlyCollection<string>? nodeNames)
    {
        nodeNames = null;
        return pod.HostPorts.Length == 0 ? Status.Skip : Status.Success;
    }

    public Status Filter(CycleState state, PodInfo pod, NodeInfo node) => node.HasConflict(pod.HostPorts) ? Taken : Status.Success;

    private static bool Conflict(PodInfo pod, PodInfo other)
    {
        foreach (var wanted in pod.HostPorts)
            foreach (var taken in other.HostPorts)
                if (wanted.ConflictsWith(taken))
                    return true;
        return false;
    }
}
