using ActorKube.Api.Errors;
using ActorKube.Api.Selectors;
using ActorKube.Machinery.Volumes;
using ActorKube.NodeAgent.Setup;
using k8s.Models;

namespace ActorKube.NodeAgent.Volumes;

/// <summary>Finds out what the volumes of pods are: claims are followed to the persistent volumes that they are bound to, and refused where the node may not or cannot use those.</summary>
/// <param name="references">Where claims, volumes and the node are found.</param>
/// <param name="nodeName">This node.</param>
/// <param name="localPath">Where this node keeps the local-path provisioner's volumes.</param>
internal sealed class VolumeResolver(IPodReferences references, string nodeName, LocalPathRoot localPath)
{
    private const string Filesystem = "Filesystem";

    /// <summary>What a volume is.</summary>
    /// <exception cref="SetupException">It cannot be had now.</exception>
    public async ValueTask<NodeVolume> ResolveAsync(V1Pod pod, V1Volume volume, CancellationToken cancel)
    {
        if (VolumeKinds.HasContents(volume))
            return new ContentVolume(volume.Name);
        if (volume.HostPath is { } host)
            return new HostVolume(volume.Name, host.Path, host.Type ?? "", ReadOnly: false);
        return ClaimOf(pod, volume) is { } name ? await FollowAsync(pod, volume, name, cancel) : new ScratchVolume(volume.Name);
    }

    private static string? ClaimOf(V1Pod pod, V1Volume volume) =>
        volume.PersistentVolumeClaim is { } source ? source.ClaimName : volume.Ephemeral is not null ? PodClaims.EphemeralName(pod.Metadata.Name, volume.Name) : null;

    private async ValueTask<NodeVolume> FollowAsync(V1Pod pod, V1Volume volume, string name, CancellationToken cancel)
    {
        V1PersistentVolume bound;
        try
        {
            bound = await FindAsync(pod, volume, name, cancel);
            CheckMode(pod, volume.Name, bound.Spec.VolumeMode ?? Filesystem);
        }
        catch (SetupException error)
        {
            throw new SetupException(MountFailure.Unprocessed, $"error processing PVC {pod.Metadata.NamespaceProperty}/{name}: {error.Message}");
        }
        await RequireNodeAsync(bound, cancel);
        return Source(bound, volume.PersistentVolumeClaim?.ReadOnlyProperty == true);
    }

    private async ValueTask<V1PersistentVolume> FindAsync(V1Pod pod, V1Volume volume, string name, CancellationToken cancel)
    {
        var claim = await ReadAsync("PVC", $"persistentvolumeclaims \"{name}\"", "from API server", references.FindClaimAsync(pod.Metadata.NamespaceProperty, name, cancel));
        if (volume.Ephemeral is not null && claim.Metadata.OwnerReferences?.Any(o => o.Controller == true && o.Uid == pod.Metadata.Uid) != true)
            throw SetupException.Config($"PVC {claim.Metadata.NamespaceProperty}/{name} was not created for pod {pod.Metadata.NamespaceProperty}/{pod.Metadata.Name} (pod is not owner)");
        // A pod that comes now would hold up the deletion of the claim for ever.
        if (claim.Metadata.DeletionTimestamp is not null)
            throw SetupException.Config("PVC is being deleted");
        if (claim.Status?.Phase != "Bound" || string.IsNullOrEmpty(claim.Spec.VolumeName))
            throw SetupException.Config("PVC is not bound");
        var bound = claim.Spec.VolumeName;
        var found = await ReadAsync($"PV {bound}", $"persistentvolumes \"{bound}\"", "from API server", references.FindVolumeAsync(bound, cancel));
        return found.Spec.ClaimRef is not { } user ? throw SetupException.Config($"found PV object {bound} with nil pv.Spec.ClaimRef indicating it is not yet bound to the claim")
            : user.Uid != claim.Metadata.Uid ? throw SetupException.Config($"found PV object {bound} with a pv.Spec.ClaimRef.UID {user.Uid} that does not point to claim.UID {claim.Metadata.Uid}")
            : found;
    }

    private static async ValueTask<T> ReadAsync<T>(string what, string missing, string from, ValueTask<T?> reading) where T : class
    {
        try
        {
            return await reading ?? throw SetupException.Config($"failed to fetch {what} {from}: {missing} not found");
        }
        catch (ApiException error)
        {
            throw SetupException.Config($"failed to fetch {what} {from}: {error.Message}");
        }
    }

    private static void CheckMode(V1Pod pod, string volume, string mode)
    {
        var containers = pod.Spec.Containers.Concat(pod.Spec.InitContainers ?? []).ToArray();
        if (mode != Filesystem && containers.Any(c => c.VolumeMounts?.Any(m => m.Name == volume) == true))
            throw SetupException.Config($"volume {volume} has volumeMode {mode}, but is specified in volumeMounts");
        if (mode == Filesystem && containers.Any(c => c.VolumeDevices?.Any(d => d.Name == volume) == true))
            throw SetupException.Config($"volume {volume} has volumeMode {mode}, but is specified in volumeDevices");
    }

    private async ValueTask RequireNodeAsync(V1PersistentVolume volume, CancellationToken cancel)
    {
        if (volume.Spec.NodeAffinity?.Required is not { } required)
            return;
        var node = await references.FindNodeAsync(nodeName, cancel);
        if (node is null || !(required.NodeSelectorTerms ?? []).Any(t => NodeSelectorTerm.Of(Conditions(t.MatchExpressions), Conditions(t.MatchFields)).Matches(nodeName, node.Head.Labels)))
            throw VolumeKinds.Failure("MountVolume.NodeAffinity check", volume.Metadata.Name, "no matching NodeSelectorTerms");
    }

    private static IEnumerable<NodeCondition> Conditions(IList<V1NodeSelectorRequirement>? given) =>
        (given ?? []).Select(c => new NodeCondition(c.Key, c.OperatorProperty, [.. c.Values ?? []]));

    private NodeVolume Source(V1PersistentVolume volume, bool readOnly)
    {
        var name = volume.Metadata.Name;
        if ((volume.Spec.VolumeMode ?? Filesystem) != Filesystem)
            throw VolumeKinds.Failure("MapVolume.SetUp", name, "block volumes are not supported by this node agent");
        if (volume.Spec.HostPath is { } host)
            return new HostVolume(name, host.Path, host.Type ?? "", readOnly);
        if (volume.Spec.Local is { } local)
            return new LocalVolume(name, local.Path, readOnly, IsProvisioned(volume, local.Path));
        throw VolumeKinds.Failure(name, $"persistent volumes of type {VolumeKinds.Source(volume.Spec)} are not supported by this node agent");
    }

    private bool IsProvisioned(V1PersistentVolume volume, string path) =>
        volume.Metadata.Annotations?.TryGetValue(VolumeAnnotations.ProvisionedBy, out var by) == true && by == LocalPath.Provisioner && LocalPath.IsBelow(localPath.Directory, path);
}
