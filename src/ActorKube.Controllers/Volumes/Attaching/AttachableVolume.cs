using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Reconciling;
using ActorKube.Machinery.Volumes;
using ActorKube.Machinery.Volumes.InTree;

namespace ActorKube.Controllers.Volumes.Attaching;

/// <summary>A CSI volume that has to be attached to a node before it can be mounted there. Drivers that were part of Kubernetes once are read as the CSI drivers that have taken over.</summary>
/// <param name="Driver">Its driver.</param>
/// <param name="Handle">How the driver knows it.</param>
internal sealed record AttachableVolume(string Driver, string Handle)
{
    private const string Prefix = "kubernetes.io/csi/";

    /// <summary>Volumes by their <see cref="UniqueName"/>: several may stand for the same disk.</summary>
    public static readonly CacheIndex ByUniqueName = CacheIndex.Of<VolumeView>("volume-unique-name", static v => Of(v)?.UniqueName);

    /// <summary>How nodes name it in <c>status.volumesInUse</c> and <c>status.volumesAttached</c>.</summary>
    public string UniqueName => $"{Prefix}{Driver}^{Handle}";

    /// <summary>Name of the volume; empty when only a node or an attachment still tells of it.</summary>
    public string Name { get; private init; } = "";

    /// <summary>How it may be used; empty where that is not known.</summary>
    public ImmutableArray<string> AccessModes { get; private init; } = [];

    /// <summary>Its specification when it stands in a pod; null for a PersistentVolume.</summary>
    public JsonObject? Inline { get; private init; }

    /// <summary>Whether it can be at several nodes at once.</summary>
    public bool IsShared => AccessModes.IsEmpty || AccessModes.Any(static m => m is "ReadWriteMany" or "ReadOnlyMany");

    /// <summary>Name of its attachment to a node; attachers and agents compute the same.</summary>
    public string AttachmentTo(string node) =>
        "csi-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Handle + Driver + node)));

    /// <summary>The volume; null when it is not CSI's.</summary>
    public static AttachableVolume? Of(VolumeView? volume) =>
        volume?.Csi is { } csi ? new AttachableVolume(csi.Driver, csi.Handle) { Name = volume.Name, AccessModes = csi.AccessModes } : null;

    /// <summary>The volume that a node names; null when it is not CSI's.</summary>
    public static AttachableVolume? Parse(string uniqueName) =>
        uniqueName.StartsWith(Prefix, StringComparison.Ordinal) && uniqueName[Prefix.Length..].Split('^', 2) is [var driver, var handle] ? new AttachableVolume(driver, handle) : null;

    /// <summary>What of a pod has to be attached.</summary>
    public static IEnumerable<AttachableVolume> Of(IClusterView view, CachedObject pod)
    {
        foreach (var claimed in PodClaims.Of(pod))
            if (Of(view, pod, claimed) is { } volume && IsAttached(view, volume.Driver))
                yield return volume;
        foreach (var volume in InlineOf(pod))
            if (IsAttached(view, volume.Driver))
                yield return volume;
    }

    /// <summary>What stands in a pod itself.</summary>
    public static IEnumerable<AttachableVolume> InlineOf(CachedObject pod) => InlineDisks.Of(pod)
        .Select(static d => new AttachableVolume(d.Volume.Driver, d.Volume.Handle) { Name = d.Name, AccessModes = d.Volume.AccessModes, Inline = d.Spec });

    /// <summary>Whether a claim has its volume.</summary>
    public static bool IsBound(CachedObject claim) => claim.As<ClaimView>() is { Phase: "Bound", VolumeName.Length: > 0 };

    /// <summary>Whether a driver, as its CSIDriver says, has its volumes attached; one that says nothing has.</summary>
    public static bool Attaches(StoredObject? driver) => driver?.Field("spec.attachRequired") != "false";

    // The volume behind a claim; none when it is not bound, not CSI's, or the claim was to be made for the pod and is somebody else's.
    private static AttachableVolume? Of(IClusterView view, CachedObject pod, ClaimedVolume claimed)
    {
        if (view.Of(WellKnownResources.PersistentVolumeClaims).Find(new ObjectKey(pod.Key.Namespace, claimed.Claim)) is not { } item
            || !IsBound(item) || (claimed.Ephemeral && !PodClaims.IsMadeFor(item.Object, pod.Object)))
            return null;
        return view.Of(WellKnownResources.PersistentVolumes).Find(new ObjectKey("", item.As<ClaimView>().VolumeName))?.As<VolumeView>() is { } volume && volume.IsFor(item.Object) ? Of(volume) : null;
    }

    private static bool IsAttached(IClusterView view, string driver) => Attaches(view.Of(WellKnownResources.CsiDrivers).Find(new ObjectKey("", driver))?.Object);
}
