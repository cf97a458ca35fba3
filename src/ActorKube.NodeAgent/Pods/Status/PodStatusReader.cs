using System.Collections.Immutable;
using k8s.Models;

namespace ActorKube.NodeAgent.Pods.Status;

/// <summary>Reads the status that the API holds, so that a restarted agent goes on where it was and sends only differences.</summary>
internal static class PodStatusReader
{
    /// <summary>The agent's part of the status; null when no agent has written one yet.</summary>
    public static PodStatusView? Read(V1Pod pod)
    {
        if (pod.Status is not { StartTime: not null } status)
            return null;
        return new PodStatusView
        {
            Phase = status.Phase ?? PodPhases.Pending,
            Reason = status.Reason ?? "",
            Message = status.Message ?? "",
            HostIps = status.HostIPs is { Count: > 0 } hosts ? [.. hosts.Select(h => h.Ip)] : string.IsNullOrEmpty(status.HostIP) ? [] : [status.HostIP],
            PodIps = status.PodIPs is { Count: > 0 } ips ? [.. ips.Select(i => i.Ip)] : string.IsNullOrEmpty(status.PodIP) ? [] : [status.PodIP],
            StartTime = Time(status.StartTime),
            ObservedGeneration = status.ObservedGeneration ?? 0,
            Conditions = [.. Conditions(pod).Where(c => Owned.Contains(c.Type))],
            Init = Containers(status.InitContainerStatuses),
            Regular = Containers(status.ContainerStatuses),
            Ephemeral = Containers(status.EphemeralContainerStatuses),
        };
    }

    /// <summary>All conditions, whoever owns them.</summary>
    public static ImmutableArray<PodConditionView> Conditions(V1Pod pod) =>
        pod.Status?.Conditions is not { } conditions
            ? []
            : [.. conditions.Select(c => new PodConditionView(c.Type, c.Status == "True", c.Reason ?? "", c.Message ?? "", Time(c.LastTransitionTime) ?? default))];

    private static readonly ImmutableArray<string> Owned =
        [PodConditions.ReadyToStartContainers, PodConditions.Initialized, PodConditions.Ready, PodConditions.ContainersReady, PodConditions.Scheduled, PodConditions.ResizePending];

    private static ImmutableArray<ContainerStatusView> Containers(IList<V1ContainerStatus>? statuses) =>
        statuses is null ? [] : [.. statuses.Select(Container)];

    private static ContainerStatusView Container(V1ContainerStatus status) => new()
    {
        Name = status.Name,
        State = State(status.State) ?? new WaitingState(""),
        LastState = State(status.LastState) as TerminatedState,
        Ready = status.Ready,
        Started = status.Started == true,
        RestartCount = (uint)status.RestartCount,
        Image = status.Image ?? "",
        ImageId = status.ImageID ?? "",
        ContainerId = status.ContainerID ?? "",
        Spec = SpecStatus.Of(status),
        User = status.User?.Linux is { } user ? UserStatus.Of(user.Uid, user.Gid, (user.SupplementalGroups ?? []).OfType<long>()) : null,
    };

    private static ContainerStateView? State(V1ContainerState? state)
    {
        if (state?.Running is { } running)
            return new RunningState(Time(running.StartedAt));
        if (state?.Terminated is { } t)
            return new TerminatedState(t.ExitCode, t.Reason ?? "", t.Message ?? "", Time(t.StartedAt), Time(t.FinishedAt), t.ContainerID ?? "");
        return state?.Waiting is { } waiting ? new WaitingState(waiting.Reason ?? "", waiting.Message ?? "") : null;
    }

    private static DateTimeOffset? Time(DateTime? time) => time is { } t ? new DateTimeOffset(DateTime.SpecifyKind(t, DateTimeKind.Utc)) : null;
}
