using System.Text.Json.Nodes;
using ActorKube.Api.Json;

namespace ActorKube.ApiServer.Kinds.Batch;

/// <summary>The status of a job before an update and after it.</summary>
internal sealed class JobStatusChange(JsonObject job, JsonObject old)
{
    public JsonObject? Spec { get; } = job.Object("spec");

    public JsonObject? Now { get; } = job.Object("status");

    public JsonObject? Before { get; } = old.Object("status");

    /// <summary>Whether its pods have numbers.</summary>
    public bool IsIndexed => Spec.Text("completionMode") == "Indexed";

    /// <summary>Whether the job has come to an end.</summary>
    public bool IsFinished => Is("Complete") || Is("Failed");

    /// <summary>Whether that is new.</summary>
    public bool Ends => IsFinished != (Was("Complete") || Was("Failed"));

    /// <summary>Whether a condition holds.</summary>
    public bool Is(string condition) => Holds(Now, condition);

    /// <summary>Whether a condition held.</summary>
    public bool Was(string condition) => Holds(Before, condition);

    /// <summary>Whether one of some conditions begins or ends to hold.</summary>
    public bool Turns(params ReadOnlySpan<string> conditions)
    {
        foreach (var condition in conditions)
            if (Is(condition) != Was(condition))
                return true;
        return false;
    }

    /// <summary>Whether a field changes; numbers and texts that are left out are 0 and empty, except the failed indexes, which are counted or not.</summary>
    public bool Changes(string field) => field switch
    {
        "active" or "ready" or "terminating" => Number(field) != NumberBefore(field),
        "completedIndexes" => (Now.Text(field) ?? "") != (Before.Text(field) ?? ""),
        _ => !JsonEquality.Same(Now?[field], Before?[field]),
    };

    /// <summary>A number of the status; 0 when it is left out.</summary>
    public long Number(string field) => Now.Int64(field) ?? 0;

    /// <summary>The same, before.</summary>
    public long NumberBefore(string field) => Before.Int64(field) ?? 0;

    private static bool Holds(JsonObject? status, string condition) =>
        status.Items("conditions").Any(c => c.Item.Text("type") == condition && c.Item.Text("status") == "True");
}
