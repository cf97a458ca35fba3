using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ActorKube.Api.Objects;
using ActorKube.Api.Selectors;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;

namespace ActorKube.Controllers.Workloads.Jobs;

/// <summary>What controllers need of a Job. Whoever makes pods parses the template then.</summary>
internal sealed class JobView : IObjectView<JobView>
{
    private LabelSelector? _selector;

    public required StoredObject Object { get; init; }

    public required int Parallelism { get; init; }

    /// <summary>Null for a work queue: done when one pod has succeeded and none is left.</summary>
    public required int? Completions { get; init; }

    public required string CompletionMode { get; init; }

    public required int BackoffLimit { get; init; }

    public required int? BackoffLimitPerIndex { get; init; }

    public required int? MaxFailedIndexes { get; init; }

    public required long? ActiveDeadlineSeconds { get; init; }

    public required long? TtlSecondsAfterFinished { get; init; }

    public required bool Suspended { get; init; }

    public required bool RestartsOnFailure { get; init; }

    /// <summary>A pod is replaced only when it has failed for good, not when it begins to terminate.</summary>
    public required bool ReplacesFailedOnly { get; init; }

    public required string ManagedBy { get; init; }

    // Cron jobs and the history of finished jobs never ask for it.
    public LabelSelector Selector => _selector ??= LabelSelectorJson.ReadStored(Object.Tree().At("spec", "selector") as JsonObject);

    /// <summary>Its selector does not match its own template.</summary>
    public bool IsContradictory => Contradiction.Is(Selector, Object.Tree().At("spec", "template"));

    public required ImmutableArray<FailureRule> FailurePolicy { get; init; }

    public required ImmutableArray<SuccessRule> SuccessPolicy { get; init; }

    /// <summary>The time that a cron job made it for; null when none did.</summary>
    public required DateTimeOffset? ScheduledAt { get; init; }

    public required JobStatus Status { get; init; }

    public bool HasKnownMode => CompletionMode is "Indexed" or "NonIndexed";

    public bool IsIndexed => CompletionMode == "Indexed";

    public bool IsOurs => ManagedBy.Length == 0 || ManagedBy == JobNames.Manager;

    public static JobView Project(StoredObject item)
    {
        var json = item.Tree();
        var spec = json["spec"];
        var policy = spec.At("podFailurePolicy");
        return new JobView
        {
            Object = item,
            Parallelism = spec.Count("parallelism") ?? 1,
            Completions = spec.Count("completions"),
            CompletionMode = spec.Text("completionMode") is { Length: > 0 } mode ? mode : "NonIndexed",
            BackoffLimit = spec.Int("backoffLimit") ?? 6,
            BackoffLimitPerIndex = spec.Int("backoffLimitPerIndex"),
            MaxFailedIndexes = spec.Int("maxFailedIndexes"),
            ActiveDeadlineSeconds = spec.Number("activeDeadlineSeconds"),
            TtlSecondsAfterFinished = spec.Number("ttlSecondsAfterFinished"),
            Suspended = spec.Flag("suspend"),
            RestartsOnFailure = spec.Text("template", "spec", "restartPolicy") == "OnFailure",
            ReplacesFailedOnly = spec.Text("podReplacementPolicy") is { Length: > 0 } replacement ? replacement == "Failed" : policy is not null,
            ManagedBy = spec.Text("managedBy"),
            FailurePolicy = [.. policy.Items("rules").Select(FailureRule.Read)],
            SuccessPolicy = [.. spec.Items("successPolicy", "rules").Select(SuccessRule.Read)],
            ScheduledAt = json.Time("metadata", "annotations", JobNames.ScheduledAt),
            Status = JobStatus.Read(json["status"]),
        };
    }
}

/// <summary>One rule of <c>spec.successPolicy</c>.</summary>
/// <param name="Indexes">Indexes that count; null for all.</param>
/// <param name="Count">How many of them have to succeed; null for all.</param>
internal sealed record SuccessRule(string? Indexes, int? Count)
{
    public static SuccessRule Read(JsonNode rule) => new(rule.At("succeededIndexes") is null ? null : rule.Text("succeededIndexes"), rule.Int("succeededCount"));

    public bool IsMet(IndexSet succeeded, int completions)
    {
        if (Indexes is null)
            return succeeded.Count >= Count;
        var counting = IndexSet.Parse(Indexes, completions);
        return counting.Common(succeeded) >= (Count ?? counting.Count);
    }
}
