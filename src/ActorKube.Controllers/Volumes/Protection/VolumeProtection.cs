using ActorKube.Machinery.Client;
using ActorKube.Machinery.Reconciling;
using ActorKube.Machinery.Volumes;

namespace ActorKube.Controllers.Volumes.Protection;

/// <summary>A volume stays while it is bound to a claim. Upstream: <c>pkg/controller/volume/pvprotection</c>.</summary>
internal sealed class VolumeProtection : IReconciler
{
    private static readonly Protecting Protecting = new(WellKnownResources.PersistentVolumes, ProtectionFinalizers.Volume);

    public string Name => "persistentvolume-protection-controller";

    public IReadOnlyList<WatchSpec> WatchesOf(IReadOnlyList<ServedResource> served) => [WatchSpec.Itself(WellKnownResources.PersistentVolumes)];

    public Plan Reconcile(ReconcileContext context) => context.Find(WellKnownResources.PersistentVolumes) switch
    {
        null => Plan.Nothing,
        { } volume when !Protecting.AsksFor(volume.Object) => Protecting.Guard(volume.Object),
        { } volume => volume.As<VolumeView>().Phase == "Bound" ? Plan.Nothing : Protecting.LetGo(volume.Object),
    };
}
