using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Reconciling;
using ActorKube.Machinery.Recording;

namespace ActorKube.Controllers.Workloads;

/// <summary>Creations and deletions of pods with the events that upstream's <c>RealPodControl</c> records about the owner.</summary>
internal static class PodSteps
{
    public static CreateStep Create(ObjectReference about, ObjectKey pod, ReadOnlyMemory<byte> body) =>
        new(ObjectAddress.Of(WellKnownResources.Pods, pod), body)
        {
            // In a namespace that is going away nothing can be created, and nothing needs to be.
            Tolerates = ["NamespaceTerminating"],
            OnDone = EventSpec.Normal(about, "SuccessfulCreate", $"Created pod: {pod.Name}"),
            OnFailed = EventSpec.Warn(about, "FailedCreate", "Error creating: "),
        };

    public static DeleteStep Delete(ObjectReference about, PodView pod) =>
        new(ObjectAddress.Of(WellKnownResources.Pods, pod.Object.Key), new DeleteOptions { Uid = pod.Object.Head.Uid })
        {
            Tolerates = [StatusReason.NotFound],
            OnDone = EventSpec.Normal(about, "SuccessfulDelete", $"Deleted pod: {pod.Object.Key.Name}"),
            OnFailed = EventSpec.Warn(about, "FailedDelete", "Error deleting: "),
        };
}
