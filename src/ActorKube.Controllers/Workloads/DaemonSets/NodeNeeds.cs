using ActorKube.Controllers.Nodes;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Times;

namespace ActorKube.Controllers.Workloads.DaemonSets;

/// <summary>What one node needs for a daemon set to be as it should be there.</summary>
/// <param name="Create">A pod is missing.</param>
/// <param name="Surplus">Pods to delete without further ado.</param>
/// <param name="Failed">Pods that have failed; they are deleted at the pace of their back-off.</param>
/// <param name="Succeeded">Pods that have ended, which daemons do not; they are deleted.</param>
internal sealed record NodeNeeds(bool Create, List<DaemonPod> Surplus, List<DaemonPod> Failed, List<DaemonPod> Succeeded)
{
    /// <summary>Decides for one node. Upstream: <c>podsShouldBeOnNode</c>.</summary>
    public static NodeNeeds Of(DaemonSetView set, NodeView node, List<DaemonPod>? there, string hash, Present now)
    {
        var (run, stay) = set.Placement.On(node);
        var needs = new NodeNeeds(run && there is null, [], [], []);
        if (there is null)
            return needs;
        var present = there.Where(p => !p.Pod.IsTerminating).ToList();
        if (!stay)
        {
            needs.Surplus.AddRange(present);
            return needs;
        }
        needs.Failed.AddRange(present.Where(p => p.Pod.Phase == PodPhase.Failed));
        needs.Succeeded.AddRange(present.Where(p => p.Pod.Phase == PodPhase.Succeeded));
        var running = present.Where(p => !p.Pod.IsTerminal).ToList();
        if (!set.Surges)
        {
            needs.Surplus.AddRange(running.Skip(1));
            return needs;
        }
        if (running.Count == 0)
            return needs with { Create = run };
        if (running.Count > 1)
            needs.Surplus.AddRange(BeyondOneOfEach(set, running, hash, now));
        return needs;
    }

    // Old and new may stand beside each other as long as the old one is ready and the new one is not yet available.
    private static IEnumerable<DaemonPod> BeyondOneOfEach(DaemonSetView set, List<DaemonPod> running, string hash, Present now)
    {
        var fresh = running.Find(p => p.Pod.Object.Head.Labels[DaemonPod.HashLabel] == hash);
        var old = running.Find(p => p.Pod.Object.Head.Labels[DaemonPod.HashLabel] != hash);
        foreach (var pod in running)
            if (pod != fresh && pod != old)
                yield return pod;
        if (fresh is not null && old is not null && (!old.Pod.Ready || fresh.Pod.IsAvailable(set.MinReadySeconds, now)))
            yield return old;
    }
}
