using ActorKube.Scheduler.Framework;
using ActorKube.Scheduler.Indices;

namespace ActorKube.Scheduler.Plugins;

/// <summary>A pod that names its node goes there or nowhere.</summary>
internal sealed class NodeName : IFilterPlugin, IEnqueueExtensions
{
    private static readonly Status OtherNode = Status.Unresolvable(PluginNames.NodeName, "node(s) didn't match the requested node name");

    public string Name => PluginNames.NodeName;

    public IEnumerable<EventRegistration> EventsToRegister =>
        [new(EventResource.Node, EventActions.Add, static (pod, e) => Fits(pod, e.NewNode!.Name))];

    public Status Filter(CycleState state, PodInfo pod, NodeInfo node) => Fits(pod, node.Name) ? Status.Success : OtherNode;

    private static bool Fits(PodInfo pod, string node) => pod.NodeName.Length == 0 || pod.NodeName == node;
}
