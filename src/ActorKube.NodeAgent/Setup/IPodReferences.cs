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

    /// <summary>The services whose addresses go into a pod's environment: those of its namespace and, for the API server, of <c>default</c>.</summary>
    ValueTask<IReadOnlyList<StoredObject>> ListServicesAsync(string ns, CancellationToken cancel);
}
