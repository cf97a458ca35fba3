using ActorKube.ApiServer.Components;

namespace ActorKube.Hosting;

/// <summary>Whether scheduler and controllers, wherever in the cluster they run, work: who answers does, unless it says that it does not (ADR 0155, 0192).</summary>
internal static class ComponentProbes
{
    // Where nobody can begin, everybody says why.
    private const int ProblemsTold = 3;

    /// <summary>The probes, under upstream's names.</summary>
    /// <param name="decisions">Asks them; null while scheduler and controllers are started.</param>
    public static IReadOnlyList<ComponentProbe> Of(Func<DecisionReader?> decisions) =>
    [
        new("controller-manager", cancel => CheckAsync(decisions(), async reader => Summary(await reader.AilingControllersAsync(cancel)))),
        new("scheduler", cancel => CheckAsync(decisions(), reader => reader.SchedulerProblemAsync(cancel))),
    ];

    /// <summary>What is wrong with controllers, in one line; empty for nothing.</summary>
    public static string Summary(IEnumerable<(string Name, string Problem)> ailing)
    {
        var problems = ailing.GroupBy(static a => a.Problem, static a => a.Name).Select(static p => $"{string.Join(", ", p)}: {p.Key}").ToArray();
        var told = string.Join("; ", problems.Take(ProblemsTold));
        return problems.Length > ProblemsTold ? $"{told}; and {problems.Length - ProblemsTold} problems more" : told;
    }

    private static async Task<ComponentHealth> CheckAsync(DecisionReader? decisions, Func<DecisionReader, Task<string>> problem)
    {
        if (decisions is null)
            return ComponentHealth.Unhealthy("still starting");
        return await problem(decisions) is { Length: > 0 } told ? ComponentHealth.Unhealthy(told) : ComponentHealth.Ok;
    }
}
