using System.Collections.Immutable;
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
            Conditions = Conditions(set, active.Count, failure, now),
        };
    }

    // The first failure stays until there is none, whatever fails after it; what fails belongs to what is to be done now.
    private static ImmutableArray<Condition> Conditions(ReplicaSetView set, int active, StepFailure? failure, Present now)
    {
        var known = set.Status.Conditions;
        if (failure is null || active == set.Replicas)
            return known.Without(ReplicaFailure);
        if (known.Find(ReplicaFailure) is not null)
            return known;
        var message = failure.Verb == "delete" ? $"unable to delete pods: {failure.Status.Message}" : failure.Status.Message;
        return known.With(new Condition(ReplicaFailure, "True", active < set.Replicas ? "FailedCreate" : "FailedDelete", message, now));
    }
}
