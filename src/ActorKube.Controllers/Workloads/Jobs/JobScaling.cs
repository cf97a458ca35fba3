using ActorKube.Api.Names;
using ActorKube.Machinery.Queues;
using ActorKube.Machinery.Reconciling;
using ActorKube.Machinery.Recording;

namespace ActorKube.Controllers.Workloads.Jobs;

/// <summary>Makes and deletes the pods of a job that goes on. In one decision it does one of the two; deleting comes first.</summary>
internal sealed class JobScaling(BackoffPolicy backoff, int burst)
{
    /// <summary>Adds the writes.</summary>
    /// <returns>Whether more pods are made, now or later.</returns>
    public bool Plan(PlanBuilder plan, ReconcileContext context, JobSituation now)
    {
        var job = now.Job;
        var active = now.Active.Count;
        if (job.Suspended)
        {
            if (active > 0)
                plan.Because("is suspended");
            Delete(plan, now, now.Active.Take(burst), keepFinalizer: false);
            return false;
        }
        var wanted = job.Completions is not { } completions ? (now.Succeeded > 0 ? active : job.Parallelism)
            : Math.Max(0, Math.Min(completions - now.Succeeded, job.Parallelism));
        var surplus = Surplus(now, Math.Max(0, active - wanted)).Take(burst).ToArray();
        if (surplus.Length > 0)
        {
            plan.Because($"has {active} pods running and wants {wanted}");
            Delete(plan, now, surplus, keepFinalizer: false);
            return false;
        }
        var missing = wanted - active - (job.ReplacesFailedOnly ? now.Terminating.Count : 0);
        if (missing <= 0)
            return false;
        if (job.IsContradictory)
        {
            plan.Record(Contradiction.Told(ObjectReference.To(Kinds.Job, job.Object)));
            return true;
        }
        if (job.BackoffLimitPerIndex is null && backoff.Remaining(now.Pods, now.IsFailed, now.Now) is { Ticks: > 0 } wait)
        {
            plan.Again(wait).Because("waits before it replaces failed pods");
            return true;
        }
        return Create(plan, context, now, Math.Min(missing, burst), $"has {active} of {wanted} pods running");
    }

    /// <summary>Deletes pods.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="now">The job.</param>
    /// <param name="pods">The pods.</param>
    /// <param name="keepFinalizer">Whether they count as failed; without the finalizer they do not.</param>
    public static void Delete(PlanBuilder plan, JobSituation now, IEnumerable<JobPodView> pods, bool keepFinalizer)
    {
        var about = ObjectReference.To(Kinds.Job, now.Job.Object);
        var leaving = pods.ToArray();
        // A pod that cannot be written holds up no other: those that have lost their finalizer beside it go first the next time.
        bool IsFirstFreed(JobPodView pod) => pod.IsTracked && !keepFinalizer;
        plan.Do(StageMode.Parallel, leaving.Select(p => IsFirstFreed(p) ? JobTracking.FinalizerOff(p) : PodSteps.Delete(about, p.Pod)));
        plan.Do(StageMode.Parallel, leaving.Where(IsFirstFreed).Select(p => PodSteps.Delete(about, p.Pod)));
    }

    private bool Create(PlanBuilder plan, ReconcileContext context, JobSituation now, int count, string why)
    {
        var (job, factory) = (now.Job, new JobPodFactory(now.Job, context));
        IEnumerable<(string Name, ReadOnlyMemory<byte> Pod)> made;
        if (job.IsIndexed)
        {
            var indexes = Due(plan, now, count);
            made = indexes.Select(i => factory.Make(i, job.BackoffLimitPerIndex is null ? null : FailuresOf(now, i)));
        }
        else
        {
            made = factory.Make(count);
        }
        var about = ObjectReference.To(Kinds.Job, job.Object);
        var steps = made.Select(p => PodSteps.Create(about, new ObjectKey(job.Object.Key.Namespace, p.Name), p.Pod)).ToArray();
        if (steps.Length > 0)
            plan.Because(why).Do(StageMode.SlowStart, steps).Remember(NameSequence.After(context, steps.Length));
        return true;
    }

    // The first indexes that have no pod and need one, as many as there is room for. Those that failed a moment ago wait, each for itself, and keep their place meanwhile.
    private List<int> Due(PlanBuilder plan, JobSituation now, int count)
    {
        var running = now.Active.Concat(now.Job.ReplacesFailedOnly ? now.Terminating : []).Select(p => p.Index).ToHashSet();
        var (due, places) = (new List<int>(), count);
        for (var i = 0; i < now.Completions && places > 0; i++)
        {
            if (running.Contains(i) || now.SucceededIndexes.Contains(i) || now.FailedIndexes?.Contains(i) == true)
                continue;
            places--;
            if (now.LastFailures.GetValueOrDefault(i) is { } last && Remaining(now, last) is { Ticks: > 0 } wait)
                plan.Again(wait);
            else
                due.Add(i);
        }
        return due;
    }

    private TimeSpan Remaining(JobSituation now, JobPodView last) => backoff.Delay(Totals.Fit((long)last.Failures + last.Ignored + 1)) - (last.Ended is { } ended ? now.Now.Since(ended) : TimeSpan.Zero);

    private static (int Counted, int Ignored) FailuresOf(JobSituation now, int index) =>
        now.LastFailures.GetValueOrDefault(index) is not { } last ? (0, 0)
        : now.Verdict(last).Action == FailureAction.Ignore ? (last.Failures, Totals.Fit((long)last.Ignored + 1))
        : (Totals.Fit((long)last.Failures + 1), last.Ignored);

    // Pods without a valid index and second pods of an index go in any case; then as many as are too many.
    private static List<JobPodView> Surplus(JobSituation now, int atLeast)
    {
        var ranking = new PodRanking(static _ => 0, now.Now);
        var ranked = now.Active.OrderBy(p => p.Pod, ranking).ToList();
        var surplus = new List<JobPodView>();
        if (now.Job.IsIndexed)
        {
            surplus.AddRange(ranked.Where(p => !now.HasIndex(p)));
            foreach (var same in ranked.Where(now.HasIndex).GroupBy(p => p.Index))
                surplus.AddRange(same.SkipLast(1));
            ranked.RemoveAll(surplus.Contains);
        }
        surplus.AddRange(ranked.Take(atLeast - surplus.Count));
        return surplus;
    }
}
