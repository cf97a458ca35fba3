using V1 = ActorKube.Cri.V1;

namespace ActorKube.NodeAgent.Runtimes.Cri;

internal sealed partial class CriRuntime
{
    /// <inheritdoc/>
    public async Task<string> RunSandboxAsync(SandboxConfig config, string runtimeHandler, CancellationToken cancel)
    {
        var request = new V1.RunPodSandboxRequest { Config = config.ToWire(), RuntimeHandler = runtimeHandler };
        return (await CallAsync(_runtime.RunPodSandboxAsync, request, _options.SandboxTimeout, cancel)).PodSandboxId;
    }

    /// <inheritdoc/>
    public Task StopSandboxAsync(string sandboxId, CancellationToken cancel) =>
        IgnoreNotFoundAsync(CallAsync(_runtime.StopPodSandboxAsync, new V1.StopPodSandboxRequest { PodSandboxId = sandboxId }, cancel));

    /// <inheritdoc/>
    public Task RemoveSandboxAsync(string sandboxId, CancellationToken cancel) =>
        IgnoreNotFoundAsync(CallAsync(_runtime.RemovePodSandboxAsync, new V1.RemovePodSandboxRequest { PodSandboxId = sandboxId }, cancel));

    /// <inheritdoc/>
    public async Task<SandboxStatus> GetSandboxStatusAsync(string sandboxId, CancellationToken cancel) =>
        (await CallAsync(_runtime.PodSandboxStatusAsync, new V1.PodSandboxStatusRequest { PodSandboxId = sandboxId }, cancel)).Status.FromWire();

    /// <inheritdoc/>
    public async Task<IReadOnlyList<SandboxInfo>> ListSandboxesAsync(SandboxFilter filter, CancellationToken cancel)
    {
        var answer = await CallAsync(_runtime.ListPodSandboxAsync, new V1.ListPodSandboxRequest { Filter = filter.ToWire() }, cancel);
        return [.. answer.Items.Select(CriResponses.FromWire)];
    }

    /// <inheritdoc/>
    public async Task<string> CreateContainerAsync(string sandboxId, ContainerConfig config, SandboxConfig sandbox, CancellationToken cancel)
    {
        var request = new V1.CreateContainerRequest { PodSandboxId = sandboxId, Config = config.ToWire(), SandboxConfig = sandbox.ToWire() };
        return (await CallAsync(_runtime.CreateContainerAsync, request, cancel)).ContainerId;
    }

    /// <inheritdoc/>
    public Task StartContainerAsync(string containerId, CancellationToken cancel) =>
        CallAsync(_runtime.StartContainerAsync, new V1.StartContainerRequest { ContainerId = containerId }, cancel);

    /// <inheritdoc/>
    public Task StopContainerAsync(string containerId, TimeSpan grace, CancellationToken cancel)
    {
        // The wire has whole seconds, and 0 kills at once: half a second of grace is one second, not none.
        var request = new V1.StopContainerRequest { ContainerId = containerId, Timeout = WholeSeconds(grace) };
        return IgnoreNotFoundAsync(CallAsync(_runtime.StopContainerAsync, request, _options.RequestTimeout + grace, cancel));
    }

    /// <inheritdoc/>
    public Task RemoveContainerAsync(string containerId, CancellationToken cancel) =>
        IgnoreNotFoundAsync(CallAsync(_runtime.RemoveContainerAsync, new V1.RemoveContainerRequest { ContainerId = containerId }, cancel));

    /// <inheritdoc/>
    public Task UpdateContainerResourcesAsync(string containerId, ContainerResources resources, CancellationToken cancel) => CallAsync(
        _runtime.UpdateContainerResourcesAsync,
        new V1.UpdateContainerResourcesRequest { ContainerId = containerId, Linux = resources.ToWire() },
        cancel);

    /// <inheritdoc/>
    public async Task<ContainerStatus> GetContainerStatusAsync(string containerId, CancellationToken cancel) =>
        (await CallAsync(_runtime.ContainerStatusAsync, new V1.ContainerStatusRequest { ContainerId = containerId }, cancel)).Status.FromWire();

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ContainerInfo>> ListContainersAsync(ContainerFilter filter, CancellationToken cancel)
    {
        var answer = await CallAsync(_runtime.ListContainersAsync, new V1.ListContainersRequest { Filter = filter.ToWire() }, cancel);
        return [.. answer.Containers.Select(CriResponses.FromWire)];
    }

    /// <inheritdoc/>
    public Task ReopenContainerLogAsync(string containerId, CancellationToken cancel) =>
        CallAsync(_runtime.ReopenContainerLogAsync, new V1.ReopenContainerLogRequest { ContainerId = containerId }, cancel);

    /// <inheritdoc/>
    public async Task<ExecResult> ExecAsync(string containerId, IReadOnlyList<string> command, TimeSpan timeout, CancellationToken cancel)
    {
        var request = new V1.ExecSyncRequest { ContainerId = containerId, Timeout = WholeSeconds(timeout) };
        request.Cmd.AddRange(command);
        var answer = await CallAsync(_runtime.ExecSyncAsync, request, _options.RequestTimeout + timeout, cancel);
        return new ExecResult(answer.ExitCode, answer.Stdout.Memory, answer.Stderr.Memory);
    }

    private static long WholeSeconds(TimeSpan time) => (long)Math.Ceiling(time.TotalSeconds);
}
