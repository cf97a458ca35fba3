namespace ActorKube.NodeAgent.Runtimes;

/// <summary>
/// The node agent's only door to containers, shaped by CRI v1. Implementations: CRI over a Unix socket, and the simulated runtime; both inherit one
/// conformance suite. Every method throws <see cref="RuntimeException"/> and nothing else, except <see cref="OperationCanceledException"/> when the
/// caller's own token was cancelled. Stop and remove are idempotent: stopping or removing what is gone succeeds.
/// </summary>
internal interface IContainerRuntime : IAsyncDisposable
{
    /// <summary>Where this runtime's container logs can be read, by the path that <see cref="ContainerStatus.LogPath"/> gives.</summary>
    IContainerLogFiles LogFiles { get; }

    /// <summary>Name and version of the runtime; also the probe that tells whether it answers at all.</summary>
    Task<RuntimeVersion> GetVersionAsync(CancellationToken cancel);

    /// <summary>The runtime's own conditions and its runtime handlers.</summary>
    Task<RuntimeStatus> GetStatusAsync(CancellationToken cancel);

    /// <summary>Tells the runtime the node's pod ranges (one per IP family). Runtimes with a network configuration of their own ignore it.</summary>
    Task UpdatePodCidrsAsync(IReadOnlyList<string> podCidrs, CancellationToken cancel);

    /// <summary>Creates and starts a pod's sandbox with its network.</summary>
    /// <param name="config">The whole pod-level configuration.</param>
    /// <param name="runtimeHandler">The RuntimeClass' handler; empty for the runtime's default.</param>
    /// <param name="cancel">Abandons the wait; the runtime may still finish.</param>
    /// <returns>The sandbox id.</returns>
    Task<string> RunSandboxAsync(SandboxConfig config, string runtimeHandler, CancellationToken cancel);

    /// <summary>Kills what runs in the sandbox and takes its network down. Containers should have been stopped before, with their grace.</summary>
    Task StopSandboxAsync(string sandboxId, CancellationToken cancel);

    /// <summary>Removes the sandbox with all its containers, stopping them by force where needed.</summary>
    Task RemoveSandboxAsync(string sandboxId, CancellationToken cancel);

    /// <summary>State, addresses and namespaces of one sandbox; <see cref="RuntimeErrorKind.NotFound"/> when it is gone.</summary>
    Task<SandboxStatus> GetSandboxStatusAsync(string sandboxId, CancellationToken cancel);

    /// <summary>The sandboxes that match, in no particular order.</summary>
    Task<IReadOnlyList<SandboxInfo>> ListSandboxesAsync(SandboxFilter filter, CancellationToken cancel);

    /// <summary>Creates a container in a ready sandbox. The image must be present: nothing is pulled.</summary>
    /// <param name="sandboxId">The sandbox it belongs to.</param>
    /// <param name="config">The container.</param>
    /// <param name="sandbox">The configuration that the sandbox was run with.</param>
    /// <param name="cancel">Abandons the wait; the runtime may still finish.</param>
    /// <returns>The container id.</returns>
    Task<string> CreateContainerAsync(string sandboxId, ContainerConfig config, SandboxConfig sandbox, CancellationToken cancel);

    /// <summary>Starts a created container, once. A start that fails leaves an exited container whose status has the reason.</summary>
    Task StartContainerAsync(string containerId, CancellationToken cancel);

    /// <summary>Asks the container's first process to end and kills it after <paramref name="grace"/>; returns when it has ended.</summary>
    Task StopContainerAsync(string containerId, TimeSpan grace, CancellationToken cancel);

    /// <summary>Removes a container, killing it first when it runs. Its log files stay.</summary>
    Task RemoveContainerAsync(string containerId, CancellationToken cancel);

    /// <summary>Changes the resources of a created or running container in place; what is unset stays as it is.</summary>
    Task UpdateContainerResourcesAsync(string containerId, ContainerResources resources, CancellationToken cancel);

    /// <summary>Everything about one container; <see cref="RuntimeErrorKind.NotFound"/> when it is gone.</summary>
    Task<ContainerStatus> GetContainerStatusAsync(string containerId, CancellationToken cancel);

    /// <summary>The containers that match, in no particular order.</summary>
    Task<IReadOnlyList<ContainerInfo>> ListContainersAsync(ContainerFilter filter, CancellationToken cancel);

    /// <summary>Makes the runtime open the container's log path anew, after the caller has renamed the file (rotation). The container must run.</summary>
    Task ReopenContainerLogAsync(string containerId, CancellationToken cancel);

    /// <summary>Runs a command in a running container and collects what it printed.</summary>
    /// <param name="containerId">The container.</param>
    /// <param name="command">Program and arguments, not a shell line.</param>
    /// <param name="timeout">After this the command is killed and <see cref="RuntimeErrorKind.Timeout"/> thrown; zero is without limit.</param>
    /// <param name="cancel">Abandons the wait.</param>
    Task<ExecResult> ExecAsync(string containerId, IReadOnlyList<string> command, TimeSpan timeout, CancellationToken cancel);

    /// <summary>Pulls an image. Failures are <see cref="RuntimeErrorKind.ImagePull"/>, or <see cref="RuntimeErrorKind.Unavailable"/> when the runtime itself does not answer.</summary>
    /// <param name="image">The reference as the pod gives it.</param>
    /// <param name="auth">Credentials for the registry; null pulls anonymously.</param>
    /// <param name="sandbox">The pod that wants it, when there is one.</param>
    /// <param name="cancel">Abandons the pull.</param>
    /// <returns>The image reference to create containers with: a digest reference or an image id.</returns>
    Task<string> PullImageAsync(string image, ImageAuth? auth, SandboxConfig? sandbox, CancellationToken cancel);

    /// <summary>The image that the reference names; null when it is not present.</summary>
    Task<ImageInfo?> FindImageAsync(string image, CancellationToken cancel);

    /// <summary>All images present.</summary>
    Task<IReadOnlyList<ImageInfo>> ListImagesAsync(CancellationToken cancel);

    /// <summary>Removes an image by reference or id, with every tag of that id.</summary>
    Task RemoveImageAsync(string image, CancellationToken cancel);

    /// <summary>Resource use of all matching running containers.</summary>
    Task<IReadOnlyList<ContainerStats>> ListContainerStatsAsync(ContainerFilter filter, CancellationToken cancel);

    /// <summary>
    /// Changes of sandboxes and containers, endless until <paramref name="cancel"/>. The first events describe what exists already, so a reader that
    /// starts late misses nothing. Intermediate states may be skipped, final ones never: look at the status, take the event as the cause to look.
    /// While the runtime does not answer the stream waits and goes on afterwards.
    /// </summary>
    IAsyncEnumerable<RuntimeEvent> WatchAsync(CancellationToken cancel);
}
