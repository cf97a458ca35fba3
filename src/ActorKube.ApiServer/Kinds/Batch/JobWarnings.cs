using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.ApiServer.Kinds.Core.Pods;
using ActorKube.ApiServer.Pipeline;

namespace ActorKube.ApiServer.Kinds.Batch;

/// <summary>What is accepted in the spec of a job but may not turn out well (upstream: <c>WarningsForJobSpec</c>).</summary>
internal static class JobWarnings
{
    private const int ManyCompletions = 100_000;
    private const int ManyAtOnce = 10_000;

    /// <summary>Adds the warnings.</summary>
    public static void Add(JsonObject? spec, string prefix, WarningList warnings)
    {
        if (spec.Text("completionMode") == "Indexed" && spec.Int64("completions") > ManyCompletions && spec.Int64("parallelism") > ManyAtOnce)
            warnings.Add("In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail");
        PodWarnings.Add(spec.Object("template"), prefix + "template.", warnings);
    }
}
