using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Reconciling;
using ActorKube.Machinery.Volumes;

namespace ActorKube.Controllers.Volumes.Provisioning;

/// <summary>
/// Makes volumes that are directories of a node, for claims of storage classes that name <see cref="LocalPath.Provisioner"/>, and deletes them when their claims are gone. A key with a
/// namespace is a claim, one without a volume. Nothing is made on disk here: the node's agent makes the directory when a pod comes and removes it before it lets go of the volume.
/// Counterpart: <c>rancher/local-path-provisioner</c> on <c>sig-storage-lib-external-provisioner</c>.
/// </summary>
internal sealed class LocalPathProvisioner : IReconciler
{
    private static readonly GroupVersionResource Claims = WellKnownResources.PersistentVolumeClaims;
    private static readonly GroupVersionResource Volumes = WellKnownResources.PersistentVolumes;
    private static readonly GroupVersionResource Nodes = WellKnownResources.Nodes;

    private static readonly CacheIndex WaitingForNode = new("local-path-waiting", static o =>
        o.Field("spec.volumeName").Length == 0 && ClaimView.Project(o).SelectedNode is { Length: > 0 } node ? node : null);

    private static readonly CacheIndex ByNode = new("local-path-node", static o => o.Head.Labels[LocalPath.NodeLabel]);

    public string Name => "local-path-provisioner-controller";

    public IReadOnlyList<WatchSpec> WatchesOf(IReadOnlyList<ServedResource> served) =>
    [
        WatchSpec.Itself(Claims, WaitingForNode),
        new WatchSpec(Volumes, static (change, view) => VolumeChanged(change), ByNode),
        new WatchSpec(Nodes, static (change, view) => NodeChanged(change, view)),
        WatchSpec.ReadOnly(WellKnownResources.StorageClasses),
    ];

    public Plan Reconcile(ReconcileContext context) => context.Key.Namespace.Length > 0
        ? context.Find(Claims) is { } claim ? new Provisioning(context, claim.As<ClaimView>()).Decide() : Plan.Nothing
        : context.Find(Volumes) is { } volume ? new Reclaiming(context, volume.As<VolumeView>()).Decide() : Plan.Nothing;

    private static IEnumerable<ObjectKey> VolumeChanged(ObjectChanged change)
    {
        yield return change.Latest.Key;
        // A volume that somebody removed before it was bound is made anew.
        if (change.New is null && change.Old?.As<VolumeView>().Claim is { } claim)
            yield return claim.Key;
    }

    // Nodes report every few seconds; only what volumes are made from matters here.
    private static IEnumerable<ObjectKey> NodeChanged(ObjectChanged change, IClusterView view)
    {
        if (change.Old is not null && change.New is not null && change.Old.As<LocalPathNode>().Equals(change.New.As<LocalPathNode>()))
            return [];
        var name = change.Latest.Key.Name;
        return view.Of(Claims).By(WaitingForNode, name).Select(static c => c.Key).Concat(view.Of(Volumes).By(ByNode, LocalPath.LabelOf(name)).Select(static v => v.Key));
    }
}

/// <summary>What volumes are made from at a node.</summary>
/// <param name="Root">Where; null when it has no place for them.</param>
/// <param name="Hostname">The label by which volumes are tied to it.</param>
internal sealed record LocalPathNode(LocalPathRoot? Root, string Hostname) : IObjectView<LocalPathNode>
{
    public const string HostnameLabel = "kubernetes.io/hostname";

    public static LocalPathNode Project(StoredObject item)
    {
        var json = item.Edit();
        return new(LocalPathRoot.Parse(json.Text("metadata", "annotations", LocalPath.RootAnnotation)), item.Head.Labels[HostnameLabel] ?? item.Key.Name);
    }
}
