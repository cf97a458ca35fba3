using ActorKube.Api.Quantities;
using ActorKube.Machinery.Volumes;
using ActorKube.Scheduler.Framework;
using ActorKube.Scheduler.Indices;
using ActorKube.Scheduler.Volumes;

namespace ActorKube.Scheduler.Plugins.Volumes;

/// <summary>Which volume each waiting claim of a pod would get on one node, or that it would be made there (upstream: <c>FindPodVolumes</c>).</summary>
/// <param name="Matched">Volumes that exist.</param>
/// <param name="Provisioned">Claims whose volume is to be made, and how much is free where it would be; null when that is not known.</param>
internal sealed record NodeVolumes(List<(ClaimView Claim, VolumeView Volume)> Matched, List<(ClaimView Claim, Quantity? Free)> Provisioned)
{
    private static readonly Status Conflict = Status.Unresolvable(PluginNames.VolumeBinding, "node(s) didn't match PersistentVolume's node affinity");
    private static readonly Status NoVolumes = Status.Unresolvable(PluginNames.VolumeBinding, "node(s) didn't find available persistent volumes to bind");
    private static readonly Status NoRoom = Status.Unresolvable(PluginNames.VolumeBinding, "node(s) did not have enough free storage");
    private static readonly Status Missing = Status.Unresolvable(PluginNames.VolumeBinding, "node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)");

    /// <summary>Chooses for a node.</summary>
    /// <param name="claims">The claims of the pod.</param>
    /// <param name="index">What is known.</param>
    /// <param name="node">The node.</param>
    /// <param name="choice">The choice; null when nothing has to be chosen, or nothing can be.</param>
    public static Status Choose(PodVolumeClaims claims, VolumeIndex index, NodeSpec node, out NodeVolumes? choice)
    {
        choice = null;
        foreach (var volume in claims.Volumes)
        {
            if (volume is null)
                return Missing;
            if (!index.IsReachable(volume, node))
                return Conflict;
        }
        if (claims.Waiting.Count == 0)
            return Status.Success;
        var made = new NodeVolumes([], []);
        foreach (var claim in claims.Waiting)
        {
            if (index.PromiseTo(claim) is { Volume: { } promised })
            {
                if (!promised.Reaches(node.Name, node.Labels))
                    return NoVolumes;
                made.Matched.Add((claim, promised));
                continue;
            }
            // A volume is being made for it: elsewhere, or here.
            var selected = claim.SelectedNode.Length > 0 ? claim.SelectedNode : index.PromiseTo(claim)?.Node ?? "";
            if (selected.Length > 0 && selected != node.Name)
                return NoVolumes;
            var free = index.CandidatesFor(claim).Where(v => made.Matched.TrueForAll(m => m.Volume.Name != v.Name));
            if (selected.Length == 0 && VolumeMatching.BestOn(claim, free, node.Name, node.Labels) is { } volume)
                made.Matched.Add((claim, volume));
            else if (CanBeMade(claim, index, node, out var room) is { IsSuccess: false } refused)
                return refused;
            else
                made.Provisioned.Add((claim, room));
        }
        choice = made;
        return Status.Success;
    }

    private static Status CanBeMade(ClaimView claim, VolumeIndex index, NodeSpec node, out Quantity? free)
    {
        free = null;
        if (index.Class(claim.Class) is not { } storageClass || storageClass.Provisioner is "" or StorageClassView.NoProvisioner)
            return NoVolumes;
        if (storageClass.Topologies is { } topologies && !topologies.Match(node.Labels))
            return NoVolumes;
        return index.HasRoom(storageClass, claim.Requested, node.Labels, out free) ? Status.Success : NoRoom;
    }
}
