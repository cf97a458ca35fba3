using System.Security.Cryptography;
using System.Text;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Reconciling;
using ActorKube.Machinery.Volumes;

namespace ActorKube.Controllers.Volumes.Attaching;

/// <summary>A CSI volume that has to be attached to a node before it can be mounted there.</summary>
/// <param name="Driver">Its driver.</param>
/// <param name="Handle">How the driver knows it.</param>
/// <param name="Volume">The volume; null when only a node still tells of it.</param>
internal sealed record AttachableVolume(string Driver, string Handle, VolumeView? Volume)
{
    private const string Prefix = "kubernetes.io/csi/";

    /// <summary>Volumes by their <see cref="UniqueName"/>: several may stand for the same disk.</summary>
    public static readonly CacheIndex ByUniqueName = new("volume-unique-name", static o =>
        o.Field("spec.csi.driver") is { Length: > 0 } driver ? NameOf(driver, o.Field("spec.csi.volumeHandle")) : null);

    /// <summary>How nodes name it in <c>status.volumesInUse</c> and <c>status.volumesAttached</c>.</summary>
    public string UniqueName => NameOf(Driver, Handle);

    /// <summary>Name of the volume; empty when only a node still tells of it.</summary>
    public string Name => Volume?.Name ?? "";

    /// <summary>Whether it can be at several nodes at once.</summary>
    public bool IsShared => Volume is null || Volume.AccessModes.IsEmpty || Volume.AccessModes.Any(static m => m is "ReadWriteMany" or "ReadOnlyMany");

    /// <summary>Name of its attachment to a node; attachers and agents compute the same.</summary>
    public string AttachmentTo(string node) =>
        "csi-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Handle + Driver + node)));

    /// <summary>The volume; null when it is not CSI's.</summary>
    public static AttachableVolume? Of(VolumeView? volume) => volume is { Driver.Length: > 0 } ? new AttachableVolume(volume.Driver, volume.Handle, volume) : null;

    /// <summary>The volume that a node names; null when it is not CSI's.</summary>
    public static AttachableVolume? Parse(string uniqueName) =>
        uniqueName.StartsWith(Prefix, StringComparison.Ordinal) && uniqueName[Prefix.Length..].Split('^', 2) is [var driver, var handle] ? new AttachableVolume(driver, handle, null) : null;

    /// <summary>The volume behind a claim of a pod; null when it is not bound, not CSI's, its driver attaches nothing, or the claim was to be made for the pod and is somebody else's.</summary>
    public static AttachableVolume? Of(IClusterView view, CachedObject pod, ClaimedVolume claimed)
    {
        if (view.Of(WellKnownResources.PersistentVolumeClaims).Find(new ObjectKey(pod.Key.Namespace, claimed.Claim)) is not { } item
            || !IsBound(item) || (claimed.Ephemeral && !PodClaims.IsMadeFor(item.Object, pod.Object)))
            return null;
        return view.Of(WellKnownResources.PersistentVolumes).Find(new ObjectKey("", item.As<ClaimView>().VolumeName))?.As<VolumeView>() is { } volume
            && volume.IsFor(item.Object) && Of(volume) is { } attachable && IsAttached(view, attachable.Driver) ? attachable : null;
    }

    /// <summary>Whether a claim has its volume.</summary>
    public static bool IsBound(CachedObject claim) => claim.As<ClaimView>() is { Phase: "Bound", VolumeName.Length: > 0 };

    /// <summary>Whether a driver, as its CSIDriver says, has its volumes attached; one that says nothing has.</summary>
    public static bool Attaches(StoredObject? driver) => driver?.Field("spec.attachRequired") != "false";

    private static bool IsAttached(IClusterView view, string driver) => Attaches(view.Of(WellKnownResources.CsiDrivers).Find(new ObjectKey("", driver))?.Object);

    private static string NameOf(string driver, string handle) => $"{Prefix}{driver}^{handle}";
}
