using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Queues;
using ActorKube.Machinery.Reconciling;
using ActorKube.Machinery.Recording;

namespace ActorKube.Controllers.Workloads.Jobs;

/// <summary>Runs the pods of every Job to completion and counts how they end. Upstream: <c>pkg/controller/job</c>.</summary>
/// <param name="backoff">The wait before failed pods are replaced.</param>
/// <param name="burst">Most pods created or deleted in one decision.</param>
internal sealed class JobReconciler(BackoffPolicy backoff, int burst) : IReconciler
{
    private static readonly GroupVersionResource Pods = WellKnownResources.Pods;
    private static readonly GroupVersionResource Jobs = WellKnownResources.Jobs;

    private readonly JobScaling _scaling = new(backoff, burst);

    public string Name => "job-controller";

    public IReadOnlyList<WatchSpec> WatchesOf(IReadOnlyList<ServedResource> served) =>
    [
        WatchSpec.Itself(Jobs, CacheIndex.Namespace, CacheIndex.Controller),
        new WatchSpec(Pods, static (change, view) => OwnersOf(change, view), CacheIndex.Controller, JobNames.TrackedPods),
    ];

    public Plan Reconcile(ReconcileContext context)
    {
        var pods = context.View.Of(Pods);
        var plan = new PlanBuilder();
        var job = context.Find(Jobs)?.As<JobView>();
        if (job is { IsOurs: false })
            return Plan.Nothing;
        // Nobody counts the pods of a job that is gone, or ended: they are let go.
        var abandoned = pods.By(JobNames.TrackedPods, JobNames.TrackedOf(context.Key))
            .Where(p => job is null || job.Status.IsFinished || (p.Head.Controller is { } owner && owner.Uid != job.Object.Head.Uid) || IsLeftBehind(job, p)).ToList();
        if (abandoned.Count > 0)
            plan.Because($"{abandoned.Count} pods wait to be counted by nobody").Do(StageMode.Parallel, abandoned.Select(p => JobTracking.FinalizerOff(p.As<JobPodView>())));
        if (job is null || job.Status.IsFinished || job.Selector.IsEverything)
            return context.Memory.Length > 0 ? plan.Remember("").Build() : plan.Build();
        if (!job.HasKnownMode)
            return plan.Record(EventSpec.Warn(About(job), "UnknownCompletionMode", "Skipped Job sync because completion mode is unknown")).Build();

        var claims = Claims.Of(pods, job.Object, job.Selector, static _ => true);
        if (claims.Steps(context, Pods, Jobs, Kinds.Job, job.Object, JobNames.TrackingFinalizer) is not { } claiming)
            return Plan.Ask(LiveRead.Get(Jobs, context.Key));
        plan.Do(StageMode.Parallel, claiming);
        claims.Explain(plan, "pods");
        Decide(plan, context, new JobSituation(job, [.. claims.Owned.Concat(claims.Adopt).Select(p => p.As<JobPodView>())], context.Now));
        return plan.Build();
    }

    // A job that is being deleted releases no pods, so those that it does not count would keep it for ever.
    private static bool IsLeftBehind(JobView job, CachedObject pod) =>
        job.Object.Head.Deleted is not null && (job.Selector.IsEverything || !job.HasKnownMode || !job.Selector.Matches(pod.Head.Labels));

    private void Decide(PlanBuilder plan, ReconcileContext context, JobSituation now)
    {
        var job = now.Job;
        var decided = JobVerdict.Of(now);
        var scaling = new PlanBuilder();
        if (decided is not null)
        {
            if (now.Active.Count > 0)
                plan.Because($"its end is decided: {decided.Message}");
            JobScaling.Delete(plan, now, now.Active, keepFinalizer: true);
        }
        else
        {
            var startsMore = job.Object.Head.Deleted is null && _scaling.Plan(scaling, context, now);
            decided = JobVerdict.OfCompletion(now, startsMore);
        }
        var (status, released) = JobTracking.Count(now, decided);
        status = status with { Active = now.Active.Count, Ready = now.Active.Count(p => p.Pod.Ready), Terminating = now.Terminating.Count };
        var (after, told) = JobProgress.Advance(now, status, decided);
        if (JobVerdict.TimeLeft(now) is { } left && decided is null)
            scaling.Again(left);

        var scaled = scaling.Build();
        // After a failure the status goes first, or it would never be told: a failing stage ends the plan.
        var failed = context.LastFailure is { IsConflict: false } last && last.Address.Resource == Pods;
        if (!failed)
            Append(plan, scaled);
        if (after.IsFinished && context.Memory.Length > 0)
            plan.Remember("");
        if (JobProgress.Oddity(now, after) is { } oddity)
            plan.Record(oddity);
        if (!after.SameAs(job.Status))
            plan.Do(new UpdateStep(ObjectAddress.Of(Jobs, job.Object.Key, "status"), job.Object.WithStatus(after.Write)) { Tolerates = [StatusReason.NotFound], OnDone = told });
        if (released.Count > 0)
            plan.Because($"{released.Count} pods have ended and stand in the status").Do(StageMode.Parallel, released.Select(JobTracking.FinalizerOff));
        if (failed)
            Append(plan, scaled);
        if (scaled.RequeueAfter is { } wait)
            plan.Again(wait);
    }

    private static void Append(PlanBuilder plan, Plan more)
    {
        foreach (var stage in more.Stages)
            plan.Do(stage.Mode, stage.Steps);
        foreach (var reason in more.Reasons)
            plan.Because(reason);
        foreach (var item in more.Events)
            plan.Record(item);
        if (more.Memory is { } memory)
            plan.Remember(memory);
    }

    private static ObjectReference About(JobView job) => ObjectReference.To(Kinds.Job, job.Object);

    private static IEnumerable<ObjectKey> OwnersOf(ObjectChanged change, IClusterView view)
    {
        var (before, after) = (change.Old is null ? null : JobNames.JobOf(change.Old.Head), change.New is null ? null : JobNames.JobOf(change.New.Head));
        if (before is not null)
            yield return new ObjectKey(change.Latest.Key.Namespace, before);
        if (after is not null && after != before)
            yield return new ObjectKey(change.Latest.Key.Namespace, after);
        if (change.New is not { } orphan || orphan.Head.Controller is not null || orphan.Head.Deleted is not null)
            yield break;
        foreach (var job in view.Of(Jobs).By(CacheIndex.Namespace, orphan.Key.Namespace))
            if (job.As<JobView>().Selector is { IsEverything: false } selector && selector.Matches(orphan.Head.Labels))
                yield return job.Key;
    }
}
