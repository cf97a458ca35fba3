using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Quantities;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Reconciling;
using ActorKube.Machinery.Volumes;

namespace ActorKube.Controllers.Volumes.Binding;

/// <summary>The status of a claim; null where it stands already (upstream: <c>updateClaimStatus</c>).</summary>
internal static class ClaimStatus
{
    /// <summary>Without a volume there is nothing to say about one.</summary>
    public static UpdateStep? Unbound(ClaimView claim, string phase)
    {
        var json = claim.Object.Edit();
        var status = json.Child("status");
        var changed = Set(status, "phase", phase);
        foreach (var field in (ReadOnlySpan<string>)["accessModes", "capacity", "currentVolumeAttributesClassName"])
            changed |= status.Remove(field);
        return changed ? Step(claim, json) : null;
    }

    /// <summary>What the volume offers. Size and attributes are the volume's only at the moment of binding; later they are whatever was last done to it.</summary>
    public static UpdateStep? Bound(ClaimView claim, VolumeView volume)
    {
        var json = claim.Object.Edit();
        var offered = volume.Object.Edit()["spec"];
        var status = json.Child("status");
        var becomes = claim.Phase != "Bound";
        var changed = Set(status, "phase", "Bound");
        if (!JsonNode.DeepEquals(status["accessModes"], offered.At("accessModes")))
        {
            status["accessModes"] = offered.At("accessModes")?.DeepClone();
            changed = true;
        }
        // A volume that grew before its file system did: the claim has what the file system has.
        var before = volume.Object.Edit().Text("metadata", "annotations", VolumeAnnotations.PreResizeCapacity);
        if (becomes && Quantity.TryParse(before, out _))
            status.Child("capacity")["storage"] = before;
        else if (becomes && status.Text("capacity", "storage") != offered.Text("capacity", "storage"))
            status["capacity"] = offered.At("capacity")?.DeepClone();
        if (becomes && volume.AttributesClass.Length > 0)
            status["currentVolumeAttributesClassName"] = volume.AttributesClass;
        return changed ? Step(claim, json) : null;
    }

    private static bool Set(JsonObject status, string field, string value)
    {
        if (status.Text(field) == value)
            return false;
        status[field] = value;
        return true;
    }

    private static UpdateStep Step(ClaimView claim, JsonObject json) =>
        new(ObjectAddress.Of(WellKnownResources.PersistentVolumeClaims, claim.Object.Key, "status"), json.Encode()) { Tolerates = [StatusReason.NotFound] };
}
