using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Reconciling;
using ActorKube.Machinery.Volumes;

namespace ActorKube.Controllers.Volumes.Binding;

/// <summary>The writes that bind, each on the condition that nobody changed the object meanwhile; null where the object says it already.</summary>
internal static class ClaimSteps
{
    /// <summary>The volume says which claim it is for.</summary>
    public static UpdateStep? Reserve(VolumeView volume, ClaimView claim)
    {
        if (volume.Claim is { } known && known.Key == claim.Object.Key && known.Uid == claim.Object.Head.Uid)
            return null;
        var json = volume.Object.Edit();
        json.Child("spec")["claimRef"] = ClaimReference.ToJson(claim.Object);
        if (!volume.IsFor(claim.Object))
            VolumeAnnotations.Set(json, VolumeAnnotations.BoundByController, VolumeAnnotations.Yes);
        return new UpdateStep(ObjectAddress.Of(WellKnownResources.PersistentVolumes, volume.Object.Key), json.Encode());
    }

    /// <summary>The claim says which volume it has.</summary>
    public static UpdateStep? Take(ClaimView claim, VolumeView volume)
    {
        if (claim.IsBound)
            return null;
        var json = claim.Object.Edit();
        if (claim.VolumeName != volume.Name)
        {
            json.Child("spec")["volumeName"] = volume.Name;
            VolumeAnnotations.Set(json, VolumeAnnotations.BoundByController, VolumeAnnotations.Yes);
        }
        VolumeAnnotations.Set(json, VolumeAnnotations.BindCompleted, VolumeAnnotations.Yes);
        return Write(claim, json);
    }

    /// <summary>The claim says who is to make its volume.</summary>
    public static UpdateStep? Assign(ClaimView claim, string provisioner)
    {
        var json = claim.Object.Edit();
        return VolumeAnnotations.Set(json, VolumeAnnotations.BetaProvisioner, provisioner) | VolumeAnnotations.Set(json, VolumeAnnotations.Provisioner, provisioner) | Migration.Apply(json, provisioner)
            ? Write(claim, json) : null;
    }

    /// <summary>The claim says which CSI driver has taken over from the driver that it names.</summary>
    public static UpdateStep? HandOver(ClaimView claim)
    {
        if (!Migration.IsDue(claim.Object, claim.Provisioner, claim.MigratedTo))
            return null;
        var json = claim.Object.Edit();
        return Migration.Apply(json, claim.Provisioner) ? Write(claim, json) : null;
    }

    /// <summary>The claim gets a storage class.</summary>
    public static UpdateStep Name(ClaimView claim, string storageClass)
    {
        var json = claim.Object.Edit();
        json.Child("spec")["storageClassName"] = storageClass;
        return Write(claim, json);
    }

    private static UpdateStep Write(ClaimView claim, JsonObject json) =>
        new(ObjectAddress.Of(WellKnownResources.PersistentVolumeClaims, claim.Object.Key), json.Encode()) { Tolerates = [StatusReason.NotFound] };
}
