using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Reconciling;

namespace ActorKube.Controllers.Workloads.ReplicaSets;

/// <summary>The status of a ReplicaSet from its pods.</summary>
internal static class ReplicaSetCounting
{
    private const string ReplicaFailure = "ReplicaFailure";

    public static ReplicaSetStatus Count(ReplicaSetView set, List<PodView> active, int terminating, StepFailure? failure, DateTimeOffset now)
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

    /// <summary>When the next pod that is ready has been so for long enough; null when none is on its way.</summary>
    public static DateTimeOffset? NextAvailable(ReplicaSetView set, List<PodView> active, DateTimeOffset now) =>
        set.MinReadySeconds == 0
            ? null
            : active.Where(p => p.Ready && p.ReadyChanged is not null && !p.IsAvailable(set.MinReadySeconds, now))
                .Select(p => (DateTimeOffset?)p.ReadyChanged!.Value.AddSeconds(set.MinReadySeconds))
                .Min();
}
