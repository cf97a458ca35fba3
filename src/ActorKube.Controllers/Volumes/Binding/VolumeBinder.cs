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

    // A claim still waits between the two writes that bind it, so some more are asked than there are volumes. With many volumes at once, those that are taken bring the turn of the others (see VolumeChanged).
    private const int MoreThanVolumes = 8;
    private const int MostAsked = 32;
    private const int VolumesOfferedAgain = 4;

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
        new WatchSpec(Classes, static (change, view) => Waiting(view, change.Latest.Key.Name).Concat(Waiting(view, Unnamed)).Select(static c => c.Key)),
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
        if (change.New?.As<VolumeView>() is { } now && IsFree(now))
            foreach (var claim in Takers(view, now))
                yield return claim.Key;
        else if (change.Old?.As<VolumeView>() is { } taken && IsFree(taken))
            foreach (var other in view.Of(Volumes).By(VolumeView.FreeByClass, taken.Class).Select(static v => v.As<VolumeView>()).Where(IsFree).Take(VolumesOfferedAgain))
                foreach (var claim in Takers(view, other))
                    yield return claim.Key;
    }

    private static bool IsFree(VolumeView volume) => volume is { Claim: null, Phase: "Available" };

    // No volume can be had by more than one claim: of thousands that wait, as many are asked as could go away with one.
    private static IEnumerable<CachedObject> Takers(IClusterView view, VolumeView volume) =>
        Waiting(view, volume.Class).Where(c => VolumeMatching.Fit(c.As<ClaimView>(), volume))
        .Take(Math.Min(view.Of(Volumes).CountBy(VolumeView.FreeByClass, volume.Class), MostAsked) + MoreThanVolumes);

    private static IEnumerable<CachedObject> Waiting(IClusterView view, string storageClass) =>
        storageClass.Length == 0 ? view.Of(Claims).By(WaitingByClass, "").Concat(view.Of(Claims).By(WaitingByClass, Unnamed)) : view.Of(Claims).By(WaitingByClass, storageClass);
}
