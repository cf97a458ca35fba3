namespace ActorKube.NodeAgent.Pods;

/// <summary>What the results of actions leave in memory. The runtime's own state is not among it: that is seen, never assumed.</summary>
internal static class PodOutcomes
{
    private static readonly TimeSpan FirstMountRetry = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestMountRetry = TimeSpan.FromSeconds(122);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(10);

    /// <summary>How long <c>ErrImagePull</c> is shown before <c>ImagePullBackOff</c> takes its place.</summary>
    public static readonly TimeSpan PullErrorShown = TimeSpan.FromSeconds(2);

    /// <summary>When a container that could not be configured or created is tried again.</summary>
    public static readonly TimeSpan StartRetry = TimeSpan.FromSeconds(10);

    /// <summary>The volumes are in place.</summary>
    public static PodMemory VolumesReady(PodMemory memory) => memory with { VolumesReady = true, Failure = null };

    /// <summary>The volumes are not; upstream retries mounts after half a second, doubling up to about two minutes.</summary>
    public static PodMemory VolumesFailed(PodMemory memory, string message, DateTimeOffset now) =>
        Failed(memory, message, now, FirstMountRetry, LongestMountRetry);

    /// <summary>A step of the whole pod worked.</summary>
    public static PodMemory Succeeded(PodMemory memory) => memory.Failure is null ? memory : memory with { Failure = null };

    /// <summary>A step of the whole pod did not: the sandbox could not be run, something could not be stopped or removed.</summary>
    public static PodMemory Failed(PodMemory memory, string message, DateTimeOffset now) => Failed(memory, message, now, FirstRetry, LongestRetry);

    /// <summary>A container was started.</summary>
    public static PodMemory Started(PodMemory memory, string container) =>
        memory.With(container, memory.Of(container) with { Failure = null, Pull = default });

    /// <summary>A container could not be started.</summary>
    public static PodMemory NotStarted(PodMemory memory, string container, string reason, string message, DateTimeOffset now)
    {
        var known = memory.Of(container);
        if (reason == WaitingReasons.ErrImagePull)
        {
            var pull = known.Pull.Next(now, now);
            return memory.With(container, known with { Pull = pull, Failure = new ContainerFailure(reason, message, now + pull.Delay, now + PullErrorShown) });
        }
        var retry = reason == WaitingReasons.RunContainerError ? FirstRetry : StartRetry;
        return memory.With(container, known with { Failure = new ContainerFailure(reason, message, now + retry) });
    }

    private static PodMemory Failed(PodMemory memory, string message, DateTimeOffset now, TimeSpan first, TimeSpan longest)
    {
        var count = memory.Failure is { } last ? last.Count + 1 : 1;
        var delay = first * Math.Pow(2, Math.Min(count - 1, 16));
        return memory with { Failure = new PodFailure(message, now + (delay < longest ? delay : longest), count) };
    }
}
