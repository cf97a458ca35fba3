using ActorKube.Scheduler.Framework;
using ActorKube.Scheduler.Indices;

namespace ActorKube.Scheduler.Plugins;

/// <summary>Cordoned nodes take only pods that bear the taint <c>node.kubernetes.io/unschedulable:NoSchedule</c>.</summary>
internal sealed class NodeUnschedulable : IFilterPlugin, IEnqueueExtensions
{
    private static readonly Status Cordoned = Status.Unresolvable(PluginNames.NodeUnschedulable, "node(s) were unschedulable");

    public string Name => PluginNames.NodeUnschedulable;

    public IEnumerable<EventRegistration> EventsToRegister =>
    [
        new(EventResource.Node, EventActions.Add | EventActions.UpdateNodeTaint, static (pod, e) => Fits(pod, e.NewNode!) && (e.OldNode is null || !Fits(pod, e.OldNode))),
        new(EventResource.UnscheduledPod, EventActions.UpdatePodToleration),
    ];

    public Status Filter(CycleState state, PodInfo pod, NodeInfo node) => Fits(pod, node.Spec) ? Status.Success : Cordoned;

    private static bool Fits(PodInfo pod, NodeSpec node) => !node.Unschedulable || pod.Tolerates(Taint.Unschedulable);
}
