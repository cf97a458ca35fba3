using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Controllers.Workloads.Jobs;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Reconciling;
using ActorKube.Machinery.Recording;

namespace ActorKube.Controllers.Workloads.CronJobs;

/// <summary>What a cron job's jobs say: which run, when the last was due, when the last succeeded; and which of the ended ones are too old to keep.</summary>
internal static class CronJobChildren
{
    /// <summary>The status that follows from the jobs; what changed is told.</summary>
    public static CronJobStatus Read(PlanBuilder plan, ReconcileContext context, CronJobView cron, List<JobView> jobs)
    {
        var about = ObjectReference.To(Kinds.CronJob, cron.Object);
        var (active, scheduled, success) = cron.Status;
        var running = active.ToList();
        foreach (var job in jobs)
        {
            var known = running.FindIndex(a => a.Uid == job.Object.Head.Uid);
            var isOurs = job.ScheduledAt is { } at && JobFromTemplate.Name(cron, at) == job.Object.Key.Name;
            if (isOurs && !(scheduled >= job.ScheduledAt))
            {
                scheduled = job.ScheduledAt;
                if (known < 0 && !job.Status.IsFinished)
                    running.Add(ActiveJob.Of(job.Object));
            }
            else if (known < 0 && !job.Status.IsFinished)
            {
                plan.Record(EventSpec.Warn(about, "UnexpectedJob", $"Saw a job that the controller did not create or forgot: {job.Object.Key.Name}"));
            }
            else if (known >= 0 && job.Status.IsFinished)
            {
                running.RemoveAt(known);
                plan.Record(EventSpec.Normal(about, "SawCompletedJob", $"Saw completed job: {job.Object.Key.Name}, condition: {(job.Status.Has("Complete") ? "Complete" : "Failed")}"), once: true);
            }
            if (job.Status is { Completed: { } completed } && job.Status.Has("Complete") && !(success >= completed))
                success = completed;
        }
        foreach (var gone in running.Where(a => context.View.Of(WellKnownResources.Jobs).Find(new(a.Namespace, a.Name))?.Head.Uid != a.Uid).ToArray())
        {
            running.Remove(gone);
            plan.Record(EventSpec.Normal(about, "MissingJob", $"Active job went missing: {gone.Name}"), once: true);
        }
        return new CronJobStatus(running.SequenceEqual(active) ? active : [.. running], scheduled, success);
    }

    /// <summary>The deletions that keep the history as short as it should be.</summary>
    public static IEnumerable<PlanStep> Surplus(CronJobView cron, List<JobView> jobs) => [.. Oldest(cron, jobs, "Complete", cron.SuccessfulKept), .. Oldest(cron, jobs, "Failed", cron.FailedKept)];

    /// <summary>Deletes a job and, in the background, its pods.</summary>
    public static PlanStep Delete(CronJobView cron, ObjectKey job, string uid)
    {
        var about = ObjectReference.To(Kinds.CronJob, cron.Object);
        return new DeleteStep(ObjectAddress.Of(WellKnownResources.Jobs, job), new DeleteOptions { Uid = uid, PropagationPolicy = "Background" })
        {
            Tolerates = [StatusReason.NotFound],
            OnDone = EventSpec.Normal(about, "SuccessfulDelete", $"Deleted job {job.Name}"),
            OnFailed = EventSpec.Warn(about, "FailedDelete", "Deleted job: "),
        };
    }

    private static IEnumerable<PlanStep> Oldest(CronJobView cron, List<JobView> jobs, string condition, int? kept)
    {
        bool Counts(JobView job) => job.Object.Head.Deleted is null && job.Status.Has(condition);
        var surplus = kept is null ? 0 : jobs.Count(Counts) - kept.Value;
        return surplus <= 0
            ? []
            : jobs.Where(Counts).OrderBy(j => j.Status.Started ?? DateTimeOffset.MaxValue).ThenBy(j => j.Object.Key).Take(surplus).Select(j => Delete(cron, j.Object.Key, j.Object.Head.Uid));
    }
}
