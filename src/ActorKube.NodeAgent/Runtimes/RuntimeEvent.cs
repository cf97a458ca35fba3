namespace ActorKube.NodeAgent.Runtimes;

/// <summary>What happened to a container or to the sandbox itself.</summary>
internal enum RuntimeEventKind
{
    /// <summary>The sandbox is ready.</summary>
    SandboxReady,

    /// <summary>The sandbox has ended or lost its network.</summary>
    SandboxStopped,

    /// <summary>The sandbox is gone.</summary>
    SandboxRemoved,

    /// <summary>The container was created and is not started.</summary>
    ContainerCreated,

    /// <summary>The container runs.</summary>
    ContainerStarted,

    /// <summary>The container has ended; its status has the exit code.</summary>
    ContainerExited,

    /// <summary>The runtime cannot tell the container's state.</summary>
    ContainerUnknown,

    /// <summary>The container is gone.</summary>
    ContainerRemoved,
}

/// <summary>One change of one pod's sandbox or container.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="PodUid">The uid in the sandbox's metadata: whom to tell.</param>
/// <param name="SandboxId">The sandbox.</param>
/// <param name="ContainerId">The container; empty for events of the sandbox.</param>
internal readonly record struct RuntimeEvent(RuntimeEventKind Kind, string PodUid, string SandboxId, string ContainerId);
