using ActorKube.Machinery.Recording;

namespace ActorKube.Controllers.Workloads.Jobs;

/// <summary>What a job's status says of its course: start, suspension, end.</summary>
internal static class JobProgress
{
    public const string Suspended = "Suspended";

    /// <summary>The next status, and what is told when it has been written.</summary>
    public static (JobStatus Status, EventSpec? Told) Advance(JobSituation now, JobStatus status, Condition? decided)
    {
        var job = now.Job;
        var about = ObjectReference.To(Kinds.Job, job.Object);
        if (status.Started is null && !job.Suspended)
            status = status with { Started = now.Now };
        if (decided is not null)
            return End(now, status, decided, about);
        if (job.Object.Head.Deleted is not null)
            return (status, null);
        var isSuspended = status.Has(Suspended);
        if (job.Suspended && !isSuspended)
            return (With(now, status, "True", "JobSuspended", "Job suspended") with { Started = null }, EventSpec.Normal(about, "Suspended", "Job suspended"));
        if (!job.Suspended && isSuspended)
            return (With(now, status, "False", "JobResumed", "Job resumed") with { Started = now.Now }, EventSpec.Normal(about, "Resumed", "Job resumed"));
        return (status, null);
    }

    private static (JobStatus Status, EventSpec? Told) End(JobSituation now, JobStatus status, Condition decided, ObjectReference about)
    {
        if (!status.Has(decided.Type))
            return (status with { Conditions = status.Conditions.With(decided) }, null);
        // The end is final: nothing may be left to be counted, and no pod may still be running.
        if (now.Active.Count + now.Terminating.Count > 0 || status.UncountedSucceeded.Length + status.UncountedFailed.Length > 0 || now.Pods.Any(p => p.IsTracked))
            return (status, null);
        var final = JobVerdict.Final(decided, now.Now);
        // One that was suspended has no start, and no server takes an end without.
        status = status with { Started = status.Started ?? now.Now, Conditions = status.Conditions.With(final) };
        return final.Type == "Failed"
            ? (status, EventSpec.Warn(about, final.Reason, final.Message))
            : (status with { Completed = Completion(now, status) }, EventSpec.Normal(about, "Completed", "Job completed"));
    }

    // The clock may have been set back since the start, and no server takes an end before it.
    private static DateTimeOffset Completion(JobSituation now, JobStatus status) => status.Started is { } started && started > now.Now ? started : now.Now;

    /// <summary>What is odd about a job that has just been completed; null when nothing is.</summary>
    public static EventSpec? Oddity(JobSituation now, JobStatus after) => after.Completed is not null && now.Succeeded > now.Job.Completions
        ? EventSpec.Warn(ObjectReference.To(Kinds.Job, now.Job.Object), "TooManySucceededPods", "Too many succeeded pods running after completion count reached")
        : null;

    private static JobStatus With(JobSituation now, JobStatus status, string value, string reason, string message) =>
        status with { Conditions = status.Conditions.InPlace(new Condition(Suspended, value, reason, message, now.Now, now.Now)) };
}
