using System.Collections.Immutable;
using System.Text.Json;
using ActorKube.NodeAgent.Pods;
using ActorKube.NodeAgent.Runtimes;
using ActorKube.NodeAgent.Setup;
using ActorKube.NodeAgent.Volumes;
using k8s.Models;

namespace ActorKube.NodeAgent.Execution;

/// <summary>Starts one container: image, configuration, create, start, each with upstream's waiting reason and events when it fails.</summary>
internal sealed class ContainerStarter(
    IContainerRuntime runtime, IPodVolumes volumes, NodeSetup setup, ImagePuller images, EnvironmentBuilder environments, TerminationMessages messages)
{
    /// <summary>Starts a container and looks at it.</summary>
    public async Task<ActionResult> StartAsync(PodJob job, StartContainer start, PodContext context, CancellationToken cancel)
    {
        var spec = Find(context.Pod.Spec, start.Container.Name);
        var sandbox = SandboxConfigBuilder.Build(context.Pod, job.Seen.Sandbox!.Attempt, setup);
        string id;
        try
        {
            var (reference, image) = await images.EnsureAsync(context.Pod, start.Container, spec.ImagePullPolicy, sandbox, job.Report, cancel);
            var config = await ConfigureAsync(job, start, context, spec, reference, image, cancel);
            runtime.LogFiles.CreateDirectory(Path.Combine(sandbox.LogDirectory, spec.Name));
            id = await CreateAsync(start, config, sandbox, cancel);
        }
        catch (SetupException error)
        {
            job.Report(PodEvent.Warn("Failed", $"Error: {(WaitingReasons.IsOfImage(error.Reason) ? error.Reason : error.Message)}", start.Container));
            throw;
        }
        job.Report(PodEvent.Normal("Created", "Container created", start.Container));
        var failure = await RunAsync(id, cancel);
        job.Report(failure is null
            ? PodEvent.Normal("Started", "Container started", start.Container)
            : PodEvent.Warn("Failed", $"Error: {failure.Message}", start.Container));
        return new ActionResult(start) { Failure = failure, Containers = [await LookAsync(id, start.SandboxId, cancel)] };
    }

    /// <summary>A container as it is now.</summary>
    public async Task<ContainerSeen> LookAsync(string id, string sandboxId, CancellationToken cancel)
    {
        var status = await runtime.GetContainerStatusAsync(id, cancel);
        return SeenMapper.Container(status, sandboxId, status.State == ContainerState.Exited ? await messages.ReadAsync(status, cancel) : "");
    }

    private async Task<ContainerConfig> ConfigureAsync(
        PodJob job, StartContainer start, PodContext context, V1Container spec, string reference, ImageInfo? image, CancellationToken cancel)
    {
        try
        {
            var environment = await environments.BuildAsync(context, spec, cancel);
            foreach (var skipped in environment.Skipped)
                job.Report(PodEvent.Warn("InvalidEnvironmentVariableNames", skipped));
            var mounts = await volumes.MountAsync(context, spec, start.Attempt, environment, cancel);
            await VerifyMountsAsync(spec, mounts, cancel);
            return ContainerConfigBuilder.Build(context, spec, start, reference, image, environment, mounts, setup);
        }
        catch (Exception error) when (error is Api.Errors.ApiException or IOException or UnauthorizedAccessException or JsonException)
        {
            throw SetupException.Config(error.Message);
        }
    }

    // A runtime that does not know the setting leaves it out without a word, and what is mounted below stays writable.
    private async ValueTask VerifyMountsAsync(V1Container spec, ImmutableArray<ContainerMount> mounts, CancellationToken cancel)
    {
        if (mounts.FirstOrDefault(m => m.RecursiveReadOnly) is not { } asked)
            return;
        var handlers = (await runtime.GetStatusAsync(cancel)).Handlers;
        if (handlers.Count == 0 || !handlers.All(h => h.RecursiveReadOnlyMounts))
            throw SetupException.Config(
                $"volume \"{spec.VolumeMounts.First(m => asked.ContainerPath.EndsWith(m.MountPath, StringComparison.Ordinal)).Name}\" requested recursive read-only mode, but it is not supported by the runtime");
    }

    private async Task<string> CreateAsync(StartContainer start, ContainerConfig config, SandboxConfig sandbox, CancellationToken cancel)
    {
        try
        {
            return await runtime.CreateContainerAsync(start.SandboxId, config, sandbox, cancel);
        }
        catch (RuntimeException error)
        {
            throw new SetupException(WaitingReasons.CreateContainerError, error.Message);
        }
    }

    private async Task<ActionFailure?> RunAsync(string id, CancellationToken cancel)
    {
        try
        {
            await runtime.StartContainerAsync(id, cancel);
            return null;
        }
        catch (RuntimeException error)
        {
            return new ActionFailure(WaitingReasons.RunContainerError, error.Message);
        }
    }

    private static V1Container Find(V1PodSpec spec, string name) =>
        spec.Containers.FirstOrDefault(c => c.Name == name) ?? spec.InitContainers.First(c => c.Name == name);
}
