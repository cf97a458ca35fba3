using System.Text.Json;
using ActorKube.ApiServer.Tables;

namespace ActorKube.ApiServer.Kinds.Batch;

/// <summary>The table of jobs (upstream: <c>printJob</c>).</summary>
internal static class JobColumns
{
    // The first of these conditions that holds says what the job is doing; a deletion under way comes between what has ended and what has not.
    private static readonly string[] Ended = ["Complete", "Failed"];
    private static readonly string[] UnderWay = ["Suspended", "FailureTarget", "SuccessCriteriaMet"];

    /// <summary>All columns.</summary>
    public static IReadOnlyList<TableColumn> All { get; } =
    [
        TableColumn.ObjectName,
        TableColumn.Text("Status", "What the job is doing.", static o => Status(o)),
        TableColumn.Text("Completions", "Pods that have succeeded, of those wanted.", static o => Completions(o)),
        new("Duration", "string", Duration) { Description = "How long the job has taken." },
        TableColumn.Age,
        .. CellText.Template("spec", "template"),
        TableColumn.Text("Selector", "Which pods belong to it.", static o => CellText.Selector(o.At("spec", "selector")), 1),
    ];

    private static string Status(JsonElement job)
    {
        var holds = job.At("status", "conditions").Items().Where(static c => c.At("status").AsText() == "True").Select(static c => c.At("type").AsText()).ToHashSet();
        return Ended.FirstOrDefault(holds.Contains)
            ?? (job.At("metadata", "deletionTimestamp").ValueKind == JsonValueKind.String ? "Terminating" : UnderWay.FirstOrDefault(holds.Contains))
            ?? "Running";
    }

    private static string Completions(JsonElement job)
    {
        var succeeded = job.At("status", "succeeded").AsNumber();
        if (job.At("spec", "completions").ValueKind == JsonValueKind.Number)
            return $"{succeeded}/{job.At("spec", "completions").AsNumber()}";
        var parallelism = job.At("spec", "parallelism").AsNumber();
        return parallelism > 1 ? $"{succeeded}/1 of {parallelism}" : $"{succeeded}/1";
    }

    private static TableCell Duration(JsonElement job, DateTimeOffset now)
    {
        if (job.At("status", "startTime") is not { ValueKind: JsonValueKind.String } start || !start.TryGetDateTimeOffset(out var started))
            return "";
        return HumanDuration.Format((job.At("status", "completionTime") is { ValueKind: JsonValueKind.String } end && end.TryGetDateTimeOffset(out var ended) ? ended : now) - started);
    }
}
