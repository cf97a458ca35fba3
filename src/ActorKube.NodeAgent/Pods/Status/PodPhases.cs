using System.Collections.Immutable;

namespace ActorKube.NodeAgent.Pods.Status;

/// <summary>The phase of a pod, from the statuses of its containers (upstream: <c>getPhase</c>).</summary>
internal static class PodPhases
{
    /// <summary>Not all containers were started yet.</summary>
    public const string Pending = "Pending";
    /// <summary>Containers run, or will again.</summary>
    public const string Running = "Running";
    /// <summary>All ended well and stay so.</summary>
    public const string Succeeded = "Succeeded";
    /// <summary>All ended, one of them badly, and stay so.</summary>
    public const string Failed = "Failed";

    /// <summary>The phase.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="init">Statuses of init containers in spec order.</param>
    /// <param name="regular">Statuses of regular containers in spec order.</param>
    /// <param name="ended">Whether nothing of the pod will be started again.</param>
    public static string Of(PodView pod, ImmutableArray<ContainerStatusView> init, ImmutableArray<ContainerStatusView> regular, bool ended)
    {
        var started = regular.Any(s => s.State is RunningState or TerminatedState || s.LastState is not null);
        var initFailed = false;
        var initPending = false;
        for (var i = 0; i < init.Length; i++)
        {
            var kind = pod.Init[i].Kind;
            initFailed |= kind == ContainerKind.Init && HasFailed(init[i]);
            initPending |= kind == ContainerKind.Sidecar ? !init[i].Started : !init[i].Ready && !HasFailed(init[i]);
        }
        if (initFailed && pod.RestartPolicy == PodRestartPolicy.Never)
            return Failed;
        var (running, waiting, stopped, succeeded) = Count(regular);
        if (ended)
            return stopped > 0 && stopped == succeeded && stopped == regular.Length ? Succeeded : Failed;
        if ((initPending || initFailed) && !started)
            return Pending;
        if (waiting > 0)
            return Pending;
        if (running > 0)
            return Running;
        if (stopped == 0)
            return Pending;
        if (pod.RestartPolicy == PodRestartPolicy.Always)
            return Running;
        if (stopped == succeeded)
            return Succeeded;
        return pod.RestartPolicy == PodRestartPolicy.Never ? Failed : Running;
    }

    private static bool HasFailed(ContainerStatusView status) =>
        status.State is TerminatedState { ExitCode: not 0 } || (status.State is WaitingState && status.LastState is { ExitCode: not 0 });

    private static (int Running, int Waiting, int Stopped, int Succeeded) Count(ImmutableArray<ContainerStatusView> statuses)
    {
        var (running, waiting, stopped, succeeded) = (0, 0, 0, 0);
        foreach (var status in statuses)
            switch (status.State)
            {
                case RunningState:
                    running++;
                    break;
                case TerminatedState terminated:
                    stopped++;
                    succeeded += terminated.ExitCode == 0 ? 1 : 0;
                    break;
                case WaitingState when status.LastState is not null:
                    stopped++;
                    break;
                default:
                    waiting++;
                    break;
            }
        return (running, waiting, stopped, succeeded);
    }
}
