using ActorKube.Api.Names;
using ActorKube.ApiServer.Http.Decisions;
using ActorKube.Controllers.Actors;
using ActorKube.Scheduler.Actors;
using Akka.Actor;

namespace ActorKube.Hosting;

/// <summary>Asks all controllers and the scheduler, wherever in the cluster they run, what they have decided about an object.</summary>
/// <param name="workspace">The workspace.</param>
/// <param name="controllers">Names of the controllers.</param>
/// <param name="region">The way to the controllers.</param>
/// <param name="scheduler">The way to the scheduler.</param>
internal sealed class DecisionReader(string workspace, IReadOnlyList<string> controllers, IActorRef region, IActorRef scheduler)
{
    private const string SchedulerName = "scheduler";

    // Those who decide answer from memory; longer than this only one takes that is just moving to another process.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private static readonly GroupResource Pods = new("", "pods");
    private static readonly DecisionQuery Future = new(Pods, new ObjectKey("", ""), DateTimeOffset.MaxValue);

    /// <summary>The controllers that do not work, and why: they are asked for the decisions of the future, of which there are none.</summary>
    public async Task<IReadOnlyList<(string Name, string Problem)>> AilingControllersAsync(CancellationToken cancel)
    {
        var problems = await Task.WhenAll(controllers.Select(name => ProblemAsync(async () => (await AskAsync(name, Future, cancel)).Waiting)));
        return [.. controllers.Zip(problems, static (name, problem) => (Name: name, Problem: problem)).Where(static c => c.Problem.Length > 0)];
    }

    /// <summary>What is wrong with the scheduler; empty for nothing.</summary>
    public Task<string> SchedulerProblemAsync(CancellationToken cancel) => ProblemAsync(async () =>
    {
        await AskSchedulerAsync(Future, cancel);
        return "";
    });

    /// <summary>The decisions about an object, oldest first.</summary>
    public async Task<DecisionList> ReadAsync(DecisionQuery query, CancellationToken cancel)
    {
        var asked = controllers.Select(name => (Name: name, Answer: OfControllerAsync(name, query, cancel))).ToList();
        if (query.Resource == Pods)
            asked.Add((SchedulerName, OfSchedulerAsync(query, cancel)));
        var answers = new List<DecisionEntry>();
        var silent = new List<string>();
        foreach (var (name, answer) in asked)
            try
            {
                answers.AddRange(await answer);
            }
            catch (AskTimeoutException)
            {
                silent.Add(name);
            }
        return new DecisionList([.. answers.OrderBy(d => d.At)], silent);
    }

    private async Task<IEnumerable<DecisionEntry>> OfControllerAsync(string name, DecisionQuery query, CancellationToken cancel)
    {
        var answer = await AskAsync(name, query, cancel);
        return answer.Decisions.Where(d => DecisionMapping.Concerns(d, name, query)).Select(d => DecisionMapping.Of(d, name));
    }

    private async Task<IEnumerable<DecisionEntry>> OfSchedulerAsync(DecisionQuery query, CancellationToken cancel)
    {
        var answer = await AskSchedulerAsync(query, cancel);
        return answer.Decisions.Select(d => DecisionMapping.Of(d, SchedulerName));
    }

    private Task<ControllerProtocol.DecisionsRead> AskAsync(string name, DecisionQuery query, CancellationToken cancel) => region.Ask<ControllerProtocol.DecisionsRead>(
        new ControllerProtocol.ReadDecisions(ControllerProtocol.IdOf(workspace, name), query.Key, query.Since), Patience, cancel);

    private Task<SchedulerProtocol.DecisionsRead> AskSchedulerAsync(DecisionQuery query, CancellationToken cancel) =>
        scheduler.Ask<SchedulerProtocol.DecisionsRead>(new SchedulerProtocol.ReadDecisions(query.Key, query.Since), Patience, cancel);

    private static async Task<string> ProblemAsync(Func<Task<string>> ask)
    {
        try
        {
            return await ask();
        }
        catch (AskTimeoutException)
        {
            return $"no answer within {Patience.TotalSeconds:0} s";
        }
    }
}
