using System.Collections.Frozen;
using System.Text.Json.Nodes;
using ActorKube.Machinery.Objects;

namespace ActorKube.Controllers.Volumes.Binding;

/// <summary>The CSI drivers that have taken over from drivers that once were in the tree. Classes may still name the latter. Upstream: <c>k8s.io/csi-translation-lib</c>.</summary>
internal static class MigratedDrivers
{
    private static readonly FrozenDictionary<string, string> Successors = new Dictionary<string, string>
    {
        ["kubernetes.io/aws-ebs"] = "ebs.csi.aws.com",
        ["kubernetes.io/azure-disk"] = "disk.csi.azure.com",
        ["kubernetes.io/azure-file"] = "file.csi.azure.com",
        ["kubernetes.io/cinder"] = "cinder.csi.openstack.org",
        ["kubernetes.io/gce-pd"] = "pd.csi.storage.gke.io",
        ["kubernetes.io/portworx-volume"] = "pxd.portworx.com",
        ["kubernetes.io/vsphere-volume"] = "csi.vsphere.vmware.com",
    }.ToFrozenDictionary();

    private static readonly (string Source, string InTree)[] Sources =
    [
        ("awsElasticBlockStore", "kubernetes.io/aws-ebs"), ("azureDisk", "kubernetes.io/azure-disk"), ("azureFile", "kubernetes.io/azure-file"), ("cinder", "kubernetes.io/cinder"),
        ("gcePersistentDisk", "kubernetes.io/gce-pd"), ("portworxVolume", "kubernetes.io/portworx-volume"), ("vsphereVolume", "kubernetes.io/vsphere-volume"),
    ];

    /// <summary>The driver in the tree that a volume names by its source; null for none.</summary>
    public static string? InTreeOf(JsonNode volume)
    {
        foreach (var (source, driver) in Sources)
            if (volume.At("spec", source) is not null)
                return driver;
        return null;
    }

    /// <summary>Who makes volumes for a class that names this provisioner.</summary>
    public static string Of(string provisioner) => Successors.GetValueOrDefault(provisioner, provisioner);
}
