using ActorKube.Api.Names;
using ActorKube.Scheduler.Framework;
using ActorKube.Scheduler.Indices;

namespace ActorKube.Scheduler.Plugins.Volumes;

/// <summary>A claim for one pod only is used by one pod only, and disks that stand in pods are not used by two pods of a node that could get in each other's way. Upstream: <c>plugins/volumerestrictions</c>.</summary>
internal sealed class VolumeRestrictions(ClusterIndex index) : IPreFilterPlugin, IFilterPlugin, IEnqueueExtensions
{
    private static readonly Status InUse =
        Status.Unschedulable(PluginNames.VolumeRestrictions, "node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod");
    private static readonly Status DiskInUse = Status.Unschedulable(PluginNames.VolumeRestrictions, "node(s) had no available disk");

    public string Name => PluginNames.VolumeRestrictions;

    public IEnumerable<EventRegistration> EventsToRegister =>
    [
        new(EventResource.AssignedPod, EventActions.Delete, static (pod, e) => e.OldPod is { } gone && Share(pod, gone)),
        new(EventResource.Node, EventActions.Add),
        new(EventResource.Claim, EventActions.Add, StorageHints.IsOwnClaim),
    ];

    public Status PreFilter(CycleState state, PodInfo pod, out IReadOnlyCollection<string>? nodeNames)
    {
        nodeNames = null;
        bool disks = false, exclusive = false;
        foreach (var volume in pod.Volumes)
        {
            disks |= volume.Disk is { IsRestricted: true };
            if (volume.Claim.Length == 0)
                continue;
            var key = new ObjectKey(pod.Key.Namespace, volume.Claim);
            if (index.Volumes.Claim(key) is { } claim)
                exclusive |= claim.IsExclusive && index.UsesOf(key) > 0;
            else if (!volume.IsEphemeral)
                // Only the claim itself can help, not what becomes of other claims and volumes.
                return Status.Unresolvable(Name, $"persistentvolumeclaim \"{volume.Claim}\" not found");
        }
        if (exclusive)
            state.Write(Name, InUse);
        return exclusive || disks ? Status.Success : Status.Skip;
    }

    public Status Filter(CycleState state, PodInfo pod, NodeInfo node)
    {
        foreach (var other in node.Pods)
            if (Conflict(pod, other))
                return DiskInUse;
        return state.Read<Status>(Name) ?? Status.Success;
    }

    private static bool Share(PodInfo pod, PodInfo gone)
    {
        if (pod.Key.Namespace != gone.Key.Namespace)
            return false;
        foreach (var mine in pod.Volumes)
            foreach (var other in gone.Volumes)
                if (mine.Claim.Length > 0 && mine.Claim == other.Claim)
                    return true;
        return Conflict(pod, gone);
    }

    private static bool Conflict(PodInfo pod, PodInfo other)
    {
        foreach (var mine in pod.Volumes)
            if (mine.Disk is { IsRestricted: true } disk)
                foreach (var theirs in other.Volumes)
                    if (theirs.Disk is { } known && disk.IsInTheWayOf(known))
                        return true;
        return false;
    }
}
