using ActorKube.Api.Names;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Reconciling;
using ActorKube.Machinery.Volumes;

namespace ActorKube.Controllers.Volumes.Attaching;

/// <summary>
/// Asks for CSI volumes to be attached to the nodes whose pods need them, and to be detached when they do not and the node has let go of them. A key is a node. Upstream:
/// <c>pkg/controller/volume/attachdetach</c>.
/// </summary>
/// <param name="longestWait">How long a node that is not healthy may keep a volume that none of its pods needs.</param>
internal sealed class AttachDetach(TimeSpan longestWait) : IReconciler
{
    /// <summary>Attachments by their node.</summary>
    public static readonly CacheIndex ByNode = new("attachment-node", static o => o.Field("spec.nodeName"));

    /// <summary>Attachments by their volume.</summary>
    public static readonly CacheIndex ByVolume = new("attachment-volume", static o => o.Field("spec.source.persistentVolumeName"));

    private readonly Dictionary<string, TimeSpan> _unneededSince = [];

    public string Name => "persistentvolume-attach-detach-controller";

    public IReadOnlyList<WatchSpec> WatchesOf(IReadOnlyList<ServedResource> served) =>
    [
        new WatchSpec(WellKnownResources.Pods, static (change, _) => PodClaims.Keys(change).Any() ? NodesOf(change.Old, change.New) : [], CacheIndex.Node, PodClaims.Users),
        new WatchSpec(WellKnownResources.VolumeAttachments, AttachmentChanged, ByNode, ByVolume),
        new WatchSpec(WellKnownResources.Nodes, static (change, view) =>
            view.Of(WellKnownResources.VolumeAttachments).CountBy(ByNode, change.Latest.Key.Name) > 0 || change.Old is null ? [change.Latest.Key] : []),
        // A claim that has just been bound lets its pod's volume be attached.
        new WatchSpec(WellKnownResources.PersistentVolumeClaims, static (change, view) => change.New?.As<ClaimView>().IsBound == true && change.Old?.As<ClaimView>().IsBound != true
            ? PodClaims.UsersOf(view.Of(WellKnownResources.Pods), change.Latest.Key).SelectMany(static p => NodesOf(p)).Distinct()
            : []),
        new WatchSpec(WellKnownResources.PersistentVolumes, static (change, view) => change.New?.As<VolumeView>() is { Driver.Length: > 0, Claim: { } claim }
            ? PodClaims.UsersOf(view.Of(WellKnownResources.Pods), claim.Key).SelectMany(static p => NodesOf(p)).Distinct()
            : []),
        WatchSpec.ReadOnly(WellKnownResources.CsiDrivers),
    ];

    public Plan Reconcile(ReconcileContext context) => new NodeAttachments(context, longestWait, _unneededSince).Decide();

    // A volume that was detached may be waited for elsewhere.
    private IEnumerable<ObjectKey> AttachmentChanged(ObjectChanged change, IClusterView view)
    {
        var attachment = change.Latest.As<AttachmentView>();
        yield return new ObjectKey("", attachment.Node);
        if (change.New is null)
            _unneededSince.Remove(change.Latest.Key.Name);
        if (change.New is not null || view.Of(WellKnownResources.PersistentVolumes).Find(new ObjectKey("", attachment.Volume))?.As<VolumeView>() is not { Claim: { } claim })
            yield break;
        foreach (var pod in PodClaims.UsersOf(view.Of(WellKnownResources.Pods), claim.Key))
            foreach (var node in NodesOf(pod))
                yield return node;
    }

    private static IEnumerable<ObjectKey> NodesOf(params CachedObject?[] pods)
    {
        foreach (var pod in pods)
            if (pod?.Object.Field("spec.nodeName") is { Length: > 0 } node)
                yield return new ObjectKey("", node);
    }
}
