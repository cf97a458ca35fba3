using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Reconciling;
using ActorKube.Machinery.Recording;
using ActorKube.Machinery.Volumes;

namespace ActorKube.Controllers.Volumes.Binding;

/// <summary>Decides about one volume (upstream: <c>syncVolume</c>): its phase, and what becomes of it when its claim is gone.</summary>
internal sealed class VolumeUpkeep(ReconcileContext context, VolumeView volume)
{
    private readonly ObjectReference _about = ObjectReference.To(VolumeView.Kind, volume.Object);

    public Plan Decide()
    {
        if (Migration.IsDue(volume.Object, volume.ProvisionedBy, volume.MigratedTo))
            return HandOver();
        if (volume.Claim is not { Uid.Length: > 0 } reference)
            return Enter("Available");
        if (Current(reference, out var ask) is not { } claim)
            return ask ?? Reclaim();
        if (claim.VolumeName == volume.Name)
            return Enter("Bound");
        if (claim.VolumeName.Length == 0)
            return claim.IsBlock == volume.IsBlock ? Plan.Nothing : Mismatched(claim);
        // The claim has found something else: what was made for it is not needed, and what was only reserved for it is free again.
        return volume.ProvisionedBy.Length > 0 && volume.ReclaimPolicy == "Delete" ? Reclaim() : Free();
    }

    // The claim as it is now; null when it is gone for certain, or when that has to be asked.
    private ClaimView? Current(ClaimReference reference, out Plan? ask)
    {
        ask = null;
        if (context.View.Of(WellKnownResources.PersistentVolumeClaims).Find(reference.Key) is { } cached && cached.Head.Uid == reference.Uid)
            return cached.As<ClaimView>();
        if (volume.Phase is "Released" or "Failed")
            return null;
        var read = LiveRead.Get(WellKnownResources.PersistentVolumeClaims, reference.Key);
        switch (context.Live[read])
        {
            case null:
                ask = Plan.Ask(read);
                return null;
            case { Error: { } error }:
                ask = new Plan { Retry = $"whether claim {reference.Key} exists could not be read: {error.Message}" };
                return null;
            case { Object: { } found } when found.Head.Uid == reference.Uid:
                return ClaimView.Project(found);
            default:
                return null;
        }
    }

    private Plan Reclaim()
    {
        if (volume.Phase is not ("Released" or "Failed"))
            return Enter("Released", $"claim {volume.Claim!.Key} is gone");
        if (volume.MigratedTo.Length > 0 || volume.Object.Head.Deleted is not null)
            return Plan.Nothing;
        return volume.ReclaimPolicy switch
        {
            "Retain" => Plan.Nothing,
            // Whoever made it, or its driver, deletes it, and then the object.
            "Delete" when (volume.ProvisionedBy.Length > 0 || volume.Driver.Length > 0) && !IsInTree(volume.ProvisionedBy) => Plan.Nothing,
            "Delete" when IsInTree(volume.ProvisionedBy) => Fail("VolumeFailedDelete", $"no volume plugin matched name: {volume.ProvisionedBy}"),
            "Delete" => Fail("VolumeFailedDelete", $"error getting deleter volume plugin for volume \"{volume.Name}\": no deletable volume plugin matched"),
            "Recycle" => Fail("VolumeFailedRecycle", "No recycler plugin found for the volume!"),
            _ => Fail("VolumeUnknownReclaimPolicy", "Volume has unrecognized PersistentVolumeReclaimPolicy"),
        };
    }

    private Plan Mismatched(ClaimView claim) =>
        new PlanBuilder()
            .Record(EventSpec.Warn(_about, "VolumeMismatch", $"Cannot bind PersistentVolume to requested PersistentVolumeClaim \"{claim.Object.Key.Name}\" due to incompatible volumeMode."))
            .Record(EventSpec.Warn(ObjectReference.To(ClaimView.Kind, claim.Object), "VolumeMismatch",
                $"Cannot bind PersistentVolume \"{volume.Name}\" to requested PersistentVolumeClaim due to incompatible volumeMode."))
            .Build();

    private Plan HandOver()
    {
        var json = volume.Object.Edit();
        Migration.Apply(json, volume.ProvisionedBy);
        return new PlanBuilder().Because($"the driver {volume.ProvisionedBy} has a successor").Do(Write(json)).Build();
    }

    // What a user reserved stays reserved for whatever claim comes under that name.
    private Plan Free()
    {
        var json = volume.Object.Edit();
        if (volume.BoundByController)
        {
            json.Child("spec").Remove("claimRef");
            json.Child("metadata").Child("annotations").Remove(VolumeAnnotations.BoundByController);
        }
        else
        {
            json.Child("spec").Child("claimRef").Remove("uid");
        }
        return new PlanBuilder().Because($"claim {volume.Claim!.Key} has another volume")
            .Do(Write(json)).Build();
    }

    private UpdateStep Write(JsonObject json) =>
        new(ObjectAddress.Of(WellKnownResources.PersistentVolumes, volume.Object.Key), json.Encode()) { Tolerates = [StatusReason.NotFound] };

    private Plan Enter(string phase, string? why = null)
    {
        if (volume.Phase == phase)
            return Plan.Nothing;
        var plan = new PlanBuilder().Do(Status(phase, ""));
        return (why is null ? plan : plan.Because(why)).Build();
    }

    private Plan Fail(string reason, string message) =>
        volume.Phase == "Failed" ? Plan.Nothing
        : new PlanBuilder().Because(message).Do(Status("Failed", message) with { OnDone = EventSpec.Warn(_about, reason, message) }).Build();

    private UpdateStep Status(string phase, string message)
    {
        var json = volume.Object.Edit();
        var status = json.Child("status");
        status["phase"] = phase;
        status["lastPhaseTransitionTime"] = JsonWriting.Time(context.Now);
        status.Remove("message");
        status.Remove("reason");
        if (message.Length > 0)
            status["message"] = message;
        return new UpdateStep(ObjectAddress.Of(WellKnownResources.PersistentVolumes, volume.Object.Key, "status"), json.Encode()) { Tolerates = [StatusReason.NotFound] };
    }

    private static bool IsInTree(string provisioner) => provisioner.StartsWith(StorageClassView.InTreePrefix, StringComparison.Ordinal);
}
