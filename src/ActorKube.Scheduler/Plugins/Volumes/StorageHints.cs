using System.Text.Json.Nodes;
using ActorKube.Api.Names;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Volumes;
using ActorKube.Scheduler.Framework;
using ActorKube.Scheduler.Indices;
using ActorKube.Scheduler.Volumes;

namespace ActorKube.Scheduler.Plugins.Volumes;

/// <summary>
/// Whether a change of storage could make a pod fit (upstream: <c>isSchedulableAfter…</c> of the plugins of volumes). What cannot help a pod must not wake it: with claims being bound
/// all the time every pod that waits for one would be tried at every change.
/// </summary>
internal static class StorageHints
{
    /// <summary>The claim is one of the pod's.</summary>
    public static bool IsOwnClaim(PodInfo pod, ClusterEvent e) => Uses(pod, e.Stored!.Latest.Key);

    /// <summary>The volume is for nobody yet, or for a claim of the pod. Upstream wakes for every volume.</summary>
    public static bool IsFreeOrOwnVolume(PodInfo pod, ClusterEvent e) => Now<VolumeView>(e).Claim is not { } claim || Uses(pod, claim.Key);

    /// <summary>Volumes of the class can be made on other nodes than before.</summary>
    public static bool HasOtherTopologies(PodInfo pod, ClusterEvent e) => e.Stored!.Old is not { } old || !JsonNode.DeepEquals(old.Object.Tree()["allowedTopologies"], e.Stored.New!.Object.Tree()["allowedTopologies"]);

    /// <summary>The class lets the scheduler choose.</summary>
    public static bool WaitsForConsumer(PodInfo pod, ClusterEvent e) => Now<StorageClassView>(e).WaitsForConsumer;

    /// <summary>The node has volumes from other drivers than before.</summary>
    public static bool HasOtherMigrated(PodInfo pod, ClusterEvent e) => Before<CsiNodeView>(e) is not { } old || old.Migrated != Now<CsiNodeView>(e).Migrated;

    /// <summary>The node can take more volumes than before.</summary>
    public static bool TakesMore(PodInfo pod, ClusterEvent e) => Before<CsiNodeView>(e) is not { } old || Now<CsiNodeView>(e).TakesMoreThan(old);

    /// <summary>The driver does not tell any more how much room there is.</summary>
    public static bool NoLongerTellsCapacity(PodInfo pod, ClusterEvent e) => Before<CsiDriverView>(e) is { TellsCapacity: true } && !Now<CsiDriverView>(e).TellsCapacity;

    /// <summary>Larger volumes can be made than before.</summary>
    public static bool HasMoreRoom(PodInfo pod, ClusterEvent e) => Before<CsiCapacityView>(e) is not { } old || (Now<CsiCapacityView>(e).Largest is { } now && (old.Largest is not { } before || now > before));

    /// <summary>The volume is in other zones than before.</summary>
    public static bool IsElsewhere(PodInfo pod, ClusterEvent e)
    {
        if (e.Stored!.Old is not { } old)
            return true;
        foreach (var (key, _) in VolumeZone.Topologies)
            if (old.Head.Labels[key] != e.Stored.New!.Head.Labels[key])
                return true;
        return false;
    }

    /// <summary>The pod that went had volumes that count.</summary>
    public static bool HadVolumes(PodInfo pod, ClusterEvent e)
    {
        foreach (var volume in e.OldPod!.Volumes)
            if (volume.Claim.Length > 0 || volume.Disk is { Handle.Length: > 0 })
                return true;
        return false;
    }

    /// <summary>The volume that was detached may be what the pod's had no room beside.</summary>
    public static bool IsOfOwnDriver(PodInfo pod, ClusterEvent e)
    {
        var driver = e.Stored!.Latest.As<AttachmentInfo>().Driver;
        foreach (var volume in pod.Volumes)
            if (volume.Claim.Length > 0 || volume.Disk?.Driver == driver)
                return true;
        return false;
    }

    private static bool Uses(PodInfo pod, ObjectKey claim)
    {
        if (pod.Key.Namespace != claim.Namespace)
            return false;
        foreach (var volume in pod.Volumes)
            if (volume.Claim == claim.Name)
                return true;
        return false;
    }

    private static T? Before<T>(ClusterEvent e) where T : class, IObjectView<T> => e.Stored!.Old?.As<T>();

    private static T Now<T>(ClusterEvent e) where T : class, IObjectView<T> => e.Stored!.New!.As<T>();
}
