using ActorKube.Api.Names;
using ActorKube.Machinery.Volumes.InTree;
using ActorKube.Scheduler.Framework;
using ActorKube.Scheduler.Indices;
using ActorKube.Scheduler.Volumes;

namespace ActorKube.Scheduler.Plugins.Volumes;

/// <summary>No node gets more volumes of a CSI driver than the driver can take there. Upstream: <c>plugins/nodevolumelimits</c>.</summary>
internal sealed class NodeVolumeLimits(VolumeIndex index) : IPreFilterPlugin, IFilterPlugin, IEnqueueExtensions
{
    private static readonly Status TooMany = Status.Unschedulable(PluginNames.NodeVolumeLimits, "node(s) exceed max volume count");

    public string Name => PluginNames.NodeVolumeLimits;

    public IEnumerable<EventRegistration> EventsToRegister =>
    [
        new(EventResource.CsiNode, EventActions.Add | EventActions.UpdateStorage, StorageHints.TakesMore),
        new(EventResource.AssignedPod, EventActions.Delete, StorageHints.HadVolumes),
        new(EventResource.Claim, EventActions.Add, StorageHints.IsOwnClaim),
        new(EventResource.Attachment, EventActions.Delete, StorageHints.IsOfOwnDriver),
    ];

    public Status PreFilter(CycleState state, PodInfo pod, out IReadOnlyCollection<string>? nodeNames)
    {
        nodeNames = null;
        if (pod.Volumes.Length == 0)
            return Status.Skip;
        var wanted = VolumesOf(pod).ToHashSet();
        if (wanted.Count == 0)
            return Status.Skip;
        state.Write(Name, wanted);
        return Status.Success;
    }

    public Status Filter(CycleState state, PodInfo pod, NodeInfo node)
    {
        var wanted = state.Read<HashSet<(string Driver, string Handle)>>(Name)!;
        HashSet<(string Driver, string Handle)>? there = null;
        foreach (var (driver, _) in wanted)
            if (index.LimitOf(node.Name, driver) is { } limit)
            {
                // What no pod uses, but is attached still, takes its place as well.
                there ??= [.. node.Pods.SelectMany(VolumesOf), .. index.AttachedTo(node.Name)];
                // What is there already is not counted twice, and a pod that brings nothing new is no burden.
                var added = wanted.Count(w => w.Driver == driver && !there.Contains(w));
                if (added > 0 && there.Count(t => t.Driver == driver) + added > limit)
                    return TooMany;
            }
        return Status.Success;
    }

    // A volume that is not there yet is known by its claim.
    private IEnumerable<(string Driver, string Handle)> VolumesOf(PodInfo pod)
    {
        foreach (var volume in pod.Volumes)
            if (volume.Disk is { } disk)
            {
                if (disk.Handle.Length > 0)
                    yield return (disk.Driver, disk.Handle);
            }
            else if (index.Claim(new ObjectKey(pod.Key.Namespace, volume.Claim)) is not { } claim)
                continue;
            else if (claim.VolumeName.Length > 0 && index.Volume(claim.VolumeName) is { } bound)
            {
                if (bound.Csi is { } csi && bound.InTree?.IsScheduled != false)
                    yield return (csi.Driver, csi.Handle);
            }
            else if (index.Class(claim.Class) is { } storageClass && InTreeDrivers.Named(storageClass.Provisioner)?.IsScheduled != false)
                yield return (InTreeDrivers.SuccessorOf(storageClass.Provisioner), $"{claim.Object.Key}");
    }
}
