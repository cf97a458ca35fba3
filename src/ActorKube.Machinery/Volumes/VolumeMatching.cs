using ActorKube.Api.Objects;

namespace ActorKube.Machinery.Volumes;

/// <summary>Which volume is for which claim (upstream: <c>FindMatchingVolume</c>); the binder and the scheduler decide by the same rules.</summary>
public static class VolumeMatching
{
    /// <summary>The best volume for a claim when nobody asks for a node: one that is reserved for it, or the smallest of those with the fewest access modes. Null when there is none.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="volumes">Volumes reserved for it, and free ones.</param>
    /// <param name="reservedOnly">True while the choice is the scheduler's.</param>
    public static VolumeView? Best(ClaimView claim, IEnumerable<VolumeView> volumes, bool reservedOnly) => Best(claim, volumes, null, default, reservedOnly);

    /// <summary>The best volume for a claim on a node. Null when there is none, and when the volume that is reserved for the claim cannot be reached from the node.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="volumes">Volumes reserved for it, and free ones.</param>
    /// <param name="node">Name of the node.</param>
    /// <param name="labels">Its labels.</param>
    public static VolumeView? BestOn(ClaimView claim, IEnumerable<VolumeView> volumes, string node, Labels labels) => Best(claim, volumes, node, labels, reservedOnly: false);

    /// <summary>Why a volume that a claim asks for by name cannot be bound to it, in upstream's words; null when it can.</summary>
    public static string? Mismatch(ClaimView claim, VolumeView volume) =>
        volume.Object.Head.Deleted is not null ? $"the volume is marked for deletion \"{volume.Name}\""
        : volume.Capacity < claim.Requested ? "requested PV is too small"
        : claim.Class != volume.Class ? "storageClassName does not match"
        : claim.AttributesClass != volume.AttributesClass ? "VolumeAttributesClassName does not match"
        : claim.IsBlock != volume.IsBlock ? "incompatible volumeMode"
        : !Offers(volume, claim) ? "incompatible accessMode"
        : null;

    /// <summary>Whether a claim that is not bound could have a volume that is for nobody yet, if no other did it better.</summary>
    public static bool Fit(ClaimView claim, VolumeView volume) =>
        claim.Object.Head.Deleted is null && volume.Object.Head.Deleted is null && volume.Class == claim.Class && Fits(claim, volume) && claim.Selector?.Matches(volume.Object.Head.Labels) != false;

    private static VolumeView? Best(ClaimView claim, IEnumerable<VolumeView> volumes, string? node, Labels labels, bool reservedOnly)
    {
        VolumeView? best = null;
        foreach (var volume in volumes)
        {
            var reserved = volume.IsFor(claim.Object);
            if ((volume.Claim is not null && !reserved) || volume.Object.Head.Deleted is not null || !Fits(claim, volume))
                continue;
            var reachable = node is null || volume.Reaches(node, labels);
            if (reserved)
                return reachable ? volume : null;
            if (reservedOnly || !reachable || volume.Phase != "Available" || volume.Class != claim.Class || claim.Selector?.Matches(volume.Object.Head.Labels) == false)
                continue;
            if (best is null || IsBetter(volume, best, node is null))
                best = volume;
        }
        return best;
    }

    private static bool Fits(ClaimView claim, VolumeView volume) =>
        volume.Capacity >= claim.Requested && volume.IsBlock == claim.IsBlock && volume.AttributesClass == claim.AttributesClass && Offers(volume, claim);

    // The name decides in the end, so that the order of the caches does not.
    private static bool IsBetter(VolumeView volume, VolumeView best, bool byModes)
    {
        var order = byModes ? volume.AccessModes.Length.CompareTo(best.AccessModes.Length) : 0;
        if (order == 0)
            order = volume.Capacity.CompareTo(best.Capacity);
        return order < 0 || order == 0 && string.CompareOrdinal(volume.Name, best.Name) < 0;
    }

    private static bool Offers(VolumeView volume, ClaimView claim)
    {
        foreach (var mode in claim.AccessModes)
            if (!volume.AccessModes.Contains(mode))
                return false;
        return true;
    }
}
