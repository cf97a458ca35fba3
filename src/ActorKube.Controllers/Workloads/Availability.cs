using ActorKube.Machinery.Objects;

namespace ActorKube.Controllers.Workloads;

/// <summary>Waiting for pods that are ready to have been so for long enough.</summary>
internal static class Availability
{
    /// <summary>When the next of the pods becomes available; null when none is on its way.</summary>
    public static DateTimeOffset? NextAvailable(this IEnumerable<PodView> pods, int minReadySeconds, DateTimeOffset now) =>
        minReadySeconds == 0
            ? null
            : pods.Where(p => p.Ready && p.ReadyChanged is not null && !p.IsAvailable(minReadySeconds, now))
                .Select(p => (DateTimeOffset?)p.ReadyChanged!.Value.AddSeconds(minReadySeconds))
                .Min();
}
