namespace ActorKube.Controllers.Workloads.Deployments;

/// <summary>How far a rolling update may stray from the number of replicas.</summary>
/// <param name="MaxSurge">Pods above it.</param>
/// <param name="MaxUnavailable">Pods below it, counting those that are available.</param>
internal readonly record struct RollingBounds(int MaxSurge, int MaxUnavailable)
{
    /// <summary>Not a rolling update.</summary>
    public static readonly RollingBounds None = new(0, 0);

    /// <summary>
    /// Surge rounds up, unavailability down: 25 % of 10 are 3 and 2. If neither allows a step, one pod may be missing, or nothing would ever move. No more can be unavailable than
    /// there are.
    /// </summary>
    public static RollingBounds Resolve(IntOrPercent surge, IntOrPercent unavailable, int replicas)
    {
        var bounds = new RollingBounds(surge.Of(replicas, roundUp: true), unavailable.Of(replicas, roundUp: false));
        if (bounds is { MaxSurge: 0, MaxUnavailable: 0 })
            bounds = bounds with { MaxUnavailable = 1 };
        return bounds.MaxUnavailable > replicas ? bounds with { MaxUnavailable = replicas } : bounds;
    }
}
