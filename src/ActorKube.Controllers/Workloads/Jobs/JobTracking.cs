using ActorKube.Api.Errors;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Reconciling;

namespace ActorKube.Controllers.Workloads.Jobs;

/// <summary>
/// Counts each pod's end exactly once, whatever dies in between: a pod that has ended keeps a finalizer until its uid stands in the status as uncounted; when the finalizer is seen to be
/// gone, the uid becomes part of the count.
/// </summary>
internal static class JobTracking
{
    // Upstream's bound: the uids of one status stay under 20 KB.
    private const int MostUncounted = 500;

    /// <summary>
    /// The status after what is seen now, and the pods that may lose their finalizer once it has been written. Pods that run when a job is given up count as failed; those that a success makes
    /// superfluous do not count.
    /// </summary>
    public static (JobStatus Status, List<JobPodView> Released) Count(JobSituation now, Condition? decided)
    {
        var isFailing = decided is { Type: not JobVerdict.Succeeding };
        var (job, status) = (now.Job, now.Job.Status);
        var tracked = now.Pods.Where(p => p.IsTracked).Select(p => p.Uid).ToHashSet();
        var (succeeded, failed) = (status.UncountedSucceeded.RemoveAll(u => !tracked.Contains(u)), status.UncountedFailed.RemoveAll(u => !tracked.Contains(u)));
        var counted = status with
        {
            Succeeded = Totals.Fit((long)status.Succeeded + status.UncountedSucceeded.Length - succeeded.Length),
            Failed = Totals.Fit((long)status.Failed + status.UncountedFailed.Length - failed.Length),
        };
        var released = new List<JobPodView>();
        var indexes = new List<int>();
        foreach (var pod in now.Pods.Where(p => p.IsTracked))
        {
            var isFailed = now.IsFailed(pod);
            if (!CanRelease(now, pod, isFailed, decided is not null))
                continue;
            if (succeeded.Length + failed.Length + indexes.Count >= MostUncounted)
                break;
            released.Add(pod);
            if (JobSituation.HasSucceeded(pod) && !failed.Contains(pod.Uid))
            {
                if (job.IsIndexed && now.HasIndex(pod))
                    indexes.Add(pod.Index!.Value);
                else if (!job.IsIndexed && !now.IsUncounted(pod))
                    succeeded = succeeded.Add(pod.Uid);
            }
            else if ((isFailed || isFailing) && !now.IsUncounted(pod) && (!job.IsIndexed || now.HasIndex(pod)) && now.Verdict(pod).Action != FailureAction.Ignore)
            {
                failed = failed.Add(pod.Uid);
            }
        }
        counted = counted with { UncountedSucceeded = succeeded, UncountedFailed = failed };
        if (job.IsIndexed)
        {
            var completed = now.PreviousIndexes.With(indexes);
            counted = counted with { Succeeded = completed.Count, CompletedIndexes = completed.ToString(), FailedIndexes = now.FailedIndexes?.ToString() };
        }
        return (counted, released);
    }

    /// <summary>Takes the finalizer off a pod.</summary>
    public static PlanStep FinalizerOff(JobPodView pod) =>
        new PatchStep(ObjectAddress.Of(WellKnownResources.Pods, pod.Object.Key), PatchType.StrategicMerge, OwnerReferences.FinalizerOffPatch(JobNames.TrackingFinalizer, pod.Uid))
        {
            // Another pod of the name has come since: this one is gone.
            Tolerates = [StatusReason.NotFound, StatusReason.Conflict],
        };

    private static bool CanRelease(JobSituation now, JobPodView pod, bool isFailed, bool isEnding)
    {
        if (now.Job.Object.Head.Deleted is not null || isEnding || JobSituation.HasSucceeded(pod))
            return true;
        return isFailed && (now.Job.BackoffLimitPerIndex is null || pod.Index is not { } index || now.LastFailures.GetValueOrDefault(index) != pod);
    }
}
