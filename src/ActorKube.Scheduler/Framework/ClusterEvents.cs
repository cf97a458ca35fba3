using ActorKube.Machinery.Informers;
using ActorKube.Scheduler.Indices;

namespace ActorKube.Scheduler.Framework;

/// <summary>What an event is about.</summary>
internal enum EventResource : byte
{
    /// <summary>A pod on a node.</summary>
    AssignedPod,
    /// <summary>The waiting pod itself.</summary>
    UnscheduledPod,
    /// <summary>A node.</summary>
    Node,
    /// <summary>A PersistentVolumeClaim.</summary>
    Claim,
    /// <summary>A PersistentVolume.</summary>
    Volume,
    /// <summary>A StorageClass.</summary>
    StorageClass,
    /// <summary>A CSINode.</summary>
    CsiNode,
    /// <summary>A CSIDriver.</summary>
    CsiDriver,
    /// <summary>A CSIStorageCapacity.</summary>
    CsiCapacity,
    /// <summary>A VolumeAttachment.</summary>
    Attachment,
}

/// <summary>What happened.</summary>
[Flags]
internal enum EventActions
{
    /// <summary>Nothing of interest.</summary>
    None = 0,
    /// <summary>It came.</summary>
    Add = 1,
    /// <summary>It went.</summary>
    Delete = 2,
    /// <summary>A node has other amounts to give.</summary>
    UpdateNodeAllocatable = 4,
    /// <summary>A node's labels changed.</summary>
    UpdateNodeLabel = 8,
    /// <summary>A node's taints changed, or it was cordoned or uncordoned.</summary>
    UpdateNodeTaint = 16,
    /// <summary>A node has other images.</summary>
    UpdateNodeImages = 32,
    /// <summary>A pod's labels changed.</summary>
    UpdatePodLabel = 64,
    /// <summary>A pod asks for less.</summary>
    UpdatePodScaleDown = 128,
    /// <summary>A pod bears other taints.</summary>
    UpdatePodToleration = 256,
    /// <summary>A pod has lost its last scheduling gate.</summary>
    UpdatePodGatesEliminated = 512,
    /// <summary>Something of storage changed.</summary>
    UpdateStorage = 1024,
}

/// <summary>Something that happened in the cluster.</summary>
/// <param name="Resource">What it is about.</param>
/// <param name="Actions">What happened.</param>
/// <param name="OldNode">The node before.</param>
/// <param name="NewNode">The node now.</param>
/// <param name="OldPod">The pod before.</param>
/// <param name="NewPod">The pod now.</param>
/// <param name="Stored">The change of an object of storage.</param>
internal sealed record ClusterEvent(
    EventResource Resource, EventActions Actions, NodeSpec? OldNode = null, NodeSpec? NewNode = null, PodInfo? OldPod = null, PodInfo? NewPod = null, ObjectChanged? Stored = null);

/// <summary>A plugin's interest in events.</summary>
/// <param name="Resource">What they are about.</param>
/// <param name="Actions">Any of these.</param>
/// <param name="Hint">Whether an event could make the (first given) pod schedulable; null when every one could.</param>
internal sealed record EventRegistration(EventResource Resource, EventActions Actions, Func<PodInfo, ClusterEvent, bool>? Hint = null)
{
    /// <summary>Whether an event is worth a new attempt for a pod.</summary>
    public bool Wants(PodInfo pod, ClusterEvent item) =>
        item.Resource == Resource && (item.Actions & Actions) != EventActions.None && (Hint is null || Hint(pod, item));
}

/// <summary>Tells what of a change matters to scheduling.</summary>
internal static class EventKinds
{
    /// <summary>What changed between two states of a node; <see cref="EventActions.None"/> for heartbeats and the like.</summary>
    public static EventActions Of(NodeSpec before, NodeSpec now)
    {
        var actions = EventActions.None;
        if (!before.Allocatable.SameAs(now.Allocatable))
            actions |= EventActions.UpdateNodeAllocatable;
        if (!Same(before.Labels, now.Labels))
            actions |= EventActions.UpdateNodeLabel;
        if (before.Unschedulable != now.Unschedulable || !before.Taints.AsSpan().SequenceEqual(now.Taints))
            actions |= EventActions.UpdateNodeTaint;
        if (!before.Images.AsSpan().SequenceEqual(now.Images))
            actions |= EventActions.UpdateNodeImages;
        return actions;
    }

    /// <summary>What changed between two states of a pod.</summary>
    public static EventActions Of(PodInfo before, PodInfo now)
    {
        var actions = EventActions.None;
        if (!Same(before.Object.Head.Labels, now.Object.Head.Labels))
            actions |= EventActions.UpdatePodLabel;
        if (now.Requests.MilliCpu < before.Requests.MilliCpu || now.Requests.Memory < before.Requests.Memory || now.Requests.EphemeralStorage < before.Requests.EphemeralStorage)
            actions |= EventActions.UpdatePodScaleDown;
        if (!before.Tolerations.AsSpan().SequenceEqual(now.Tolerations))
            actions |= EventActions.UpdatePodToleration;
        if (before.SchedulingGates.Length > 0 && now.SchedulingGates.Length == 0)
            actions |= EventActions.UpdatePodGatesEliminated;
        return actions;
    }

    private static bool Same(Api.Objects.Labels before, Api.Objects.Labels now)
    {
        if (before.Count != now.Count)
            return false;
        foreach (var (key, value) in before)
            if (now[key] != value)
                return false;
        return true;
    }
}
