using ActorKube.Api.Times;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Times;

namespace ActorKube.Controllers.Workloads;

/// <summary>Waiting for pods that are ready to have been so for long enough.</summary>
internal static class Availability
{
    /// <summary>How long it takes until the next of the pods becomes available; null when none is on its way.</summary>
    public static TimeSpan? NextAvailable(this IEnumerable<PodView> pods, int minReadySeconds, Present now) =>
        minReadySeconds == 0
            ? null
            : pods.Where(p => p.Ready && p.ReadyChanged is not null && !p.IsAvailable(minReadySeconds, now))
                .Select(p => (TimeSpan?)(KubeTime.Span(minReadySeconds) - now.Since(p.ReadyChanged!.Value)))
                .Min();
}
