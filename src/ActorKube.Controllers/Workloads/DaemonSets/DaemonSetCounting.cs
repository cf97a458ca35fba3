using ActorKube.Controllers.Nodes;
using ActorKube.Controllers.Workloads.History;
using ActorKube.Machinery.Times;

namespace ActorKube.Controllers.Workloads.DaemonSets;

/// <summary>The status of a DaemonSet from its nodes and pods. Of several pods on a node the oldest counts.</summary>
internal static class DaemonSetCounting
{
    public static DaemonSetStatus Count(DaemonSetView set, List<NodeView> nodes, Dictionary<string, List<DaemonPod>> pods, RevisionHistory history, Present now)
    {
        int desired = 0, current = 0, misscheduled = 0, ready = 0, updated = 0, available = 0;
        foreach (var node in nodes)
        {
            var oldest = pods.GetValueOrDefault(node.Object.Key.Name)?[0];
            if (!set.Placement.On(node).Run)
            {
                misscheduled += oldest is null ? 0 : 1;
                continue;
            }
            desired++;
            if (oldest is null)
                continue;
            current++;
            ready += oldest.Pod.Ready ? 1 : 0;
            available += oldest.Pod.IsAvailable(set.MinReadySeconds, now) ? 1 : 0;
            updated += oldest.IsUpdated(set, history.Hash) ? 1 : 0;
        }
        int? collisions = history.Collisions > 0 ? history.Collisions : set.Status.CollisionCount;
        return new DaemonSetStatus(current, misscheduled, desired, ready, updated, available, desired - available, set.Object.Head.Generation, collisions) { Conditions = set.Status.Conditions };
    }
}
