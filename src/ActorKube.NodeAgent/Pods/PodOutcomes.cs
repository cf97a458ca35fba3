using System.Collections.Immutable;

namespace ActorKube.NodeAgent.Pods;

/// <summary>What the results of actions leave in memory. The runtime's own state is not among it: that is seen, never assumed.</summary>
internal static class PodOutcomes
{
    private static readonly TimeSpan FirstMountRetry = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestMountRetry = TimeSpan.FromSeconds(122);
    private static readonly TimeSpan RefreshRetry = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(10);

    /// <summary>How long a pod waits for its volumes before it is said that it does.</summary>
    public static readonly TimeSpan MountPatience = TimeSpan.FromSeconds(123);

    /// <summary>How long <c>ErrImagePull</c> is shown before <c>ImagePullBackOff</c> takes its place.</summary>
    public static readonly TimeSpan PullErrorShown = TimeSpan.FromSeconds(2);

    /// <summary>When a container that could not be configured or created is tried again.</summary>
    public static readonly TimeSpan StartRetry = TimeSpan.FromSeconds(10);

    /// <summary>What an action's result leaves in memory.</summary>
    /// <param name="memory">What was remembered.</param>
    /// <param name="result">What became of the action.</param>
    /// <param name="now">The time that only passes.</param>
    public static PodMemory Apply(PodMemory memory, ActionResult result, TimeSpan now) => result switch
    {
        { Cancelled: true } => memory,
        { Action: StartContainer start, Failure: null } => Started(memory, start.Container.Name),
        { Action: StartContainer start, Failure: { } failure } => NotStarted(memory, start.Container.Name, failure.Reason, failure.Message, now),
        { Action: SetUpVolumes, Failure: { } failure } => Failed(Waiting(memory, failure.Volumes, now), now, FirstMountRetry, LongestMountRetry),
        { Action: SetUpVolumes } => memory with { VolumesReady = true, Failure = null, MountWait = null, RefreshVolumesAt = now + result.RefreshVolumesIn },
        // The pod runs on with what it has.
        { Action: RefreshVolumes, Failure: not null } => memory with { RefreshVolumesAt = now + RefreshRetry },
        { Action: RefreshVolumes } => memory with { RefreshVolumesAt = now + result.RefreshVolumesIn, Verdict = memory.Verdict ?? result.Verdict },
        { Failure: not null } => Failed(memory, now, FirstRetry, LongestRetry),
        // What was seen says nothing about whether the step that failed would work now.
        { Action: LookAgain } => memory,
        { Action: CleanUp } => memory with { Failure = null, CleanedUp = true },
        { Action: DeleteObject } => memory with { Failure = null, ObjectDeleted = true },
        _ => memory.Failure is null ? memory : memory with { Failure = null },
    };

    /// <summary>A container was started.</summary>
    private static PodMemory Started(PodMemory memory, string container) =>
        memory.With(container, memory.Of(container) with { Failure = null, Pull = default });

    /// <summary>A container could not be started.</summary>
    private static PodMemory NotStarted(PodMemory memory, string container, string reason, string message, TimeSpan now)
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

    private static PodMemory Waiting(PodMemory memory, ImmutableArray<string> volumes, TimeSpan now) =>
        memory with { MountWait = new PodMountWait(volumes, memory.MountWait?.ReportAt ?? now + MountPatience) };

    private static PodMemory Failed(PodMemory memory, TimeSpan now, TimeSpan first, TimeSpan longest)
    {
        var count = memory.Failure is { } last ? last.Count + 1 : 1;
        var delay = first * Math.Pow(2, Math.Min(count - 1, 16));
        return memory with { Failure = new PodFailure(now + (delay < longest ? delay : longest), count) };
    }
}
