using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Reconciling;
using ActorKube.Machinery.Volumes;

namespace ActorKube.Controllers.Volumes.Protection;

/// <summary>
/// A claim stays until no pod that has a node uses it: its node may have it mounted, whatever the pod's phase. While it is bound, it says whether pods use it, and since when not. Upstream:
/// <c>pkg/controller/volume/pvcprotection</c>.
/// </summary>
internal sealed class ClaimProtection : IReconciler
{
    private static readonly GroupVersionResource Claims = WellKnownResources.PersistentVolumeClaims;
    private static readonly GroupVersionResource Pods = WellKnownResources.Pods;
    private static readonly LiveRead Newest = LiveRead.Newest(Pods);
    private static readonly Protecting Protecting = new(Claims, ProtectionFinalizers.Claim);

    public string Name => "persistentvolumeclaim-protection-controller";

    public IReadOnlyList<WatchSpec> WatchesOf(IReadOnlyList<ServedResource> served) =>
    [
        WatchSpec.Itself(Claims),
        // Claims that wait to vanish care about all that happens to pods, the others about which there are.
        new WatchSpec(Pods, static (change, view) => PodClaims.Keys(change).Where(k => view.Of(Claims).Find(k) is { } claim && (ClaimUse.IsTouchedBy(change) || Protecting.AsksFor(claim.Object))), PodClaims.Users),
    ];

    public Plan Reconcile(ReconcileContext context)
    {
        if (context.Find(Claims) is not { } claim)
            return Plan.Nothing;
        var pods = context.View.Of(Pods);
        if (!Protecting.AsksFor(claim.Object))
            return Protecting.Guard(claim.Object) is { Writes: true } guard ? guard : ClaimUse.Say(claim, PodClaims.UsersOf(pods, claim.Key), context.Now);
        if (PodClaims.UsersOf(pods, claim.Key).Any(p => Uses(p, claim.Object)))
            return Plan.Nothing;
        // A pod may have come that the cache does not show yet. Where the cache is as recent as the API server's answer, nobody has to read all pods for each claim of the namespace.
        if (context.Live[Newest] is not { } newest)
            return Plan.Ask(Newest);
        if (newest.Error is null && newest.Revision <= pods.Revision)
            return Protecting.LetGo(claim.Object);
        var read = LiveRead.List(Pods, claim.Key.Namespace);
        return context.Live[read] switch
        {
            null => Plan.Ask(read),
            { Error: { } error } => new Plan { Retry = $"the pods that may use the claim could not be read: {error.Message}" },
            { } answer when answer.Items.Any(p => Uses(new CachedObject(p), claim.Object)) => Plan.Nothing,
            _ => Protecting.LetGo(claim.Object),
        };
    }

    private static bool Uses(CachedObject pod, StoredObject claim)
    {
        if (pod.Object.Field("spec.nodeName").Length == 0)
            return false;
        foreach (var volume in PodClaims.Of(pod))
            if (volume.Claim == claim.Key.Name && (!volume.Ephemeral || !IsShutDown(pod) && PodClaims.IsMadeFor(claim, pod.Object)))
                return true;
        return false;
    }

    private static bool IsShutDown(CachedObject pod) => pod.Head is { Deleted: not null, DeletionGraceSeconds: 0 };
}
