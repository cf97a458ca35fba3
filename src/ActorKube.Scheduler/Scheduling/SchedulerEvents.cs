using ActorKube.Api.Names;
using ActorKube.Machinery.Recording;
using ActorKube.Scheduler.Indices;

namespace ActorKube.Scheduler.Scheduling;

/// <summary>The events the scheduler records, in upstream's words.</summary>
internal static class SchedulerEvents
{
    // Upstream's limit of a note; what is longer is cut.
    private const int LongestMessage = 1024;
    private const string Cut = " ...";
    private static readonly GroupVersionKind Pod = new("", "v1", "Pod");

    /// <summary>The pod has a node.</summary>
    public static EventSpec Scheduled(PodInfo pod, string node) =>
        EventSpec.Normal(ObjectReference.To(Pod, pod.Object), "Scheduled", $"Successfully assigned {pod.Key.Namespace}/{pod.Key.Name} to {node}");

    /// <summary>The pod has none.</summary>
    public static EventSpec FailedScheduling(PodInfo pod, string message) =>
        EventSpec.Warn(ObjectReference.To(Pod, pod.Object), "FailedScheduling", message.Length <= LongestMessage ? message : message[..(LongestMessage - Cut.Length)] + Cut);
}
