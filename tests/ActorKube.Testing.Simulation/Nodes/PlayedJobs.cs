using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Reconciling;
using ActorKube.NodeAgent.Runtimes.Simulated;

namespace ActorKube.Testing.Simulation.Nodes;

/// <summary>Ends each job that long after its creation, and with that success, as the script of its first container says: what those who only follow jobs see of the job controller.</summary>
internal sealed class PlayedJobs : IReconciler
{
    public string Name => "played-jobs";

    public bool DecidesByCachesAlone => true;

    public IReadOnlyList<WatchSpec> WatchesOf(IReadOnlyList<ServedResource> served) => [WatchSpec.Itself(WellKnownResources.Jobs)];

    public Plan Reconcile(ReconcileContext context)
    {
        if (context.Find(WellKnownResources.Jobs) is not { } cached || cached.Head.Deleted is not null || cached.Object.Field("status.completionTime").Length > 0)
            return Plan.Nothing;
        var job = cached.Object.Tree();
        if (job.Items("status", "conditions").Any(c => c.Text("type") == "Failed") || Script(job) is not { RunFor: { } time } script)
            return Plan.Nothing;
        var started = cached.Head.Created!.Value + script.StartDelay;
        if (started + time is var due && due > context.Now)
            return new PlanBuilder().Again(due - context.Now).Build();
        return new PlanBuilder().Settle().Do(new PatchStep(
            ObjectAddress.Of(WellKnownResources.Jobs, cached.Key) with { Subresource = "status" },
            PatchType.Merge,
            new JsonObject { ["metadata"] = new JsonObject { ["uid"] = cached.Head.Uid }, ["status"] = Ended(started, due, script.ExitCode == 0) }.Encode())
        {
            Tolerates = [Api.Errors.StatusReason.NotFound],
        }).Build();
    }

    private static SimulationScript? Script(JsonObject job)
    {
        var template = job.At("spec", "template");
        var annotations = template.Strings("metadata", "annotations").ToImmutableDictionary();
        return template.Items("spec", "containers").Select(c => ContainerScript.Of(c, annotations)).FirstOrDefault();
    }

    private static JsonObject Ended(DateTimeOffset started, DateTimeOffset ended, bool succeeded)
    {
        var time = JsonWriting.Time(ended);
        JsonObject Condition(string type, string reason, string message) => new()
        {
            ["type"] = type,
            ["status"] = "True",
            ["lastProbeTime"] = time,
            ["lastTransitionTime"] = time,
            ["reason"] = reason,
            ["message"] = message,
        };
        var status = new JsonObject { ["startTime"] = JsonWriting.Time(started), ["ready"] = 0, ["terminating"] = 0, ["uncountedTerminatedPods"] = new JsonObject() };
        if (succeeded)
        {
            const string Message = "Reached expected number of succeeded pods";
            (status["succeeded"], status["completionTime"]) = (1, time);
            status["conditions"] = new JsonArray(Condition("SuccessCriteriaMet", "CompletionsReached", Message), Condition("Complete", "CompletionsReached", Message));
        }
        else
        {
            const string Message = "Job has reached the specified backoff limit";
            status["failed"] = 1;
            status["conditions"] = new JsonArray(Condition("FailureTarget", "BackoffLimitExceeded", Message), Condition("Failed", "BackoffLimitExceeded", Message));
        }
        return status;
    }
}
