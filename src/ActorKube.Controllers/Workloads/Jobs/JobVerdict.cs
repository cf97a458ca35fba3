using ActorKube.Api.Times;
using ActorKube.Machinery.Objects;

namespace ActorKube.Controllers.Workloads.Jobs;

/// <summary>Whether a job has come to its end. The end is told twice: first that it is decided (FailureTarget, SuccessCriteriaMet), and when all its pods are gone, that it is there (Failed, Complete).</summary>
internal static class JobVerdict
{
    private const string Failing = "FailureTarget";
    public const string Succeeding = "SuccessCriteriaMet";

    /// <summary>The condition that decides the end; null while the job goes on. What the status says already stays decided.</summary>
    public static Condition? Of(JobSituation now)
    {
        var (job, status) = (now.Job, now.Job.Status);
        if (Known(status, Succeeding) is { } met)
            return met;
        if (Known(status, Failing) is { } failing)
            return failing;
        foreach (var pod in now.Pods.Where(now.IsFailed))
            if (now.Verdict(pod) is { Action: FailureAction.FailJob } verdict)
                return New(now, Failing, "PodFailurePolicy", verdict.Message);
        if (now.Failed > job.BackoffLimit || HasRestartedTooOften(now))
            return New(now, Failing, "BackoffLimitExceeded", "Job has reached the specified backoff limit");
        if (TimeLeft(now) is { Ticks: <= 0 })
            return New(now, Failing, "DeadlineExceeded", "Job was active longer than specified deadline");
        if (now.FailedIndexes is { Count: > 0 } failed)
        {
            if (failed.Count > job.MaxFailedIndexes)
                return New(now, Failing, "MaxFailedIndexesExceeded", "Job has exceeded the specified maximal number of failed indexes");
            if (failed.Count + now.SucceededIndexes.Count >= now.Completions)
                return New(now, Failing, "FailedIndexes", "Job has failed indexes");
        }
        for (var i = 0; job.IsIndexed && i < job.SuccessPolicy.Length; i++)
            if (job.SuccessPolicy[i].IsMet(now.SucceededIndexes, now.Completions))
                return New(now, Succeeding, "SuccessPolicy", $"Matched rules at index {i}");
        return null;
    }

    /// <summary>The condition of a job that has as many successes as it wants and no pod running; null when it has not.</summary>
    public static Condition? OfCompletion(JobSituation now, bool startsMore) =>
        now.Active.Count == 0 && !startsMore && (now.Job.Completions is { } wanted ? now.Succeeded >= wanted : now.Succeeded > 0)
            ? New(now, Succeeding, "CompletionsReached", "Reached expected number of succeeded pods")
            : null;

    /// <summary>The final condition that follows the deciding one.</summary>
    public static Condition Final(Condition decided, DateTimeOffset now) =>
        decided with { Type = decided.Type == Failing ? "Failed" : "Complete", LastTransition = now, LastUpdate = now };

    /// <summary>How much of the job's time is left; null when it has no limit or its time does not run. A job that is being resumed starts anew.</summary>
    public static TimeSpan? TimeLeft(JobSituation now) =>
        now.Job is var job && job is { Suspended: false, ActiveDeadlineSeconds: { } seconds, Status.Started: { } started } && !job.Status.Has(JobProgress.Suspended) ? KubeTime.Span(seconds) - now.Now.Since(started) : null;

    private static Condition? Known(JobStatus status, string type) => status.Conditions.Find(type) is { IsTrue: true } known ? known : null;

    private static Condition New(JobSituation now, string type, string reason, string message) => new(type, "True", reason, message, now.Now, now.Now);

    // Containers restarted in place count against the limit although their pods do not fail.
    private static bool HasRestartedTooOften(JobSituation now)
    {
        if (!now.Job.RestartsOnFailure)
            return false;
        var restarts = now.Pods.Where(p => p.Pod.Phase is PodPhase.Running or PodPhase.Pending).Sum(p => (long)p.Restarts);
        return now.Job.BackoffLimit == 0 ? restarts > 0 : restarts >= now.Job.BackoffLimit;
    }
}
