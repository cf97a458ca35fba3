using ActorKube.Api.Names;
using ActorKube.Api.Quantities;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Reconciling;
using ActorKube.Machinery.Recording;
using ActorKube.Machinery.Volumes;

namespace ActorKube.Controllers.Volumes;

/// <summary>
/// Tells whose business it is that a bound claim wants to grow. There are no drivers in the tree any more, so it always is an external resizer's; an event says
/// so, and the conditions are the resizer's. Upstream: <c>pkg/controller/volume/expand</c>.
/// </summary>
internal sealed class VolumeExpander : IReconciler
{
    private static readonly GroupVersionResource Claims = WellKnownResources.PersistentVolumeClaims;
    private static readonly GroupVersionResource Volumes = WellKnownResources.PersistentVolumes;

    public string Name => "persistentvolume-expander-controller";

    public IReadOnlyList<WatchSpec> WatchesOf(IReadOnlyList<ServedResource> served) =>
    [
        new WatchSpec(Claims, static (change, _) => change.New is { } claim && Grows(claim) ? [claim.Key] : []),
        WatchSpec.ReadOnly(Volumes),
    ];

    public Plan Reconcile(ReconcileContext context)
    {
        if (context.Find(Claims) is not { } item || !Grows(item))
            return Plan.Nothing;
        var claim = item.As<ClaimView>();
        if (context.View.Of(Volumes).Find(new ObjectKey("", claim.VolumeName))?.As<VolumeView>() is not { } volume || !volume.IsFor(item.Object))
            return Plan.Nothing;
        const string message = "waiting for an external controller to expand this PVC";
        var about = ObjectReference.To(ClaimView.Kind, item.Object);
        return new PlanBuilder().Record(new EventSpec(about, Warning: volume.Driver.Length == 0, "ExternalExpanding", message)).Build();
    }

    private static bool Grows(CachedObject item)
    {
        var claim = item.As<ClaimView>();
        return claim is { IsBound: true, Phase: "Bound" } && item.Head.Deleted is null
            && Quantity.TryParse(item.Object.Field("status.capacity.storage"), out var size) && claim.Requested > size;
    }
}
