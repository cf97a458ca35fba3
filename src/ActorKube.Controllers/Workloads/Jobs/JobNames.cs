using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Informers;

namespace ActorKube.Controllers.Workloads.Jobs;

/// <summary>Names that jobs and their pods carry.</summary>
internal static class JobNames
{
    /// <summary>Keeps a pod until its end has been counted.</summary>
    public const string TrackingFinalizer = "batch.kubernetes.io/job-tracking";

    /// <summary>Annotation and label of a pod of an indexed job.</summary>
    public const string Index = "batch.kubernetes.io/job-completion-index";

    /// <summary>Annotation: failures of the index before this pod.</summary>
    public const string FailureCount = "batch.kubernetes.io/job-index-failure-count";

    /// <summary>Annotation: failures of the index before this pod that a policy ignored.</summary>
    public const string IgnoredCount = "batch.kubernetes.io/job-index-ignored-failure-count";

    /// <summary>Value of <c>spec.managedBy</c> that means this controller.</summary>
    public const string Manager = "kubernetes.io/job-controller";

    /// <summary>Annotation: the time a cron job made the job for.</summary>
    public const string ScheduledAt = "batch.kubernetes.io/cronjob-scheduled-timestamp";

    /// <summary>Label with the job's name.</summary>
    public const string JobLabel = "batch.kubernetes.io/job-name";

    /// <summary>Tracked pods by the namespace and name of the job that owns or owned them: also jobs that are gone have to let their pods go.</summary>
    public static readonly CacheIndex TrackedPods = new("tracked-by-job", TrackedBy);

    /// <summary>The value of <see cref="TrackedPods"/> for a job.</summary>
    public static string TrackedOf(ObjectKey job) => $"{job.Namespace}/{job.Name}";

    private static string? TrackedBy(StoredObject pod) =>
        pod.Head.Finalizers.Contains(TrackingFinalizer) && JobOf(pod.Head) is { } name ? $"{pod.Key.Namespace}/{name}" : null;

    /// <summary>Name of the job that a pod belongs to, by its controller or else its label; null when it belongs to none.</summary>
    public static string? JobOf(ObjectHead pod) => pod.Controller switch
    {
        { Kind: "Job" } job => job.Name,
        null => pod.Finalizers.Contains(TrackingFinalizer) ? pod.Labels[JobLabel] : null,
        _ => null,
    };
}
