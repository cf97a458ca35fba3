using System.Collections.Immutable;
using System.Globalization;
using ActorKube.Api.Names;
using ActorKube.Machinery.Times;
using ActorKube.NodeAgent.Pods.Status;

namespace ActorKube.NodeAgent.Pods;

/// <summary>What an agent that starts knows of pods that were there before it.</summary>
internal static class PodAdoption
{
    /// <summary>The memory to begin with, from the status in the API.</summary>
    public static PodMemory Memory(PodStatusView? status, Present now) => new()
    {
        StartTime = status?.StartTime ?? now,
        // Measured once: the clock is believed when the agent first sees the pod, and may be set later.
        ActiveSince = status?.StartTime is { } started ? now.UptimeOf(started) : now.Uptime,
        Terminal = status is { IsTerminal: true },
        Verdict = status is { Phase: PodPhases.Failed, Reason.Length: > 0 } ? new PodVerdict(status.Reason, status.Message) : null,
        PriorAttempts = status is null
            ? ImmutableDictionary<string, uint>.Empty
            : status.Init.Concat(status.Regular).Where(c => c.ContainerId.Length > 0).ToImmutableDictionary(c => c.Name, c => c.RestartCount),
    };

    /// <summary>The view of a pod of which only the runtime knows.</summary>
    /// <param name="key">Namespace and name.</param>
    /// <param name="uid">Uid.</param>
    /// <param name="grace">The grace period that its containers were labelled with; null when there is no such label.</param>
    public static PodView Orphan(ObjectKey key, string uid, string? grace) => new()
    {
        Key = key,
        Uid = uid,
        Regular = [],
        TerminationGraceSeconds = long.TryParse(grace, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : 30,
    };
}
