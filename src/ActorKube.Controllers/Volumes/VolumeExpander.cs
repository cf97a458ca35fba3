using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Api.Quantities;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Reconciling;
using ActorKube.Machinery.Recording;
using ActorKube.Machinery.Volumes;

namespace ActorKube.Controllers.Volumes;

/// <summary>
/// Tells whose business it is that a bound claim wants to grow. There are no drivers in the tree any more, so it always is an external resizer's; an event says
/// so, and the conditions are the resizer's. A volume that still names a driver of the tree gets the successor's name on its claim. Upstream: <c>pkg/controller/volume/expand</c>.
/// </summary>
internal sealed class VolumeExpander : IReconciler
{
    private const string Reason = "ExternalExpanding";
    private const string Resizer = "volume.kubernetes.io/storage-resizer";
    private static readonly GroupVersionResource Claims = WellKnownResources.PersistentVolumeClaims;
    private static readonly GroupVersionResource Volumes = WellKnownResources.PersistentVolumes;

    public string Name => "persistentvolume-expander-controller";

    public IReadOnlyList<WatchSpec> WatchesOf(IReadOnlyList<ServedResource> served) =>
    [
        new WatchSpec(Claims, static (change, _) => change.New is { } claim && IsBound(claim) && (change.Old is not { } old || Requested(claim) > Requested(old) || Size(claim) > Size(old)) ? [claim.Key] : []),
        WatchSpec.ReadOnly(Volumes),
    ];

    public Plan Reconcile(ReconcileContext context)
    {
        if (context.Find(Claims) is not { } item || !IsBound(item))
            return Plan.Nothing;
        var claim = item.As<ClaimView>();
        if (context.View.Of(Volumes).Find(new ObjectKey("", claim.VolumeName)) is not { } found || found.As<VolumeView>().Claim is not { } owner || owner.Key.Namespace != item.Key.Namespace || owner.Uid != item.Head.Uid)
            return new Plan { Retry = "the volume is not bound to the claim" };
        var volume = found.Object.Edit();
        // The annotation stays until the file system has grown as well.
        if (claim.Requested <= Size(item) && !VolumeAnnotations.Has(volume, VolumeAnnotations.PreResizeCapacity))
            return Plan.Nothing;
        var about = ObjectReference.To(ClaimView.Kind, item.Object);
        if (found.As<VolumeView>().InTree is not { } inTree)
            return new PlanBuilder().Record(EventSpec.Normal(about, Reason, "waiting for an external controller to expand this PVC")).Build();
        var plan = new PlanBuilder().Record(EventSpec.Normal(about, Reason, $"CSI migration enabled for {inTree.Plugin}; waiting for external resizer to expand the pvc"));
        var json = item.Object.Edit();
        return !VolumeAnnotations.Set(json, Resizer, inTree.Driver) ? plan.Build() : plan.Because($"the successor of {inTree.Plugin} expands the claim")
            .Do(new UpdateStep(ObjectAddress.Of(Claims, item.Key, "status"), json.Encode())
            {
                Tolerates = [StatusReason.NotFound],
                OnFailed = EventSpec.Warn(about, Reason, $"error setting resizer annotation to pvc {item.Key}, with error patchPVCStatus failed to patch PVC \"{item.Key.Name}\": "),
            }).Build();
    }

    private static bool IsBound(CachedObject claim) => claim.Object.Field("status.phase") == "Bound";

    private static Quantity Requested(CachedObject claim) => claim.As<ClaimView>().Requested;

    private static Quantity Size(CachedObject claim) => Quantity.TryParse(claim.Object.Field("status.capacity.storage"), out var size) ? size : Quantity.Zero;
}
