namespace ActorKube.NodeAgent.Runtimes;

/// <summary>Which event tells of which state.</summary>
internal static class LifecycleEvents
{
    /// <summary>The event that says that a container is in this state.</summary>
    public static RuntimeEventKind For(ContainerState state) => state switch
    {
        ContainerState.Created => RuntimeEventKind.ContainerCreated,
        ContainerState.Running => RuntimeEventKind.ContainerStarted,
        ContainerState.Exited => RuntimeEventKind.ContainerExited,
        ContainerState.Unknown => RuntimeEventKind.ContainerUnknown,
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "Unknown state."),
    };

    /// <summary>The event that says that a sandbox is in this state.</summary>
    public static RuntimeEventKind For(SandboxState state) => state switch
    {
        SandboxState.Ready => RuntimeEventKind.SandboxReady,
        SandboxState.NotReady => RuntimeEventKind.SandboxStopped,
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "Unknown state."),
    };
}
