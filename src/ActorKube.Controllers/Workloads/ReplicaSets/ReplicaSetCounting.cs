using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Reconciling;
using ActorKube.Machinery.Times;

namespace ActorKube.Controllers.Workloads.ReplicaSets;

/// <summary>The status of a ReplicaSet from its pods.</summary>
internal static class ReplicaSetCounting
{
    private const string ReplicaFailure = "ReplicaFailure";

    public static ReplicaSetStatus Count(ReplicaSetView set, List<PodView> active, int? terminating, StepFailure? failure, Present now)
    {
        int labeled = 0, ready = 0, available = 0;
        foreach (var pod in active)
        {
            if (set.TemplateLabels.All(l => pod.Object.Head.Labels[l.Key] == l.Value))
                labeled++;
            if (!pod.Ready)
                continue;
            ready++;
            if (pod.IsAvailable(set.MinReadySeconds, now))
                available++;
        }
        return new ReplicaSetStatus(active.Count, labeled, ready, available, terminating, set.Object.Head.Generation)
        {
            Conditions = failure is null
                ? set.Status.Conditions.Without(ReplicaFailure)
                : set.Status.Conditions.With(new Condition(ReplicaFailure, "True", failure.Verb == "delete" ? "FailedDelete" : "FailedCreate", failure.Status.Message, now)),
        };
    }
}
