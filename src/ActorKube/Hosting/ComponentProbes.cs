using ActorKube.ApiServer.Components;

namespace ActorKube.Hosting;

/// <summary>Whether scheduler and controllers, wherever in the cluster they run, are there: who answers <see cref="DecisionReader.SilentAsync"/> works.</summary>
internal static class ComponentProbes
{
    /// <summary>The probes, under upstream's names.</summary>
    /// <param name="decisions">Asks them; null while scheduler and controllers are started.</param>
    public static IReadOnlyList<ComponentProbe> Of(Func<DecisionReader?> decisions) =>
    [
        new("controller-manager", cancel => CheckAsync(decisions(), static name => name != DecisionReader.SchedulerName, static silent => $" from {string.Join(", ", silent)}", cancel)),
        new("scheduler", cancel => CheckAsync(decisions(), static name => name == DecisionReader.SchedulerName, static _ => "", cancel)),
    ];

    private static async Task<ComponentHealth> CheckAsync(DecisionReader? decisions, Func<string, bool> isMeant, Func<string[], string> who, CancellationToken cancel)
    {
        if (decisions is null)
            return ComponentHealth.Unhealthy("still starting");
        string[] silent = [.. (await decisions.SilentAsync(cancel)).Where(isMeant)];
        return silent.Length == 0 ? ComponentHealth.Ok : ComponentHealth.Unhealthy($"no answer within {DecisionReader.Patience.TotalSeconds:0} s{who(silent)}");
    }
}
