using ActorKube.Api.Names;
using ActorKube.Scheduler.Framework;
using ActorKube.Scheduler.Indices;

namespace ActorKube.Scheduler.Plugins.Volumes;

/// <summary>A claim for one pod only is used by one pod only. Upstream: <c>plugins/volumerestrictions</c>; the volumes in the pod that it knows besides have gone from Kubernetes.</summary>
internal sealed class VolumeRestrictions(ClusterIndex index) : IPreFilterPlugin, IFilterPlugin, IEnqueueExtensions
{
    private static readonly Status InUse = Status.Unschedulable(PluginNames.VolumeRestrictions, "node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode");

    public string Name => PluginNames.VolumeRestrictions;

    public IEnumerable<EventRegistration> EventsToRegister =>
    [
        new(EventResource.AssignedPod, EventActions.Delete, static (pod, e) => e.OldPod is { } gone && Share(pod, gone)),
        new(EventResource.Claim, EventActions.Add | EventActions.UpdateStorage),
    ];

    public Status PreFilter(CycleState state, PodInfo pod, out IReadOnlyCollection<string>? nodeNames)
    {
        nodeNames = null;
        foreach (var volume in pod.Volumes)
            if (volume.Claim.Length > 0 && index.UsesOf(new ObjectKey(pod.Key.Namespace, volume.Claim)) > 0
                && index.Volumes.Claim(new ObjectKey(pod.Key.Namespace, volume.Claim)) is { IsExclusive: true })
                return Status.Success;
        return Status.Skip;
    }

    public Status Filter(CycleState state, PodInfo pod, NodeInfo node) => InUse;

    private static bool Share(PodInfo pod, PodInfo gone)
    {
        foreach (var mine in pod.Volumes)
            foreach (var other in gone.Volumes)
                if (mine.Claim.Length > 0 && mine.Claim == other.Claim && pod.Key.Namespace == gone.Key.Namespace)
                    return true;
        return false;
    }
}
