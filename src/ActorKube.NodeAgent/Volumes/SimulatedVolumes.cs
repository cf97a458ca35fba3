using System.Collections.Immutable;
using ActorKube.NodeAgent.Runtimes;
using ActorKube.NodeAgent.Setup;
using k8s.Models;

namespace ActorKube.NodeAgent.Volumes;

/// <summary>
/// Volumes of pods that have no processes: nothing is written and the node's disk is not looked at. What a real node would wait for (missing config maps and secrets, claims that are not
/// bound, kinds of volumes that are not supported) holds pods back here just the same.
/// </summary>
internal sealed class SimulatedVolumes(IPodReferences references, VolumeResolver resolver) : IPodVolumes
{
    /// <inheritdoc/>
    public async ValueTask<TimeSpan?> SetUpAsync(PodContext pod, CancellationToken cancel)
    {
        if (pod.Pod.Spec.Volumes is not { Count: > 0 } volumes)
            return null;
        var reader = new VolumeContents(references, tokens: null);
        await VolumeSteps.EachAsync(volumes, async volume =>
        {
            if (await resolver.ResolveAsync(pod.Pod, volume, cancel) is ContentVolume)
                await reader.ReadAsync(pod, volume, cancel);
        });
        return null;
    }

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<ContainerMount>> MountAsync(
        PodContext pod, V1Container container, uint attempt, ContainerEnvironment environment, CancellationToken cancel) => new([]);

    /// <inheritdoc/>
    public string TerminationMessage(string podUid, string container, uint attempt) => "";

    /// <inheritdoc/>
    public ValueTask RemoveAsync(string podUid, CancellationToken cancel) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public string? Overuse(V1Pod pod) => null;

    /// <inheritdoc/>
    public long ScratchBytes(V1Pod pod) => 0;

    /// <inheritdoc/>
    public bool Uses(string path) => false;

    /// <inheritdoc/>
    public IReadOnlyList<string> List() => [];
}
