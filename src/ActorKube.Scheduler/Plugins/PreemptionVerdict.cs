using ActorKube.Scheduler.Framework;
using ActorKube.Scheduler.Indices;

namespace ActorKube.Scheduler.Plugins;

/// <summary>
/// Stands where upstream's <c>DynamicResources</c> and <c>DefaultPreemption</c> stand: says, in their words, why taking devices from claims or evicting other pods would not help. It does neither itself; nodes where
/// evicting could have helped are named as such.
/// </summary>
internal sealed class PreemptionVerdict : IPostFilterPlugin
{
    // No pod has claims here that devices could be taken from.
    private const string Prefix = "no new claims to deallocate, preemption: ";
    private const string NotHelpful = "Preemption is not helpful for scheduling";
    private const string NoVictims = "No preemption victims found for incoming pod";
    private const string NotEnabled = "Preemption is not enabled";

    public string Name => PluginNames.PreemptionVerdict;

    public Status PostFilter(CycleState state, PodInfo pod, FilterReport report)
    {
        if (pod.NeverPreempts)
            return Status.Unschedulable(Name, Prefix + "not eligible due to preemptionPolicy=Never.");
        int noVictims = 0, victims = 0;
        foreach (var (node, status) in report.Rejected)
            if (status.Code == StatusCode.Unschedulable)
            {
                if (HasLowerPriority(node, pod.Priority))
                    victims++;
                else
                    noVictims++;
            }
        var reasons = FilterReport.Reasons(new[] { (NotHelpful, report.NodeCount - noVictims - victims), (NoVictims, noVictims), (NotEnabled, victims) }.Where(r => r.Item2 > 0));
        return Status.Unschedulable(Name, $"{Prefix}0/{report.NodeCount} nodes are available: {reasons}.");
    }

    private static bool HasLowerPriority(NodeInfo node, int priority)
    {
        foreach (var other in node.Pods)
            if (other.Priority < priority)
                return true;
        return false;
    }
}
