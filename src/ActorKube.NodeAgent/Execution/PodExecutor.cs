using System.Collections.Immutable;
using ActorKube.NodeAgent.Node;
using ActorKube.NodeAgent.Pods;
using ActorKube.NodeAgent.Runtimes;
using ActorKube.NodeAgent.Setup;
using ActorKube.NodeAgent.Volumes;

namespace ActorKube.NodeAgent.Execution;

/// <summary>Carries out the actions of all pods of a node. It decides nothing and remembers nothing; every failure becomes a result.</summary>
internal sealed class PodExecutor(IContainerRuntime runtime, IPodVolumes volumes, LocalStorage storage, NodeSetup setup, SandboxStarter sandboxes, ContainerStarter starter, Func<ImmutableArray<string>> hostIps)
{
    /// <summary>Carries out one action.</summary>
    public async Task<ActionResult> RunAsync(PodJob job, CancellationToken cancel)
    {
        try
        {
            return await DoAsync(job, cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return new ActionResult(job.Action) { Cancelled = true };
        }
        catch (MountException error)
        {
            foreach (var message in error.Messages)
                job.Report(PodEvent.Warn("FailedMount", message));
            return new ActionResult(job.Action) { Failure = new ActionFailure("FailedMount", error.Message) { Volumes = error.Volumes } };
        }
        catch (SetupException error)
        {
            return Failed(job, error.Reason, error.Message);
        }
        catch (Exception error)
        {
            return Failed(job, "FailedSync", error.Message);
        }
    }

    private async Task<ActionResult> DoAsync(PodJob job, CancellationToken cancel) => job.Action switch
    {
        SetUpVolumes => await SetUpAsync(job, cancel),
        RefreshVolumes => await RefreshAsync(job, cancel),
        RunSandbox run => await sandboxes.StartAsync(job, run, cancel),
        StartContainer start => await starter.StartAsync(job, start, Context(job), cancel),
        StopContainers stop => await StopAsync(job, stop, cancel),
        StopSandboxes stop => await StopAsync(job, stop, cancel),
        RemoveContainers remove => await RemoveAsync(job, remove, cancel),
        RemoveSandboxes remove => await RemoveAsync(job, remove, cancel),
        CleanUp => await CleanUpAsync(job, cancel),
        LookAgain look => await LookAsync(look, cancel),
        var other => throw new InvalidOperationException($"Nobody here carries out {other.GetType().Name}."),
    };

    private async Task<ActionResult> SetUpAsync(PodJob job, CancellationToken cancel)
    {
        runtime.LogFiles.CreateDirectory(setup.Paths.Logs(job.View.Key, job.View.Uid));
        return new ActionResult(job.Action) { RefreshVolumesIn = await volumes.SetUpAsync(Context(job), cancel) };
    }

    private async Task<ActionResult> RefreshAsync(PodJob job, CancellationToken cancel)
    {
        if (await storage.OveruseAsync(job, cancel) is { } why)
        {
            job.Report(PodEvent.Warn("Evicted", why));
            return new ActionResult(job.Action) { Verdict = new PodVerdict("Evicted", why) { AtOnce = true } };
        }
        return new ActionResult(job.Action) { RefreshVolumesIn = await volumes.SetUpAsync(Context(job), cancel) };
    }

    private async Task<ActionResult> StopAsync(PodJob job, StopContainers stop, CancellationToken cancel)
    {
        await Task.WhenAll(stop.Stops.Select(async s =>
        {
            job.Report(new PodEvent(Warning: false, "Killing", s.Message, s.Name, s.Kind));
            await runtime.StopContainerAsync(s.Id, s.Grace, cancel);
        }));
        var homes = job.Seen.Containers.ToDictionary(c => c.Id, c => c.SandboxId);
        var after = await LookAsync(new LookAgain([.. stop.Stops.Select(s => (s.Id, homes.GetValueOrDefault(s.Id, "")))], []), cancel);
        return after with { Action = stop };
    }

    private async Task<ActionResult> StopAsync(PodJob job, StopSandboxes stop, CancellationToken cancel)
    {
        foreach (var id in stop.Ids)
            await runtime.StopSandboxAsync(id, cancel);
        return new ActionResult(stop) { Sandboxes = [.. job.Seen.Sandboxes.Where(s => stop.Ids.Contains(s.Id)).Select(s => s with { Ready = false, Ips = [] })] };
    }

    private async Task<ActionResult> RemoveAsync(PodJob job, RemoveContainers remove, CancellationToken cancel)
    {
        var logs = setup.Paths.Logs(job.View.Key, job.View.Uid);
        foreach (var container in remove.Containers)
        {
            await runtime.RemoveContainerAsync(container.Id, cancel);
            var current = Path.Combine(logs, PodPaths.LogFile(container.Name, container.Attempt));
            foreach (var file in runtime.LogFiles.List(Path.Combine(logs, container.Name)))
                if (file == current || file.StartsWith(current + ".", StringComparison.Ordinal))
                    runtime.LogFiles.Delete(file);
        }
        return new ActionResult(remove) { GoneContainers = [.. remove.Containers.Select(c => c.Id)] };
    }

    private async Task<ActionResult> RemoveAsync(PodJob job, RemoveSandboxes remove, CancellationToken cancel)
    {
        foreach (var id in remove.Ids)
            await runtime.RemoveSandboxAsync(id, cancel);
        return new ActionResult(job.Action) { GoneSandboxes = remove.Ids };
    }

    // The runtime is asked what there is: a call that was abandoned may have left a sandbox that nobody has seen.
    private async Task<ActionResult> CleanUpAsync(PodJob job, CancellationToken cancel)
    {
        var uid = job.View.Uid;
        var all = await runtime.ListSandboxesAsync(new SandboxFilter { Labels = ImmutableDictionary<string, string>.Empty.Add(RuntimeLabels.PodUid, uid) }, cancel);
        foreach (var sandbox in all)
        {
            await runtime.StopSandboxAsync(sandbox.Id, cancel);
            await runtime.RemoveSandboxAsync(sandbox.Id, cancel);
        }
        await volumes.RemoveAsync(uid, cancel);
        runtime.LogFiles.DeleteDirectory(setup.Paths.Logs(job.View.Key, uid));
        sandboxes.Remove(uid);
        return new ActionResult(job.Action) { GoneSandboxes = [.. all.Select(s => s.Id).Union(job.Seen.Sandboxes.Select(s => s.Id))] };
    }

    private async Task<ActionResult> LookAsync(LookAgain look, CancellationToken cancel)
    {
        var result = new ActionResult(look);
        foreach (var id in look.Sandboxes)
            try
            {
                result = result with { Sandboxes = result.Sandboxes.Add(SeenMapper.Sandbox(await runtime.GetSandboxStatusAsync(id, cancel))) };
            }
            catch (RuntimeException error) when (error.Kind == RuntimeErrorKind.NotFound)
            {
                result = result with { GoneSandboxes = result.GoneSandboxes.Add(id) };
            }
        foreach (var (id, sandbox) in look.Containers)
            try
            {
                result = result with { Containers = result.Containers.Add(await starter.LookAsync(id, sandbox, cancel)) };
            }
            catch (RuntimeException error) when (error.Kind == RuntimeErrorKind.NotFound)
            {
                result = result with { GoneContainers = result.GoneContainers.Add(id) };
            }
        return result;
    }

    private PodContext Context(PodJob job) => new(
        job.Pod!, job.View.HostNetwork ? hostIps() : job.Seen.Sandbox is { Ready: true } sandbox ? sandbox.Ips : [], hostIps(), setup.Capacity);

    private static ActionResult Failed(PodJob job, string reason, string message)
    {
        if (job.Action is SetUpVolumes)
            job.Report(PodEvent.Warn("FailedMount", message));
        else if (job.Action is RunSandbox)
            job.Report(PodEvent.Warn(reason == NetworkReadiness.NotReady ? reason : "FailedCreatePodSandBox", message));
        else if (job.Action is StopContainers or StopSandboxes or CleanUp)
            job.Report(PodEvent.Warn("FailedKillPod", $"error killing pod: {message}"));
        return new ActionResult(job.Action) { Failure = new ActionFailure(reason, message) };
    }
}
