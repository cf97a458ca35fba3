using System.Globalization;
using ActorKube.NodeAgent.Runtimes;

namespace ActorKube.NodeAgent.Pods;

/// <summary>Which containers are to run, and when a start has to wait.</summary>
internal static class RestartRules
{
    /// <summary>Whether a regular container that does not run is to be started (upstream: <c>ShouldContainerBeRestarted</c>).</summary>
    public static bool ShouldRun(PodView pod, ContainerView container, ContainerSeen? latest)
    {
        if (pod.Deleted is not null)
            return false;
        if (latest is null || latest.State is ContainerState.Unknown or ContainerState.Created)
            return true;
        if (latest.State == ContainerState.Running)
            return false;
        if (container.Kind == ContainerKind.Sidecar)
            return true;
        return pod.RestartPolicy switch
        {
            PodRestartPolicy.Always => container.Kind == ContainerKind.Regular || latest.ExitCode != 0,
            PodRestartPolicy.OnFailure => latest.ExitCode != 0,
            PodRestartPolicy.Never => false,
            _ => throw new InvalidOperationException($"Unknown restart policy {pod.RestartPolicy}."),
        };
    }

    /// <summary>The start of a container, or null when it has to wait; then the draft knows why and until when.</summary>
    public static StartContainer? Start(PodDraft draft, ContainerView container, ContainerSeen? latest, SandboxSeen sandbox)
    {
        var memory = draft.Memory.Of(container.Name);
        if (memory.Failure is { } failure && failure.RetryAt > draft.Uptime)
        {
            Wait(draft, container, memory, failure);
            return null;
        }
        if (latest is { State: ContainerState.Exited })
        {
            var failed = draft.UptimeOf(latest.FinishedAt ?? latest.CreatedAt);
            if (memory.Restart.Holds(failed, draft.Uptime))
            {
                CrashLoop(draft, container, memory, failed + memory.Restart.Delay);
                return null;
            }
            draft.Memory = draft.Memory.With(container.Name, memory with { Restart = memory.Restart.Next(failed, draft.Uptime) });
        }
        return new StartContainer(container, Attempt(draft, container.Name, latest), sandbox.Id);
    }

    private static uint Attempt(PodDraft draft, string name, ContainerSeen? latest)
    {
        if (latest is not null)
            return latest.Attempt + 1;
        return draft.Memory.PriorAttempts.TryGetValue(name, out var prior) ? prior + 1 : 0;
    }

    private static void Wait(PodDraft draft, ContainerView container, ContainerMemory memory, ContainerFailure failure)
    {
        if (failure.ShownUntil is { } shown && draft.Uptime >= shown)
        {
            var message = $"Back-off pulling image \"{container.Image}\"";
            failure = new ContainerFailure(WaitingReasons.ImagePullBackOff, $"{message}: {failure.Reason}: {failure.Message}", failure.RetryAt);
            draft.Memory = draft.Memory.With(container.Name, memory with { Failure = failure });
            draft.Report(PodEvent.Normal("BackOff", message, container));
            draft.Report(PodEvent.Warn("Failed", "Error: ImagePullBackOff", container));
        }
        draft.WakeAt(failure.ShownUntil is { } until && until < failure.RetryAt ? until : failure.RetryAt);
    }

    private static void CrashLoop(PodDraft draft, ContainerView container, ContainerMemory memory, TimeSpan retryAt)
    {
        var message = $"back-off {GoDuration(memory.Restart.Delay)} restarting failed container={container.Name} pod={draft.Pod.Display}";
        draft.Memory = draft.Memory.With(container.Name, memory with { Failure = new ContainerFailure(WaitingReasons.CrashLoopBackOff, message, retryAt) });
        draft.Report(PodEvent.Warn("BackOff", $"Back-off restarting failed container {container.Name} in pod {draft.Pod.Display}", container));
        draft.WakeAt(retryAt);
    }

    /// <summary>Whole seconds as Go prints a duration: <c>10s</c>, <c>1m20s</c>, <c>5m0s</c>.</summary>
    internal static string GoDuration(TimeSpan duration)
    {
        var seconds = (long)duration.TotalSeconds;
        return seconds < 60
            ? string.Create(CultureInfo.InvariantCulture, $"{seconds}s")
            : string.Create(CultureInfo.InvariantCulture, $"{seconds / 60}m{seconds % 60}s");
    }
}
