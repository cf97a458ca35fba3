using ActorKube.Scheduler.Framework;
using ActorKube.Scheduler.Queue;

namespace ActorKube.Scheduler.Plugins;

/// <summary>Pods of higher priority come first; among equals, who has waited longest.</summary>
internal sealed class PrioritySort : IQueueSortPlugin
{
    public string Name => PluginNames.PrioritySort;

    public int Compare(QueuedPod left, QueuedPod right)
    {
        var byPriority = right.Pod.Priority.CompareTo(left.Pod.Priority);
        return byPriority != 0 ? byPriority : left.Since.CompareTo(right.Since);
    }
}
