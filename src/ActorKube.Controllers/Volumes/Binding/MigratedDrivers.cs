using System.Collections.Frozen;

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

    /// <summary>Who makes volumes for a class that names this provisioner.</summary>
    public static string Of(string provisioner) => Successors.GetValueOrDefault(provisioner, provisioner);
}
