using ActorKube.Api.Objects;
using k8s.Models;

namespace ActorKube.NodeAgent.Setup;

/// <summary>The objects that pods refer to.</summary>
internal interface IPodReferences
{
    /// <summary>A config map; null when there is none.</summary>
    ValueTask<V1ConfigMap?> FindConfigMapAsync(string ns, string name, CancellationToken cancel);

    /// <summary>A secret; null when there is none.</summary>
    ValueTask<V1Secret?> FindSecretAsync(string ns, string name, CancellationToken cancel);

    /// <summary>A runtime class; null when there is none.</summary>
    ValueTask<V1RuntimeClass?> FindRuntimeClassAsync(string name, CancellationToken cancel);

    /// <summary>A claim; null when there is none.</summary>
    ValueTask<V1PersistentVolumeClaim?> FindClaimAsync(string ns, string name, CancellationToken cancel);

    /// <summary>A persistent volume; null when there is none.</summary>
    ValueTask<V1PersistentVolume?> FindVolumeAsync(string name, CancellationToken cancel);

    /// <summary>The node's own object; null before it is registered.</summary>
    ValueTask<StoredObject?> FindNodeAsync(string name, CancellationToken cancel);

    /// <summary>What the containers of a namespace are told of services (see <see cref="ServiceEnvironment"/>).</summary>
    /// <param name="ns">The namespace.</param>
    /// <param name="links">Whether they are told of the namespace's services beside the API server's.</param>
    /// <param name="cancel">Gives up waiting.</param>
    ValueTask<ContainerEnvironment> FindServicesAsync(string ns, bool links, CancellationToken cancel);
}
