namespace ActorKube.NodeAgent.Runtimes.Simulated;

internal sealed partial class SimulatedRuntime
{
    /// <inheritdoc/>
    public async Task<string> RunSandboxAsync(SandboxConfig config, string runtimeHandler, CancellationToken cancel)
    {
        var script = await Do(_ => SimulatedNode.ScriptOf(config), cancel);
        await DelayAsync(script.SandboxDelay, cancel);
        return await Do(now => _node.RunSandbox(config, runtimeHandler, script, now), cancel);
    }

    /// <inheritdoc/>
    public Task StopSandboxAsync(string sandboxId, CancellationToken cancel) => Do(now => _node.StopSandbox(sandboxId, now), cancel);

    /// <inheritdoc/>
    public Task RemoveSandboxAsync(string sandboxId, CancellationToken cancel) => Do(now => _node.RemoveSandbox(sandboxId, now), cancel);

    /// <inheritdoc/>
    public Task<SandboxStatus> GetSandboxStatusAsync(string sandboxId, CancellationToken cancel) =>
        Do(_ => _node.Sandbox(sandboxId).ToStatus(), cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<SandboxInfo>> ListSandboxesAsync(SandboxFilter filter, CancellationToken cancel) =>
        Do<IReadOnlyList<SandboxInfo>>(_ => [.. _node.Sandboxes(filter).Select(s => s.ToInfo())], cancel);

    /// <inheritdoc/>
    public Task<string> CreateContainerAsync(string sandboxId, ContainerConfig config, SandboxConfig sandbox, CancellationToken cancel) =>
        Do(now => _node.CreateContainer(sandboxId, config, now), cancel);

    /// <inheritdoc/>
    public async Task StartContainerAsync(string containerId, CancellationToken cancel)
    {
        var container = await Do(_ => _node.BeginStart(containerId), cancel);
        try
        {
            await DelayAsync(container.Script.StartDelay, cancel);
            await Do(now => _node.FinishStart(container, now), CancellationToken.None);
        }
        finally
        {
            Locked(_ => container.IsStarting = false);
        }
    }

    /// <inheritdoc/>
    public async Task StopContainerAsync(string containerId, TimeSpan grace, CancellationToken cancel)
    {
        Task ended;
        try
        {
            ended = await Do(now => Ended(_node.StopContainer(containerId, grace, now)), cancel);
        }
        catch (RuntimeException e) when (e.Kind == RuntimeErrorKind.NotFound)
        {
            return;
        }
        await ended.WaitAsync(cancel);
    }

    /// <inheritdoc/>
    public Task RemoveContainerAsync(string containerId, CancellationToken cancel) => Do(now => _node.RemoveContainer(containerId, now), cancel);

    /// <inheritdoc/>
    public Task UpdateContainerResourcesAsync(string containerId, ContainerResources resources, CancellationToken cancel) =>
        Do(_ => { _node.Container(containerId).Resources = Merge(_node.Container(containerId).Resources, resources); }, cancel);

    /// <inheritdoc/>
    public Task<ContainerStatus> GetContainerStatusAsync(string containerId, CancellationToken cancel) =>
        Do(_ => _node.Container(containerId).ToStatus(), cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<ContainerInfo>> ListContainersAsync(ContainerFilter filter, CancellationToken cancel) =>
        Do<IReadOnlyList<ContainerInfo>>(_ => [.. _node.Containers(filter).Select(c => c.ToInfo())], cancel);

    /// <inheritdoc/>
    public Task ReopenContainerLogAsync(string containerId, CancellationToken cancel) => Do(_ => _node.ReopenLog(containerId), cancel);

    /// <inheritdoc/>
    public async Task<ExecResult> ExecAsync(string containerId, IReadOnlyList<string> command, TimeSpan timeout, CancellationToken cancel)
    {
        var script = await Do(_ => _node.RunningContainer(containerId).Script, cancel);
        var isTooSlow = timeout > TimeSpan.Zero && script.ExecDelay > timeout;
        await DelayAsync(isTooSlow ? timeout : script.ExecDelay, cancel);
        if (isTooSlow)
            throw new RuntimeException(RuntimeErrorKind.Timeout, $"command \"{string.Join(' ', command)}\" timed out");
        return await Do(now => _node.Exec(containerId, now), cancel);
    }

    /// <inheritdoc/>
    public async Task<string> PullImageAsync(string image, ImageAuth? auth, SandboxConfig? sandbox, CancellationToken cancel)
    {
        var (reference, script) = await Do(_ =>
        {
            var parsed = ImageReference.Parse(image);
            var byImage = _options.ScriptFor(parsed);
            return (parsed, sandbox is null ? byImage : ScriptAnnotations.Apply(byImage, sandbox.Annotations, ""));
        }, cancel);
        await DelayAsync(script.PullDelay, cancel);
        if (script.PullError.Length > 0)
            throw new RuntimeException(RuntimeErrorKind.ImagePull, script.PullError);
        return await Do(_ => _node.Images.Add(reference).Id, cancel);
    }

    /// <inheritdoc/>
    public Task<ImageInfo?> FindImageAsync(string image, CancellationToken cancel) => Do(_ => _node.Images.Find(image)?.ToInfo(), cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<ImageInfo>> ListImagesAsync(CancellationToken cancel) =>
        Do<IReadOnlyList<ImageInfo>>(_ => [.. _node.Images.All.Select(i => i.ToInfo())], cancel);

    /// <inheritdoc/>
    public Task RemoveImageAsync(string image, CancellationToken cancel) => Do(_ => _node.Images.Remove(image), cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<ContainerStats>> ListContainerStatsAsync(ContainerFilter filter, CancellationToken cancel) =>
        Do<IReadOnlyList<ContainerStats>>(now =>
            [.. _node.Containers(filter).Where(c => c.State == ContainerState.Running).Select(c => _node.Stats(c, now))], cancel);

    private static Task Ended(SimulatedContainer container) => container.State == ContainerState.Running ? container.Ended : Task.CompletedTask;

    private static ContainerResources Merge(ContainerResources old, ContainerResources change) => old with
    {
        CpuPeriod = change.CpuPeriod != 0 ? change.CpuPeriod : old.CpuPeriod,
        CpuQuota = change.CpuQuota != 0 ? change.CpuQuota : old.CpuQuota,
        CpuShares = change.CpuShares != 0 ? change.CpuShares : old.CpuShares,
        MemoryLimitBytes = change.MemoryLimitBytes != 0 ? change.MemoryLimitBytes : old.MemoryLimitBytes,
        MemorySwapLimitBytes = change.MemorySwapLimitBytes != 0 ? change.MemorySwapLimitBytes : old.MemorySwapLimitBytes,
        OomScoreAdj = change.OomScoreAdj != 0 ? change.OomScoreAdj : old.OomScoreAdj,
        CpusetCpus = change.CpusetCpus.Length > 0 ? change.CpusetCpus : old.CpusetCpus,
        CpusetMems = change.CpusetMems.Length > 0 ? change.CpusetMems : old.CpusetMems,
        HugepageLimits = change.HugepageLimits.IsEmpty ? old.HugepageLimits : change.HugepageLimits,
        Unified = change.Unified.IsEmpty ? old.Unified : change.Unified,
    };

    private Task DelayAsync(TimeSpan delay, CancellationToken cancel) =>
        delay > TimeSpan.Zero ? Task.Delay(delay, _time, cancel) : Task.CompletedTask;
}
