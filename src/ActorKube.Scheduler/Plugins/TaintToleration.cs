using ActorKube.Scheduler.Framework;
using ActorKube.Scheduler.Indices;

namespace ActorKube.Scheduler.Plugins;

/// <summary>Nodes with taints that the pod does not bear are left out, or (<c>PreferNoSchedule</c>) avoided.</summary>
internal sealed class TaintToleration : IFilterPlugin, IScorePlugin, IEnqueueExtensions
{
    private static readonly Status Untolerated = Status.Unresolvable(PluginNames.TaintToleration, "node(s) had untolerated taint(s)");

    public string Name => PluginNames.TaintToleration;

    public IEnumerable<EventRegistration> EventsToRegister =>
    [
        new(EventResource.Node, EventActions.Add | EventActions.UpdateNodeTaint, static (pod, e) => e.NewNode!.IsToleratedBy(pod) && e.OldNode?.IsToleratedBy(pod) != true),
        new(EventResource.UnscheduledPod, EventActions.UpdatePodToleration),
    ];

    public Status Filter(CycleState state, PodInfo pod, NodeInfo node) => node.Spec.IsToleratedBy(pod) ? Status.Success : Untolerated;

    public long Score(CycleState state, PodInfo pod, NodeInfo node)
    {
        long unborne = 0;
        foreach (var taint in node.Spec.SoftTaints)
            if (!pod.Tolerates(taint))
                unborne++;
        return unborne;
    }

    public void Normalize(Span<long> scores) => ScoreScale.Normalize(scores, reverse: true);
}
