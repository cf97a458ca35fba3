using ActorKube.Api.Names;
using ActorKube.Machinery.Volumes;
using ActorKube.Scheduler.Framework;
using ActorKube.Scheduler.Indices;
using ActorKube.Scheduler.Volumes;

namespace ActorKube.Scheduler.Plugins.Volumes;

/// <summary>The claims of a pod as one attempt to schedule it finds them (upstream: <c>GetPodVolumeClaims</c>).</summary>
/// <param name="Bound">Claims that have their volumes.</param>
/// <param name="Volumes">The volumes of those, in the same order; null for one that does not exist.</param>
/// <param name="Waiting">Claims whose volume is chosen with the node, smallest first.</param>
internal sealed record PodVolumeClaims(List<ClaimView> Bound, List<VolumeView?> Volumes, List<ClaimView> Waiting)
{
    /// <summary>Reads them.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="index">What is known.</param>
    /// <param name="refused">Why the pod cannot be scheduled; null when it may be.</param>
    public static PodVolumeClaims? Of(PodInfo pod, VolumeIndex index, out Status? refused)
    {
        var found = new PodVolumeClaims([], [], []);
        var immediate = false;
        foreach (var volume in pod.Volumes)
        {
            if (volume.Claim.Length == 0)
                continue;
            var claim = index.Claim(new ObjectKey(pod.Key.Namespace, volume.Claim));
            refused = Fault(pod, volume, claim);
            if (refused is not null)
                return null;
            if (claim!.IsBound)
            {
                found.Bound.Add(claim);
                found.Volumes.Add(index.Volume(claim.VolumeName));
            }
            else if (claim.VolumeName.Length == 0 && index.Class(claim.Class)?.WaitsForConsumer == true)
                found.Waiting.Add(claim);
            else
                immediate = true;
        }
        refused = immediate ? Immediate : null;
        if (immediate)
            return null;
        found.Waiting.Sort(static (a, b) => a.Requested.CompareTo(b.Requested));
        return found;
    }

    private static readonly Status Immediate = Status.Unresolvable(PluginNames.VolumeBinding, "pod has unbound immediate PersistentVolumeClaims");

    private static Status? Fault(PodInfo pod, PodVolume volume, ClaimView? claim)
    {
        var why = claim is null
                ? volume.IsEphemeral ? $"waiting for ephemeral volume controller to create the persistentvolumeclaim \"{volume.Claim}\"" : $"persistentvolumeclaim \"{volume.Claim}\" not found"
            : claim.Phase == "Lost" ? $"persistentvolumeclaim \"{volume.Claim}\" bound to non-existent persistentvolume \"{claim.VolumeName}\""
            : claim.Object.Head.Deleted is not null ? $"persistentvolumeclaim \"{volume.Claim}\" is being deleted"
            : volume.IsEphemeral && !PodClaims.IsMadeFor(claim.Object, pod.Object) ? $"PVC {claim.Object.Key} was not created for pod {pod.Key} (pod is not owner)"
            : null;
        return why is null ? null : Status.Unresolvable(PluginNames.VolumeBinding, why);
    }
}
