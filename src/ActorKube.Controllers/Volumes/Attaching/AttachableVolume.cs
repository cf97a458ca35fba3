using System.Security.Cryptography;
using System.Text;
using ActorKube.Api.Names;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Reconciling;
using ActorKube.Machinery.Volumes;

namespace ActorKube.Controllers.Volumes.Attaching;

/// <summary>A CSI volume that has to be attached to a node before it can be mounted there.</summary>
/// <param name="Volume">The volume.</param>
internal sealed record AttachableVolume(VolumeView Volume)
{
    /// <summary>How nodes name it in <c>status.volumesInUse</c> and <c>status.volumesAttached</c>.</summary>
    public string UniqueName => $"kubernetes.io/csi/{Volume.Driver}^{Volume.Handle}";

    /// <summary>Whether it can be at several nodes at once.</summary>
    public bool IsShared => Volume.AccessModes.IsEmpty || Volume.AccessModes.Any(static m => m is "ReadWriteMany" or "ReadOnlyMany");

    /// <summary>Name of its attachment to a node; attachers and agents compute the same.</summary>
    public string AttachmentTo(string node) =>
        "csi-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Volume.Handle + Volume.Driver + node)));

    /// <summary>The volume behind a claim of a pod; null when it is not bound, not CSI's, or its driver attaches nothing.</summary>
    public static AttachableVolume? Of(IClusterView view, string ns, ClaimedVolume claimed)
    {
        if (view.Of(WellKnownResources.PersistentVolumeClaims).Find(new ObjectKey(ns, claimed.Claim))?.As<ClaimView>() is not { IsBound: true } claim)
            return null;
        return view.Of(WellKnownResources.PersistentVolumes).Find(new ObjectKey("", claim.VolumeName))?.As<VolumeView>() is { Driver.Length: > 0 } volume
            && volume.IsFor(claim.Object) && IsAttached(view, volume.Driver) ? new AttachableVolume(volume) : null;
    }

    // A driver that says nothing is attached.
    private static bool IsAttached(IClusterView view, string driver) =>
        view.Of(WellKnownResources.CsiDrivers).Find(new ObjectKey("", driver)) is not { } known || known.Object.Field("spec.attachRequired") != "false";
}

/// <summary>A VolumeAttachment.</summary>
internal sealed class AttachmentView : IObjectView<AttachmentView>
{
    public required Api.Objects.StoredObject Object { get; init; }

    public required string Node { get; init; }

    public required string Volume { get; init; }

    public required bool Attached { get; init; }

    public required string AttachError { get; init; }

    public required string DetachError { get; init; }

    public static AttachmentView Project(Api.Objects.StoredObject item)
    {
        var json = item.Edit();
        return new AttachmentView
        {
            Object = item,
            Node = json.Text("spec", "nodeName"),
            Volume = json.Text("spec", "source", "persistentVolumeName"),
            Attached = json.Flag("status", "attached"),
            AttachError = json.Text("status", "attachError", "message"),
            DetachError = json.Text("status", "detachError", "message"),
        };
    }
}

/// <summary>What a node says of volumes.</summary>
internal sealed class NodeVolumesView : IObjectView<NodeVolumesView>
{
    public required HashSet<string> InUse { get; init; }

    public required IReadOnlyList<string> Attached { get; init; }

    /// <summary>Whether attaching and detaching is the controller's business.</summary>
    public required bool IsManaged { get; init; }

    public static NodeVolumesView Project(Api.Objects.StoredObject item)
    {
        var json = item.Edit();
        return new NodeVolumesView
        {
            InUse = [.. json.Items("status", "volumesInUse").Select(static v => v.Text())],
            Attached = [.. json.Items("status", "volumesAttached").Select(static v => v.Text("name"))],
            IsManaged = json.At("metadata", "annotations", "volumes.kubernetes.io/controller-managed-attach-detach") is not null,
        };
    }
}
