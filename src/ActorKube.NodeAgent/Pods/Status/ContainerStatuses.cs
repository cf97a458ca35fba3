using ActorKube.NodeAgent.Runtimes;

namespace ActorKube.NodeAgent.Pods.Status;

/// <summary>The status of one container, from what the runtime shows and what is remembered (upstream: <c>convertToAPIContainerStatuses</c>).</summary>
internal static class ContainerStatuses
{
    /// <summary>Why containers for debugging do not start.</summary>
    public const string EphemeralRefusal = "ephemeral containers are not supported by this node agent";

    private const int LostExitCode = 137;

    /// <summary>The status of a container.</summary>
    public static ContainerStatusView Of(PodView pod, ContainerView container, PodSeen seen, PodMemory memory, ContainerStatusView? before, string runtimeName, bool ended)
    {
        var latest = seen.Latest(container.Name);
        if (latest is null)
            return NeverCreated(pod, container, memory, before, ended);
        var state = State(latest, runtimeName);
        var last = seen.Previous(container.Name) is { State: ContainerState.Exited } previous ? Terminated(previous, runtimeName) : before?.RestartCount == latest.Attempt ? before.LastState : null;
        if (!ended && memory.Of(container.Name).Failure is { } failure && state is not RunningState)
        {
            last = state as TerminatedState ?? last;
            state = new WaitingState(failure.Reason, failure.Message);
        }
        else if (state is WaitingState)
        {
            state = new WaitingState(Idle(pod));
        }
        return new ContainerStatusView
        {
            Name = container.Name,
            State = state,
            LastState = last,
            Ready = state is RunningState ? container.Kind != ContainerKind.Init : container.Kind == ContainerKind.Init && state is TerminatedState { ExitCode: 0 },
            Started = state is RunningState,
            RestartCount = latest.Attempt,
            // Containers are created by image id; a runtime that shows nothing better says less than the spec.
            Image = latest.Image.Length == 0 || latest.Image.StartsWith("sha256:", StringComparison.Ordinal) ? container.Image : latest.Image,
            ImageId = latest.ImageRef,
            ContainerId = Id(latest, runtimeName),
            Spec = memory.Given.TryGetValue(container.Name, out var given) ? container.Spec with { Resources = given.Resources, Allocated = given.Allocated } : container.Spec,
            User = latest.User,
        };
    }

    /// <summary>The status of a container that was added for debugging: there are none here, and clients that wait for it are told.</summary>
    public static ContainerStatusView OfEphemeral(ContainerView container) =>
        new() { Name = container.Name, Image = container.Image, State = new WaitingState(WaitingReasons.CreateContainerConfigError, EphemeralRefusal) };

    private static ContainerStatusView NeverCreated(PodView pod, ContainerView container, PodMemory memory, ContainerStatusView? before, bool ended)
    {
        var failure = memory.Of(container.Name).Failure;
        var known = before?.State as TerminatedState;
        if (before?.State is RunningState running)
            known = new TerminatedState(
                LostExitCode, WaitingReasons.ContainerStatusUnknown, "The container could not be located when the pod was looked at. The container used to be Running", running.StartedAt, null, before.ContainerId);
        if (known is not null && (ended || !RestartRules.ShouldRun(pod, container, Ghost(container, known))))
            return before! with { State = known, Started = false, Ready = container.Kind == ContainerKind.Init && known.ExitCode == 0 };
        return new ContainerStatusView
        {
            Name = container.Name,
            State = failure is null ? new WaitingState(Idle(pod)) : new WaitingState(failure.Reason, failure.Message),
            LastState = known ?? before?.LastState,
            RestartCount = before?.RestartCount ?? 0,
            Image = container.Image,
        };
    }

    // What the container must have looked like when it ended; only state and exit code matter to the restart rules.
    private static ContainerSeen Ghost(ContainerView container, TerminatedState state) =>
        new() { Id = "", Name = container.Name, SandboxId = "", State = ContainerState.Exited, ExitCode = state.ExitCode };

    private static string Idle(PodView pod) =>
        pod.Init.IsEmpty ? WaitingReasons.ContainerCreating : WaitingReasons.PodInitializing;

    private static ContainerStateView State(ContainerSeen container, string runtimeName) => container.State switch
    {
        ContainerState.Running => new RunningState(Seconds(container.StartedAt)),
        ContainerState.Exited => Terminated(container, runtimeName),
        ContainerState.Created => new WaitingState(""),
        ContainerState.Unknown => new TerminatedState(LostExitCode, WaitingReasons.ContainerStatusUnknown, "The runtime cannot tell the state of the container", Seconds(container.StartedAt), null, Id(container, runtimeName)),
        _ => throw new InvalidOperationException($"Unknown container state {container.State}."),
    };

    private static TerminatedState Terminated(ContainerSeen container, string runtimeName) => new(
        container.ExitCode,
        container.Reason.Length > 0 ? container.Reason : container.ExitCode == 0 ? "Completed" : "Error",
        container.Message,
        Seconds(container.StartedAt),
        Seconds(container.FinishedAt),
        Id(container, runtimeName));

    private static string Id(ContainerSeen container, string runtimeName) => $"{runtimeName}://{container.Id}";

    private static DateTimeOffset? Seconds(DateTimeOffset? time) => time is { } t ? PodStatusBuilder.WholeSeconds(t) : null;
}
