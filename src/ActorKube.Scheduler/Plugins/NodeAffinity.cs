using ActorKube.Scheduler.Framework;
using ActorKube.Scheduler.Indices;

namespace ActorKube.Scheduler.Plugins;

/// <summary>The nodes that <c>nodeSelector</c> and required node affinity allow, ranked by preferred node affinity.</summary>
/// <param name="added">Rules of the profile, which hold for each of its pods beside the pod's own (upstream: <c>addedAffinity</c>).</param>
internal sealed class NodeAffinity(NodeAffinityRules added) : IPreFilterPlugin, IFilterPlugin, IPreScorePlugin, IScorePlugin, IEnqueueExtensions
{
    private static readonly Status NoMatch = Status.Unresolvable(PluginNames.NodeAffinity, "node(s) didn't match Pod's node affinity/selector");
    private static readonly Status Enforced = Status.Unresolvable(PluginNames.NodeAffinity, "node(s) didn't match scheduler-enforced node affinity");
    private static readonly Status Contradiction = Status.Unresolvable(PluginNames.NodeAffinity, "pod affinity terms conflict");

    public string Name => PluginNames.NodeAffinity;

    public IEnumerable<EventRegistration> EventsToRegister =>
    [
        new(EventResource.Node, EventActions.Add | EventActions.UpdateNodeLabel,
            (pod, e) => Allows(pod, e.NewNode!) && (e.OldNode is null || !Allows(pod, e.OldNode))),
    ];

    public Status PreFilter(CycleState state, PodInfo pod, out IReadOnlyCollection<string>? nodeNames)
    {
        nodeNames = null;
        if (!pod.NodeAffinity.Restricts && !added.Restricts)
            return Status.Skip;
        if (pod.NodeAffinity.Required is not { Length: > 0 } terms)
            return Status.Success;
        var named = new HashSet<string>();
        foreach (var term in terms)
        {
            // Terms are alternatives: one that names no node leaves all of them open.
            if (term.NodeNames is not { } names)
                return Status.Success;
            named.UnionWith(names);
        }
        if (named.Count == 0)
            return Contradiction;
        nodeNames = named;
        return Status.Success;
    }

    public Status Filter(CycleState state, PodInfo pod, NodeInfo node) =>
        !added.Allows(node.Spec) ? Enforced : pod.NodeAffinity.Allows(node.Spec) ? Status.Success : NoMatch;

    public Status PreScore(CycleState state, PodInfo pod, ReadOnlySpan<NodeInfo> nodes) => pod.NodeAffinity.Preferred.Length + added.Preferred.Length == 0 ? Status.Skip : Status.Success;

    public long Score(CycleState state, PodInfo pod, NodeInfo node) => added.WeightOf(node.Spec) + pod.NodeAffinity.WeightOf(node.Spec);

    public void Normalize(Span<long> scores) => ScoreScale.Normalize(scores, reverse: false);

    private bool Allows(PodInfo pod, NodeSpec node) => added.Allows(node) && pod.NodeAffinity.Allows(node);
}
