using ActorKube.Controllers.Workloads.History;
using ActorKube.Machinery.Times;

namespace ActorKube.Controllers.Workloads.StatefulSets;

/// <summary>The status of a StatefulSet from its pods.</summary>
internal static class StatefulSetCounting
{
    public static StatefulSetStatus Count(StatefulSetView set, List<StatefulPod> pods, string current, RevisionHistory history, Present now)
    {
        var staying = pods.Where(p => !p.IsTerminating).ToList();
        var status = new StatefulSetStatus(
            pods.Count,
            pods.Count(p => p.IsRunningAndReady),
            pods.Count(p => p.IsAvailable(set.MinReadySeconds, now)),
            staying.Count(p => p.Revision == current),
            staying.Count(p => p.Revision == history.Name),
            current,
            history.Name,
            set.Object.Head.Generation,
            history.Collisions)
        {
            Conditions = set.Status.Conditions,
        };
        // The update is complete: its revision is the current one from now on.
        return set.Rolls && status.Updated == set.Replicas && status.Ready == set.Replicas && status.Replicas == set.Replicas
            ? status with { Current = status.Updated, CurrentRevision = status.UpdateRevision }
            : status;
    }
}
