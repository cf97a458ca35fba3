using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Times;

namespace ActorKube.Controllers.Workloads.Jobs;

/// <summary>A job and its pods at one moment, counted.</summary>
internal sealed class JobSituation
{
    private readonly HashSet<string> _uncounted;

    public JobSituation(JobView job, List<JobPodView> pods, Present now)
    {
        (Job, Pods, Now) = (job, pods, now);
        _uncounted = [.. job.Status.UncountedSucceeded, .. job.Status.UncountedFailed];
        Active = [.. pods.Where(p => p.Pod.IsActive)];
        Terminating = [.. pods.Where(p => p.Pod.IsTerminating && !p.Pod.IsTerminal)];
        Failed = Totals.Fit((long)job.Status.Failed + job.Status.UncountedFailed.Length + pods.Count(p => IsNew(p) && IsFailed(p) && Verdict(p).Action != FailureAction.Ignore));
        Succeeded = Totals.Fit((long)job.Status.Succeeded + job.Status.UncountedSucceeded.Length + pods.Count(p => IsNew(p) && HasSucceeded(p)));
        PreviousIndexes = SucceededIndexes = IndexSet.Empty;
        if (!job.IsIndexed)
            return;
        PreviousIndexes = IndexSet.Parse(job.Status.CompletedIndexes, Completions);
        SucceededIndexes = PreviousIndexes.With(pods.Where(p => p.IsTracked && HasSucceeded(p) && HasIndex(p)).Select(p => p.Index!.Value));
        Succeeded = SucceededIndexes.Count;
        if (job.BackoffLimitPerIndex is not { } limit)
            return;
        FailedIndexes = IndexSet.Parse(job.Status.FailedIndexes ?? "", Completions)
            .With(pods.Where(p => p.IsTracked && HasIndex(p) && IsFailed(p) && FailsIndex(p, limit)).Select(p => p.Index!.Value));
        foreach (var pod in pods.Where(p => p.IsTracked && HasIndex(p) && IsFailed(p) && !SucceededIndexes.Contains(p.Index!.Value) && !FailedIndexes.Contains(p.Index!.Value)))
            if (!LastFailures.TryGetValue(pod.Index!.Value, out var other) || (long)other.Failures + other.Ignored <= (long)pod.Failures + pod.Ignored)
                LastFailures[pod.Index!.Value] = pod;
        foreach (var pod in Active.Where(HasIndex))
            LastFailures.Remove(pod.Index!.Value);
    }

    public JobView Job { get; }

    public Present Now { get; }

    /// <summary>The pods that the job owns, finished ones included.</summary>
    public List<JobPodView> Pods { get; }

    public List<JobPodView> Active { get; }

    public List<JobPodView> Terminating { get; }

    /// <summary>Pods, or indexes, that have succeeded: counted or about to be.</summary>
    public int Succeeded { get; }

    /// <summary>Failures that count.</summary>
    public int Failed { get; }

    /// <summary>Indexes that the status names already.</summary>
    public IndexSet PreviousIndexes { get; }

    public IndexSet SucceededIndexes { get; }

    /// <summary>Null unless failures are counted by index.</summary>
    public IndexSet? FailedIndexes { get; }

    /// <summary>The last failed pod of each index that is to get another one: it is kept until then, for it holds the count.</summary>
    public Dictionary<int, JobPodView> LastFailures { get; } = [];

    public int Completions => Job.Completions ?? 0;

    public bool HasIndex(JobPodView pod) => pod.Index < Completions;

    public static bool HasSucceeded(JobPodView pod) => pod.Pod.Phase == PodPhase.Succeeded;

    /// <summary>A pod that is deleted counts as failed, unless only pods that have ended are replaced.</summary>
    public bool IsFailed(JobPodView pod) =>
        pod.Pod.Phase == PodPhase.Failed || (!Job.ReplacesFailedOnly && pod.Pod.IsTerminating && pod.Pod.Phase != PodPhase.Succeeded);

    public FailureVerdict Verdict(JobPodView pod) => FailureRule.Judge(Job.FailurePolicy, pod);

    public bool IsUncounted(JobPodView pod) => _uncounted.Contains(pod.Uid);

    private bool IsNew(JobPodView pod) => pod.IsTracked && !IsUncounted(pod) && (!Job.IsIndexed || HasIndex(pod));

    private bool FailsIndex(JobPodView pod, int limit) => Verdict(pod).Action switch
    {
        FailureAction.FailIndex => true,
        FailureAction.Ignore => false,
        _ => pod.Failures >= limit,
    };
}
