using System.Collections.Immutable;
using ActorKube.NodeAgent.Runtimes;
using ActorKube.NodeAgent.Setup;
using ActorKube.NodeAgent.Volumes;

namespace ActorKube.NodeAgent.Execution;

/// <summary>What pods have on the node's disk beside their persistent volumes: what containers write into their own layer, their logs, and empty directories.</summary>
internal sealed class LocalStorage(IContainerRuntime runtime, IPodVolumes volumes, PodPaths paths)
{
    /// <summary>Why a pod has to go, in upstream's order and words; null when it may stay.</summary>
    public async ValueTask<string?> OveruseAsync(PodJob job, CancellationToken cancel)
    {
        var pod = job.Pod!;
        if (volumes.Overuse(pod) is { } overfull)
            return overfull;
        var limit = StorageLimits.OfPod(pod);
        if (limit.IsZero)
            return null;
        var used = await UsedAsync(job, cancel);
        if (used.Values.Sum() + volumes.ScratchBytes(pod) > limit.Value)
            return $"Pod ephemeral local storage usage exceeds the total limit of containers {limit}. ";
        return StorageLimits.OfContainers(pod).FirstOrDefault(c => used.GetValueOrDefault(c.Name) > c.Limit.Value) is { Name: { } name, Limit: var own }
            ? $"Container {name} exceeded its local ephemeral storage limit \"{own}\". "
            : null;
    }

    private async ValueTask<Dictionary<string, long>> UsedAsync(PodJob job, CancellationToken cancel)
    {
        var ofPod = new ContainerFilter { Labels = ImmutableDictionary<string, string>.Empty.Add(RuntimeLabels.PodUid, job.View.Uid) };
        var used = new Dictionary<string, long>();
        foreach (var container in await runtime.ListContainerStatsAsync(ofPod, cancel))
            used[container.Metadata.Name] = (long)(container.WrittenBytes ?? 0);
        var logs = paths.Logs(job.View.Key, job.View.Uid);
        foreach (var name in used.Keys.ToArray())
            used[name] += runtime.LogFiles.List(Path.Combine(logs, name)).Sum(f => runtime.LogFiles.GetLength(f) ?? 0);
        return used;
    }
}
