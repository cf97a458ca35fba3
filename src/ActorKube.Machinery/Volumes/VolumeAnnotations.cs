using System.Text.Json.Nodes;
using ActorKube.Machinery.Objects;

namespace ActorKube.Machinery.Volumes;

/// <summary>The annotations through which the binder, the scheduler and provisioners talk about claims and volumes. Upstream's; they never change.</summary>
public static class VolumeAnnotations
{
    /// <summary>On a claim: it has once been bound.</summary>
    public const string BindCompleted = "pv.kubernetes.io/bind-completed";

    /// <summary>On a claim or volume: the other side was chosen by the controller, not by a user.</summary>
    public const string BoundByController = "pv.kubernetes.io/bound-by-controller";

    /// <summary>On a claim: the node that the scheduler chose for its pod.</summary>
    public const string SelectedNode = "volume.kubernetes.io/selected-node";

    /// <summary>On a volume: who made it.</summary>
    public const string ProvisionedBy = "pv.kubernetes.io/provisioned-by";

    /// <summary>On a claim: who is to make its volume.</summary>
    public const string Provisioner = "volume.kubernetes.io/storage-provisioner";

    /// <summary>The older name of <see cref="Provisioner"/>, which is still written.</summary>
    public const string BetaProvisioner = "volume.beta.kubernetes.io/storage-provisioner";

    /// <summary>On claims and volumes: the storage class, from before there was a field.</summary>
    public const string BetaClass = "volume.beta.kubernetes.io/storage-class";

    /// <summary>On claims and volumes: the CSI driver that has taken over from the one which makes, or has made, the volume.</summary>
    public const string MigratedTo = "pv.kubernetes.io/migrated-to";

    /// <summary>On a volume: its size before it grew, as long as its file system has not.</summary>
    public const string PreResizeCapacity = "volume.alpha.kubernetes.io/pre-resize-capacity";

    /// <summary>On a storage class: claims that name none get this one.</summary>
    public const string DefaultClass = "storageclass.kubernetes.io/is-default-class";

    /// <summary>The older name of <see cref="DefaultClass"/>.</summary>
    public const string BetaDefaultClass = "storageclass.beta.kubernetes.io/is-default-class";

    /// <summary>On a node: volumes are attached to it and detached by the controller, not by the node itself.</summary>
    public const string AttachedByController = "volumes.kubernetes.io/controller-managed-attach-detach";

    /// <summary>On a node: pods that have ended keep their volumes until they are gone.</summary>
    public const string KeptForEnded = "volumes.kubernetes.io/keep-terminated-pod-volumes";

    /// <summary>The value of <see cref="BindCompleted"/> and <see cref="BoundByController"/>.</summary>
    public const string Yes = "yes";

    /// <summary>Whether the object has an annotation, whatever its value.</summary>
    public static bool Has(JsonNode item, string annotation) => item.At("metadata", "annotations", annotation) is not null;

    /// <summary>Sets an annotation.</summary>
    /// <returns>False when it has the value already.</returns>
    public static bool Set(JsonObject item, string annotation, string value)
    {
        var annotations = item.Child("metadata").Child("annotations");
        if (annotations.Text(annotation) == value)
            return false;
        annotations[annotation] = value;
        return true;
    }
}
