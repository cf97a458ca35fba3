using ActorKube.Scheduler.Framework;
using ActorKube.Scheduler.Indices;

namespace ActorKube.Scheduler.Plugins;

/// <summary>Keeps pods with scheduling gates out of the queue until the last gate is gone.</summary>
internal sealed class SchedulingGates : IPreEnqueuePlugin, IEnqueueExtensions
{
    public string Name => PluginNames.SchedulingGates;

    public IEnumerable<EventRegistration> EventsToRegister =>
        [new(EventResource.UnscheduledPod, EventActions.UpdatePodGatesEliminated)];

    public Status PreEnqueue(PodInfo pod) =>
        pod.SchedulingGates.Length == 0
            ? Status.Success
            : Status.Unresolvable(Name, $"waiting for scheduling gates: [{string.Join(' ', pod.SchedulingGates)}]");
}
