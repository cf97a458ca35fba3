using ActorKube.Api.Names;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Reconciling;
using ActorKube.Machinery.Recording;
using ActorKube.Machinery.Volumes;
using ActorKube.Machinery.Volumes.InTree;

namespace ActorKube.Controllers.Volumes.Binding;

/// <summary>Decides about one claim (upstream: <c>syncUnboundClaim</c>, <c>syncBoundClaim</c>).</summary>
internal sealed class ClaimBinding(ReconcileContext context, ClaimView claim, TimeSpan interval)
{
    private static readonly GroupVersionResource Volumes = WellKnownResources.PersistentVolumes;

    private readonly PlanBuilder _plan = new();
    private readonly ObjectReference _about = ObjectReference.To(ClaimView.Kind, claim.Object);

    public Plan Decide()
    {
        if (ClaimSteps.HandOver(claim) is { } handOver)
            return _plan.Because($"the driver {claim.Provisioner} has a successor").Do(handOver).Build();
        if (claim.BindCompleted)
            return Keep();
        if (claim.VolumeName.Length > 0)
            return TakeNamed();
        // A claim on its way out, that nobody may start to use, needs no volume any more.
        if (claim.Object.Head.Deleted is not null && !PodClaims.UsersOf(context.View.Of(WellKnownResources.Pods), claim.Object.Key).Any())
            return Plan.Nothing;
        return Find();
    }

    private Plan Find()
    {
        var storageClass = claim.Class.Length > 0 ? ClassOf(claim.Class) : null;
        // Once the scheduler has chosen a node, the volume can be made.
        var delayed = storageClass?.WaitsForConsumer == true && claim.SelectedNode.Length == 0;
        var volumes = context.View.Of(Volumes);
        var candidates = volumes.By(VolumeView.ByClaim, claim.Object.Key.ToString())
            .Concat(volumes.By(VolumeView.FreeByClass, claim.Class))
            .Select(static v => v.As<VolumeView>());
        if (VolumeMatching.Best(claim, candidates, reservedOnly: delayed) is { } volume)
            return Bind(volume);
        if (claim.NamedClass is null && StorageClassView.DefaultOf(context.View.Of(WellKnownResources.StorageClasses).All.Select(static c => c.Object)) is { } standard)
            return _plan.Because($"there is a default storage class now, {standard.Key.Name}").Do(ClaimSteps.Name(claim, standard.Key.Name)).Build();
        if (delayed)
            _plan.Record(Waiting());
        else if (claim.Class.Length > 0)
            Provision(storageClass);
        else
            _plan.Record(EventSpec.Normal(_about, "FailedBinding", "no persistent volumes available for this claim and no storage class is set"));
        return Pending();
    }

    private Plan TakeNamed()
    {
        if (VolumeOf(claim.VolumeName) is not { } volume)
            return Pending();
        if (volume.Claim is null && VolumeMatching.Mismatch(claim, volume) is { } why)
        {
            _plan.Record(EventSpec.Warn(_about, "VolumeMismatch", $"Cannot bind to requested volume \"{volume.Name}\": {why}"));
            return Pending();
        }
        if (volume.Claim is null || volume.IsFor(claim.Object))
            return Bind(volume);
        _plan.Record(EventSpec.Warn(_about, "FailedBinding", $"volume \"{volume.Name}\" already bound to a different claim."));
        return Pending();
    }

    private Plan Keep()
    {
        if (claim.VolumeName.Length == 0)
            return Lose("ClaimLost", "Bound claim has lost reference to PersistentVolume. Data on the volume is lost!");
        if (VolumeOf(claim.VolumeName) is { } volume)
            return volume.Claim is null || volume.Claim.Uid == claim.Object.Head.Uid ? Bind(volume)
                : Lose("ClaimMisbound", "Two claims are bound to the same volume, this one is bound incorrectly");
        // Caches of different resources are not equally recent: that the volume is gone has to be certain.
        var read = LiveRead.Get(Volumes, new ObjectKey("", claim.VolumeName));
        if (context.Live[read] is not { } answer)
            return Plan.Ask(read);
        return answer switch
        {
            { Error: { } error } => new Plan { Retry = $"whether volume {claim.VolumeName} exists could not be read: {error.Message}" },
            { Object: null } => Lose("ClaimLost", "Bound claim has lost its PersistentVolume. Data on the volume is lost!"),
            // The cache will show it, and the change brings this claim back.
            _ => Plan.Nothing,
        };
    }

    // The volume first: a claim that names a volume which does not know it would be misbound, should everything end in between.
    private Plan Bind(VolumeView volume)
    {
        if (ClaimSteps.Reserve(volume, claim) is { } reserve)
            _plan.Because($"volume {volume.Name} fits claim {claim.Object.Key}").Do(reserve);
        if (ClaimSteps.Take(claim, volume) is { } take)
            _plan.Do(take);
        // The status follows when both sides are seen to agree.
        if (!_plan.Writes && ClaimStatus.Bound(claim, volume) is { } status)
            _plan.Do(status);
        return _plan.Build();
    }

    private void Provision(StorageClassView? storageClass)
    {
        if (storageClass is null)
        {
            _plan.Record(Failed($"storageclass.storage.k8s.io \"{claim.Class}\" not found"));
            return;
        }
        var provisioner = InTreeDrivers.SuccessorOf(storageClass.Provisioner);
        if (provisioner.StartsWith(StorageClassView.InTreePrefix, StringComparison.Ordinal))
        {
            _plan.Record(Failed($"no volume plugin matched name: {provisioner}"));
            return;
        }
        if (ClaimSteps.Assign(claim, provisioner) is { } assign)
            _plan.Because($"provisioner {provisioner} is to make a volume").Do(assign);
        _plan.Record(EventSpec.Normal(_about, "ExternalProvisioning",
            $"Waiting for a volume to be created either by the external provisioner '{provisioner}' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered."));
    }

    private EventSpec Failed(string message) => EventSpec.Warn(_about, "ProvisioningFailed", message);

    private EventSpec Waiting()
    {
        var pods = PodClaims.UsersOf(context.View.Of(WellKnownResources.Pods), claim.Object.Key).Select(static p => p.As<PodView>())
            .Where(static p => p.NodeName.Length == 0 && !p.IsTerminal).Select(static p => p.Object.Key.Name).Order(StringComparer.Ordinal).ToArray();
        return pods.Length == 0
            ? EventSpec.Normal(_about, "WaitForFirstConsumer", "waiting for first consumer to be created before binding")
            : EventSpec.Normal(_about, "WaitForPodScheduled", $"waiting for {(pods.Length == 1 ? "pod" : "pods")} {string.Join(',', pods)} to be scheduled");
    }

    private Plan Pending()
    {
        if (!_plan.Writes && ClaimStatus.Unbound(claim, "Pending") is { } status)
            _plan.Do(status);
        return _plan.Poll(interval).Build();
    }

    private Plan Lose(string reason, string message)
    {
        if (ClaimStatus.Unbound(claim, "Lost") is not { } status)
            return Plan.Nothing;
        return _plan.Do(claim.Phase == "Lost" ? status : status with { OnDone = EventSpec.Warn(_about, reason, message) }).Build();
    }

    private VolumeView? VolumeOf(string name) => context.View.Of(Volumes).Find(new ObjectKey("", name))?.As<VolumeView>();

    private StorageClassView? ClassOf(string name) => context.View.Of(WellKnownResources.StorageClasses).Find(new ObjectKey("", name))?.As<StorageClassView>();
}
