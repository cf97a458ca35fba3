using System.Collections.Immutable;
using ActorKube.NodeAgent.Runtimes;
using ActorKube.NodeAgent.Setup;
using k8s.Models;

namespace ActorKube.NodeAgent.Volumes;

/// <summary>A pod's files on the node: volumes, hosts file, termination messages. One implementation works on disk, one for simulated pods keeps nothing.</summary>
internal interface IPodVolumes
{
    /// <summary>Makes all volumes of a pod; repeating it is harmless and brings contents up to date.</summary>
    /// <returns>In how long contents that follow API objects are due for an update, and limits for a check; null when there are none.</returns>
    /// <exception cref="SetupException">A volume cannot be had now.</exception>
    ValueTask<TimeSpan?> SetUpAsync(PodContext pod, CancellationToken cancel);

    /// <summary>What a container mounts: its volumes, the hosts file, the termination message file.</summary>
    /// <exception cref="SetupException">A mount is not possible.</exception>
    ValueTask<ImmutableArray<ContainerMount>> MountAsync(PodContext pod, V1Container container, uint attempt, ContainerEnvironment environment, CancellationToken cancel);

    /// <summary>The container's last words, from its termination message file; empty when it left none.</summary>
    string TerminationMessage(string podUid, string container, uint attempt);

    /// <summary>Removes all files of a pod.</summary>
    /// <exception cref="SetupException">Something is still in use.</exception>
    ValueTask RemoveAsync(string podUid, CancellationToken cancel);

    /// <summary>Why a pod has to go because it has filled an empty directory beyond its limit, in upstream's words; null when it has not.</summary>
    string? Overuse(V1Pod pod);

    /// <summary>Bytes that a pod's empty directories take on disk.</summary>
    long ScratchBytes(V1Pod pod);

    /// <summary>Whether a pod that is still here has a directory of the node as one of its volumes.</summary>
    bool Uses(string path);

    /// <summary>Uids of the pods that have files here.</summary>
    IReadOnlyList<string> List();
}
