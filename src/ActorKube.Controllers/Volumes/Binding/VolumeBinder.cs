using ActorKube.Api.Names;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Reconciling;
using ActorKube.Machinery.Volumes;

namespace ActorKube.Controllers.Volumes.Binding;

/// <summary>
/// Brings claims and volumes together. A key with a namespace is a claim, one without a volume; each writes its own status, claims write who has which volume, volumes take back what
/// came to nothing. Upstream: <c>pkg/controller/volume/persistentvolume</c>.
/// </summary>
/// <param name="interval">How often a claim that waits is looked at again, and says what it waits for.</param>
internal sealed class VolumeBinder(TimeSpan interval) : IReconciler
{
    private static readonly GroupVersionResource Claims = WellKnownResources.PersistentVolumeClaims;
    private static readonly GroupVersionResource Volumes = WellKnownResources.PersistentVolumes;
    private static readonly GroupVersionResource Classes = WellKnownResources.StorageClasses;

    // Claims that have no volume yet, by the class they are to be from: those that name none, and so take the default, under a value that is no name.
    private const string Unnamed = "/";
    private static readonly CacheIndex WaitingByClass = new("claim-waiting-class",
        static o => o.Field("spec.volumeName").Length > 0 ? null : ClaimView.Project(o).NamedClass ?? Unnamed);

    // Claims by the volume they name, bound or not.
    private static readonly CacheIndex ByVolume = new("claim-volume", static o => o.Field("spec.volumeName") is { Length: > 0 } name ? name : null);

    public string Name => "persistentvolume-binder-controller";

    public IReadOnlyList<WatchSpec> WatchesOf(IReadOnlyList<ServedResource> served) =>
    [
        new WatchSpec(Claims, static (change, view) => ClaimChanged(change, view), WaitingByClass, ByVolume),
        new WatchSpec(Volumes, static (change, view) => VolumeChanged(change, view).Distinct(), VolumeView.ByClaim, VolumeView.FreeByClass),
        new WatchSpec(Classes, static (change, view) => Waiting(view, change.Latest.Key.Name).Concat(Waiting(view, Unnamed))),
        WatchSpec.ReadOnly(WellKnownResources.Pods, PodClaims.Users),
    ];

    public Plan Reconcile(ReconcileContext context) => context.Key.Namespace.Length > 0
        ? context.Find(Claims) is { } claim ? new ClaimBinding(context, claim.As<ClaimView>(), interval).Decide() : Plan.Nothing
        : context.Find(Volumes) is { } volume ? new VolumeUpkeep(context, volume.As<VolumeView>()).Decide() : Plan.Nothing;

    private static IEnumerable<ObjectKey> ClaimChanged(ObjectChanged change, IClusterView view)
    {
        yield return change.Latest.Key;
        // The volume may be for this claim without the claim knowing, or be left by it.
        foreach (var volume in view.Of(Volumes).By(VolumeView.ByClaim, $"{change.Latest.Key.Namespace}/{change.Latest.Key.Name}"))
            yield return volume.Key;
    }

    private static IEnumerable<ObjectKey> VolumeChanged(ObjectChanged change, IClusterView view)
    {
        yield return change.Latest.Key;
        foreach (var state in (CachedObject?[])[change.Old, change.New])
            if (state?.As<VolumeView>().Claim is { } claim)
                yield return claim.Key;
        foreach (var claim in view.Of(Claims).By(ByVolume, change.Latest.Key.Name))
            yield return claim.Key;
        if (change.New?.As<VolumeView>() is { Claim: null, Phase: "Available" } free)
            foreach (var key in Waiting(view, free.Class))
                yield return key;
    }

    private static IEnumerable<ObjectKey> Waiting(IClusterView view, string storageClass) =>
        (storageClass.Length == 0 ? view.Of(Claims).By(WaitingByClass, "").Concat(view.Of(Claims).By(WaitingByClass, Unnamed)) : view.Of(Claims).By(WaitingByClass, storageClass))
        .Select(static c => c.Key);
}
