using ActorKube.Api.Names;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Reconciling;
using ActorKube.Machinery.Volumes;
using ActorKube.Machinery.Volumes.InTree;
using static ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Controllers.Volumes.Attaching;

/// <summary>
/// Asks for CSI volumes to be attached to the nodes whose pods need them, and to be detached when they do not and the node has let go of them. A key is a node. Upstream:
/// <c>pkg/controller/volume/attachdetach</c>.
/// </summary>
/// <param name="longestWait">How long a node that is not healthy may keep a volume that none of its pods needs; null for ever.</param>
internal sealed class AttachDetach(TimeSpan? longestWait) : IReconciler
{
    /// <summary>Attachments by their node.</summary>
    public static readonly CacheIndex ByNode = new("attachment-node", static o => o.Field("spec.nodeName"));

    /// <summary>Attachments by their PersistentVolume, or by the unique name of the volume that stands in them.</summary>
    public static readonly CacheIndex ByVolume = CacheIndex.Of<AttachmentView>("attachment-volume", static a => a.Inline?.UniqueName ?? a.Volume);

    private readonly AttachMemory _memory = new();

    public string Name => "persistentvolume-attach-detach-controller";

    public IReadOnlyList<WatchSpec> WatchesOf(IReadOnlyList<ServedResource> served) =>
    [
        new WatchSpec(Pods, static (change, _) => HasVolumes(change) ? NodesOf([change.Old, change.New]) : [], CacheIndex.Node, PodClaims.Users, InlineDisks.Having),
        new WatchSpec(VolumeAttachments, static (change, view) => AttachmentChanged(change, view), ByNode, ByVolume),
        new WatchSpec(WellKnownResources.Nodes, NodeChanged),
        // A claim that has just been bound lets its pod's volume be attached.
        new WatchSpec(PersistentVolumeClaims, static (change, view) => change.New is { } claim && AttachableVolume.IsBound(claim) && (change.Old is null || !AttachableVolume.IsBound(change.Old))
            ? NodesOf(PodClaims.UsersOf(view.Of(Pods), claim.Key)) : []),
        new WatchSpec(PersistentVolumes, static (change, view) => change.New is { } volume && AttachableVolume.Of(volume.As<VolumeView>()) is not null ? NodesOf(ClaimantsOf(volume, view)) : [], AttachableVolume.ByUniqueName),
        new WatchSpec(CsiDrivers, static (change, view) => DriverChanged(change, view)),
    ];

    public Plan Reconcile(ReconcileContext context) => new NodeAttachments(context, longestWait, _memory).Decide();

    private IEnumerable<ObjectKey> NodeChanged(ObjectChanged change, IClusterView view)
    {
        var key = change.Latest.Key;
        var hasAny = view.Of(VolumeAttachments).CountBy(ByNode, key.Name) > 0;
        // A machine may run on when its node is deleted.
        if (hasAny)
            _memory.Of(key.Name).UsedLast = change.New is null ? change.Old!.As<NodeVolumesView>().InUse : null;
        return hasAny || change.Old is null || (change.New is { } now && NodeVolumesView.MayBeManaged(now.Object) != NodeVolumesView.MayBeManaged(change.Old.Object)) ? [key] : [];
    }

    // A volume that was detached, or could not be attached, may be waited for elsewhere.
    private static IEnumerable<ObjectKey> AttachmentChanged(ObjectChanged change, IClusterView view)
    {
        var (before, now) = (change.Old?.As<AttachmentView>(), change.New?.As<AttachmentView>());
        var attachment = now ?? before!;
        yield return new ObjectKey("", attachment.Node);
        if (now is not null && (before is null || (before.AttachError is null) == (now.AttachError is null) && (before.DetachError is null) == (now.DetachError is null)))
            yield break;
        if ((attachment.Inline ?? AttachableVolume.Of(view.Of(PersistentVolumes).Find(new ObjectKey("", attachment.Volume))?.As<VolumeView>())) is { } volume)
            foreach (var node in NodesOf(UsersOf(volume, view)))
                yield return node;
    }

    private static IEnumerable<ObjectKey> DriverChanged(ObjectChanged change, IClusterView view)
    {
        if (AttachableVolume.Attaches(change.Old?.Object) == AttachableVolume.Attaches(change.New?.Object))
            return [];
        var driver = change.Latest.Key.Name;
        return NodesOf(view.Of(PersistentVolumes).All.Where(v => v.As<VolumeView>().Csi?.Driver == driver).SelectMany(v => ClaimantsOf(v, view))
            .Concat(InlineUsers(view, v => v.Driver == driver)));
    }

    /// <summary>The pods that use a volume, by whichever object that stands for it.</summary>
    public static IEnumerable<CachedObject> UsersOf(AttachableVolume volume, IClusterView view) =>
        view.Of(PersistentVolumes).By(AttachableVolume.ByUniqueName, volume.UniqueName).SelectMany(v => ClaimantsOf(v, view)).Concat(InlineUsers(view, v => v.UniqueName == volume.UniqueName));

    private static IEnumerable<CachedObject> ClaimantsOf(CachedObject volume, IClusterView view) =>
        volume.As<VolumeView>().Claim is { } claim ? PodClaims.UsersOf(view.Of(Pods), claim.Key) : [];

    private static IEnumerable<CachedObject> InlineUsers(IClusterView view, Func<AttachableVolume, bool> which) =>
        InlineDisks.Users(view.Of(Pods)).Where(p => AttachableVolume.InlineOf(p).Any(which));

    private static bool HasVolumes(ObjectChanged change)
    {
        if (PodClaims.Keys(change).Any())
            return true;
        foreach (var pod in (ReadOnlySpan<CachedObject?>)[change.Old, change.New])
            if (pod is not null && !InlineDisks.Of(pod).IsEmpty)
                return true;
        return false;
    }

    private static IEnumerable<ObjectKey> NodesOf(IEnumerable<CachedObject?> pods) =>
        pods.Select(static p => p?.Object.Field("spec.nodeName")).OfType<string>().Where(static n => n.Length > 0).Distinct().Select(static n => new ObjectKey("", n));
}
