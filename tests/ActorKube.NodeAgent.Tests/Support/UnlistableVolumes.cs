using System.Collections.Immutable;
using ActorKube.NodeAgent.Runtimes;
using ActorKube.NodeAgent.Setup;
using ActorKube.NodeAgent.Volumes;
using k8s.Models;

namespace ActorKube.NodeAgent.Tests.Support;

/// <summary>Volumes of pods on a disk that cannot be listed, as long as it fails: an agent cannot start on it.</summary>
internal sealed class UnlistableVolumes(IPodVolumes volumes, Func<bool> fails) : IPodVolumes
{
    public ValueTask<TimeSpan?> SetUpAsync(PodContext pod, CancellationToken cancel) => volumes.SetUpAsync(pod, cancel);

    public ValueTask<ImmutableArray<ContainerMount>> MountAsync(PodContext pod, V1Container container, uint attempt, ContainerEnvironment environment, CancellationToken cancel) =>
        volumes.MountAsync(pod, container, attempt, environment, cancel);

    public string TerminationMessage(string podUid, string container, uint attempt) => volumes.TerminationMessage(podUid, container, attempt);

    public ValueTask RemoveAsync(string podUid, CancellationToken cancel) => volumes.RemoveAsync(podUid, cancel);

    public string? Overuse(V1Pod pod) => volumes.Overuse(pod);

    public long ScratchBytes(V1Pod pod) => volumes.ScratchBytes(pod);

    public bool Uses(string path) => volumes.Uses(path);

    public IReadOnlyList<string> List() => fails() ? throw new IOException("the disk does not answer") : volumes.List();
}
