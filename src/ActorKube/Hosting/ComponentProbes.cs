using ActorKube.Api.Names;
using ActorKube.ApiServer.Components;
using ActorKube.Controllers.Actors;
using ActorKube.Scheduler.Actors;
using Akka.Actor;

namespace ActorKube.Hosting;

/// <summary>
/// Asks scheduler and controllers, wherever in the cluster they run, whether they are there: each is asked for the decisions of the future, of which there are none. Who answers works.
/// </summary>
/// <param name="workspace">The workspace.</param>
/// <param name="controllers">Names of the controllers.</param>
/// <param name="region">The way to the controllers.</param>
/// <param name="scheduler">The way to the scheduler.</param>
internal sealed class ComponentProbes(string workspace, IReadOnlyList<string> controllers, IActorRef region, IActorRef scheduler)
{
    private const string Starting = "still starting";
    private static readonly ObjectKey Nothing = new("", "");

    // They answer from memory; longer than this only one takes that is not there.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>The probes, under upstream's names.</summary>
    /// <param name="probes">Null while scheduler and controllers are started.</param>
    public static IReadOnlyList<ComponentProbe> Of(Func<ComponentProbes?> probes) =>
    [
        new("controller-manager", cancel => probes() is { } there ? there.ControllersAsync(cancel) : Task.FromResult(ComponentHealth.Unhealthy(Starting))),
        new("scheduler", cancel => probes() is { } there ? there.SchedulerAsync(cancel) : Task.FromResult(ComponentHealth.Unhealthy(Starting))),
    ];

    private async Task<ComponentHealth> SchedulerAsync(CancellationToken cancel) =>
        await AnswersAsync<SchedulerProtocol.DecisionsRead>(scheduler, new SchedulerProtocol.ReadDecisions(Nothing, DateTimeOffset.MaxValue), cancel)
            ? ComponentHealth.Ok
            : ComponentHealth.Unhealthy($"no answer within {Patience.TotalSeconds:0} s");

    private async Task<ComponentHealth> ControllersAsync(CancellationToken cancel)
    {
        var answers = await Task.WhenAll(controllers.Select(name => AnswersAsync<ControllerProtocol.DecisionsRead>(
            region, new ControllerProtocol.ReadDecisions(ControllerProtocol.IdOf(workspace, name), Nothing, DateTimeOffset.MaxValue), cancel)));
        string[] silent = [.. controllers.Where((_, i) => !answers[i])];
        return silent.Length == 0 ? ComponentHealth.Ok : ComponentHealth.Unhealthy($"no answer within {Patience.TotalSeconds:0} s from {string.Join(", ", silent)}");
    }

    private static async Task<bool> AnswersAsync<T>(IActorRef whom, object question, CancellationToken cancel)
    {
        try
        {
            await whom.Ask<T>(question, Patience, cancel);
            return true;
        }
        catch (AskTimeoutException)
        {
            return false;
        }
    }
}
