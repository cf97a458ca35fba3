using ActorKube.ApiServer.Http.Decisions;
using Placed = ActorKube.Scheduler.Scheduling;
using Shell = ActorKube.Controllers.Shell;

namespace ActorKube.Hosting;

/// <summary>Decisions of controllers and scheduler in the form in which the API gives them.</summary>
internal static class DecisionMapping
{
    /// <summary>
    /// Whether a decision is about the object that is asked for. Controllers know their objects by key only, so objects of different resources with the same name are told apart here: by
    /// what made the controller look, by what it wrote, and, for the key it decided about, by the controller's name, which begins with the singular of its resource.
    /// </summary>
    public static bool Concerns(Shell.Decision decision, string controller, DecisionQuery query)
    {
        var resource = query.Resource.ToString();
        return (decision.Cause.Object == query.Key && decision.Cause.Resource == resource)
            || decision.Writes.Any(w => w.Object == query.Key && WithoutSubresource(w.Resource) == resource)
            || (decision.Key == query.Key && controller.StartsWith($"{query.Resource.Plural.TrimEnd('s')}-", StringComparison.Ordinal));
    }

    /// <summary>A controller's decision.</summary>
    public static DecisionEntry Of(Shell.Decision decision, string controller) => new(decision.At, controller, decision.Reasons)
    {
        Cause = decision.Cause.Resource.Length == 0 ? null : new DecisionObject(decision.Cause.Resource, decision.Cause.Object.ToString(), decision.Cause.Revision),
        Writes = [.. decision.Writes.Select(w => new DecisionWriteEntry(w.Verb, new DecisionObject(w.Resource, w.Object.ToString(), w.Revision), w.Error))],
        WriteCount = decision.WriteCount,
    };

    /// <summary>The scheduler's decision.</summary>
    public static DecisionEntry Of(Placed.Decision decision, string scheduler) => new(decision.At, scheduler, decision.Message.Length > 0 ? [decision.Message] : [])
    {
        Placement = new DecisionPlacement(decision.Outcome.ToString(), decision.Nodes, decision.Feasible, decision.Evaluated)
        {
            Winner = Of(decision.Winner),
            RunnerUp = Of(decision.RunnerUp),
            RuledOut = decision.RuledOut.GroupBy(r => $"{r.Plugin}: {r.Reason}").ToDictionary(r => r.Key, r => r.Sum(one => one.Nodes)),
        },
    };

    private static DecisionRank? Of(Placed.RankedNode? node) => node is null ? null : new(node.Node, node.Total, node.Scores.ToDictionary(s => s.Plugin, s => s.Score));

    private static string WithoutSubresource(string resource) => resource.IndexOf('/', StringComparison.Ordinal) is >= 0 and var slash ? resource[..slash] : resource;
}
