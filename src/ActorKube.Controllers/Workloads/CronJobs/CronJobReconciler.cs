using System.Globalization;
using ActorKube.Api.Errors;
using ActorKube.Api.Json;
using ActorKube.Api.Names;
using ActorKube.Api.Times;
using ActorKube.Controllers.Workloads.Jobs;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Reconciling;
using ActorKube.Machinery.Recording;

namespace ActorKube.Controllers.Workloads.CronJobs;

/// <summary>Starts jobs by the clock. Upstream: <c>pkg/controller/cronjob</c>.</summary>
internal sealed class CronJobReconciler : IReconciler
{
    private static readonly GroupVersionResource Jobs = WellKnownResources.Jobs;
    private static readonly GroupVersionResource CronJobs = WellKnownResources.CronJobs;

    public string Name => "cronjob-controller";

    public bool DecidesByCachesAlone => true;

    public IReadOnlyList<WatchSpec> WatchesOf(IReadOnlyList<ServedResource> served) =>
    [
        WatchSpec.Itself(CronJobs),
        new WatchSpec(Jobs, static (change, _) => change.Latest.Head.Controller is { Kind: "CronJob" } cron ? [new(change.Latest.Key.Namespace, cron.Name)] : [], CacheIndex.Controller),
    ];

    public Plan Reconcile(ReconcileContext context)
    {
        if (context.Find(CronJobs) is not { } cached)
            return Plan.Nothing;
        var cron = cached.As<CronJobView>();
        var jobs = context.View.Of(Jobs).By(CacheIndex.Controller, cron.Object.Head.Uid).Select(j => j.As<JobView>()).OrderBy(j => j.Object.Key).ToList();
        var plan = new PlanBuilder();
        var status = CronJobChildren.Read(plan, context, cron, jobs);
        var due = cron.Object.Head.Deleted is null ? Due(plan, context.Now, cron, status) : null;
        if (due is not null && cron.ConcurrencyPolicy == "Replace")
        {
            if (status.Active.Length > 0)
                plan.Because($"{status.Active.Length} jobs that still run are replaced");
            // What goes by our own hand is not to be missed later.
            plan.Do(StageMode.Parallel, status.Active.Select(a => CronJobChildren.Delete(cron, new(a.Namespace, a.Name), a.Uid)));
            status = status with { Active = [] };
        }
        // All at once: a job is started also where an old one cannot be deleted, and old ones go where none can be started.
        List<PlanStep> steps = [.. CronJobChildren.Surplus(cron, jobs)];
        if (steps.Count > 0)
            plan.Because($"{steps.Count} jobs have ended before those that are kept");
        if (!status.SameAs(cron.Status))
            steps.Add(new UpdateStep(ObjectAddress.Of(CronJobs, cron.Object.Key, "status"), cron.Object.WithStatus(status.Write)) { Tolerates = [StatusReason.NotFound] });
        if (due is { } time)
            steps.Add(Start(plan, cron, time));
        else
            // A job that was started is entered in the status when it is there; besides that, nothing follows from what was written.
            plan.Settle();
        return plan.Do(StageMode.Parallel, steps).Build();
    }

    // The time that a job is to be started for now; null for none.
    private static DateTimeOffset? Due(PlanBuilder plan, DateTimeOffset now, CronJobView cron, CronJobStatus status)
    {
        var about = ObjectReference.To(Kinds.CronJob, cron.Object);
        if (cron.Zone is not { } zone)
        {
            plan.Record(EventSpec.Warn(about, "UnknownTimeZone", $"invalid timeZone: {GoText.Quote(cron.ZoneName)}: {(IsNoName(cron.ZoneName) ? "time: invalid location name" : $"unknown time zone {cron.ZoneName}")}"));
            return null;
        }
        if (cron.Suspended)
            return null;
        if (cron.NamesZone)
            plan.Record(EventSpec.Warn(about, "UnsupportedSchedule",
                $"CRON_TZ or TZ used in schedule {GoText.Quote(cron.ScheduleText)} is not officially supported, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details"));
        if (cron.Schedule is not { } schedule)
        {
            plan.Record(EventSpec.Warn(about, "UnparseableSchedule", $"unparseable schedule: {GoText.Quote(cron.ScheduleText)} : {cron.ScheduleFault}"));
            return null;
        }
        if (Missed(plan, now, cron, status, about) is not { } missed)
            return null;
        // The next look, whatever becomes of this one.
        if (schedule.Next(now, zone) is { } next)
            plan.Again(next - now);
        return missed.Due is { } due && !(status.LastSchedule >= due) && MayStart(plan, now, cron, status, due, about) ? due : null;
    }

    // What could be read as the path of another file is refused before it is looked for.
    private static bool IsNoName(string zone) => zone[0] is '/' or '\\' || zone.Split('/', '\\').Contains("..");

    private static MissedTimes? Missed(PlanBuilder plan, DateTimeOffset now, CronJobView cron, CronJobStatus status, ObjectReference about)
    {
        var since = status.LastSchedule ?? cron.Object.Head.Created ?? now;
        if (cron.StartingDeadlineSeconds is { } seconds && KubeTime.Later(now, -seconds) is var earliest && earliest > since)
            since = earliest;
        try
        {
            var missed = MissedTimes.Since(since, now, cron.Schedule!, cron.Zone!);
            if (missed.Many)
                plan.Record(EventSpec.Warn(about, "TooManyMissedTimes", "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew"));
            return missed;
        }
        catch (FormatException never)
        {
            plan.Record(EventSpec.Warn(about, "InvalidSchedule", $"invalid schedule: {cron.ScheduleText} : {never.Message}"));
            return null;
        }
    }

    private static bool MayStart(PlanBuilder plan, DateTimeOffset now, CronJobView cron, CronJobStatus status, DateTimeOffset due, ObjectReference about)
    {
        if (cron.StartingDeadlineSeconds is { } seconds && KubeTime.Later(due, seconds) < now)
        {
            plan.Record(EventSpec.Warn(about, "MissSchedule", string.Create(CultureInfo.InvariantCulture, $"Missed scheduled time to start a job: {due.UtcDateTime:ddd, dd MMM yyyy HH:mm:ss} +0000")));
            return false;
        }
        if (cron.ConcurrencyPolicy == "Forbid" && status.Active.Length > 0)
        {
            plan.Record(EventSpec.Normal(about, "JobAlreadyActive", "Not starting job because prior execution is running and concurrency policy is Forbid"));
            return false;
        }
        return true;
    }

    private static CreateStep Start(PlanBuilder plan, CronJobView cron, DateTimeOffset due)
    {
        var about = ObjectReference.To(Kinds.CronJob, cron.Object);
        var name = JobFromTemplate.Name(cron, due);
        plan.Because($"the time {JsonWriting.Time(due)} has come");
        return new CreateStep(new ObjectAddress(Jobs, cron.Object.Key.Namespace, name), JobFromTemplate.Make(cron, due))
        {
            Tolerates = ["NamespaceTerminating"],
            OnDone = EventSpec.Normal(about, "SuccessfulCreate", $"Created job {name}"),
            OnFailed = EventSpec.Warn(about, "FailedCreate", "Error creating job: "),
        };
    }
}
