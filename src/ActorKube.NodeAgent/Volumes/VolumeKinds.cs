using ActorKube.NodeAgent.Setup;
using k8s.Models;

namespace ActorKube.NodeAgent.Volumes;

/// <summary>Which kinds of volumes there are and which of them this agent can provide.</summary>
internal static class VolumeKinds
{
    /// <summary>Whether the volume's files are made from API objects.</summary>
    /// <exception cref="SetupException">The kind is not supported; the message says which.</exception>
    public static bool HasContents(V1Volume volume)
    {
        if (volume.ConfigMap is not null || volume.Secret is not null || volume.DownwardAPI is not null || volume.Projected is not null)
            return true;
        if (volume.EmptyDir is not null || volume.HostPath is not null || volume.PersistentVolumeClaim is not null || volume.Ephemeral is not null || Source(volume) is not { } unsupported)
            return false;
        throw Failure(volume.Name, $"volumes of type {unsupported} are not supported by this node agent");
    }

    /// <summary>A volume that cannot be had, in upstream's words.</summary>
    public static SetupException Failure(string volume, string why) => Failure("MountVolume.SetUp", volume, why);

    /// <summary>The same for another step than the last one.</summary>
    public static SetupException Failure(string step, string volume, string why) => new("FailedMount", $"{step} failed for volume \"{volume}\" : {why}");

    /// <summary>The plugin part of the volume's directory.</summary>
    public static string Plugin(V1Volume volume) =>
        volume.ConfigMap is not null ? "configmap"
        : volume.Secret is not null ? "secret"
        : volume.DownwardAPI is not null ? "downward-api"
        : volume.Projected is not null ? "projected"
        : "empty-dir";

    // A volume without any source is an empty directory, as upstream defaults it.
    private static string? Source(V1Volume volume) =>
        volume.Csi is not null ? $"csi (\"{volume.Csi.Driver}\")"
        : volume.Image is not null ? "image"
        : volume.Nfs is not null ? "nfs"
        : volume.Iscsi is not null ? "iscsi"
        : volume.GitRepo is not null ? "gitRepo"
        : volume.FlexVolume is not null ? "flexVolume"
        : volume.Fc is not null ? "fc"
        : volume.AwsElasticBlockStore is not null ? "awsElasticBlockStore"
        : volume.AzureDisk is not null ? "azureDisk"
        : volume.AzureFile is not null ? "azureFile"
        : volume.Cephfs is not null ? "cephfs"
        : volume.Cinder is not null ? "cinder"
        : volume.Flocker is not null ? "flocker"
        : volume.GcePersistentDisk is not null ? "gcePersistentDisk"
        : volume.Glusterfs is not null ? "glusterfs"
        : volume.PhotonPersistentDisk is not null ? "photonPersistentDisk"
        : volume.PortworxVolume is not null ? "portworxVolume"
        : volume.Quobyte is not null ? "quobyte"
        : volume.Rbd is not null ? "rbd"
        : volume.ScaleIO is not null ? "scaleIO"
        : volume.Storageos is not null ? "storageos"
        : volume.VsphereVolume is not null ? "vsphereVolume"
        : null;

    /// <summary>The type of a persistent volume that this agent has no way to mount.</summary>
    public static string Source(V1PersistentVolumeSpec spec) =>
        spec.Csi is not null ? $"csi (\"{spec.Csi.Driver}\")"
        : spec.Nfs is not null ? "nfs"
        : spec.Iscsi is not null ? "iscsi"
        : spec.Fc is not null ? "fc"
        : "that is neither hostPath nor local";
}
