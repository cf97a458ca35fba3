using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Queues;
using ActorKube.Machinery.Times;

namespace ActorKube.Controllers.Workloads.Jobs;

/// <summary>How long a job waits before it replaces failed pods: twice as long after each failure in a row. Read off the pods, so that it survives restarts.</summary>
internal static class PodBackoff
{
    /// <summary>What is left of the wait after the failures that followed the last success; zero or less when it is over.</summary>
    public static TimeSpan Remaining(this BackoffPolicy policy, IEnumerable<JobPodView> pods, Func<JobPodView, bool> isFailed, Present now)
    {
        DateTimeOffset? success = null;
        var failures = new List<DateTimeOffset>();
        foreach (var pod in pods)
            if (pod.Pod.Phase == PodPhase.Succeeded)
                success = pod.Ended is { } ended && now.Adjusted(ended) is var at && !(success > at) ? at : success;
            else if (isFailed(pod))
                failures.Add(pod.Ended is { } ended ? now.Adjusted(ended) : now);
        if (success is not null)
            failures.RemoveAll(f => f <= success);
        return failures.Count == 0 ? TimeSpan.Zero : policy.Delay(failures.Count) - (now - failures.Max());
    }
}
