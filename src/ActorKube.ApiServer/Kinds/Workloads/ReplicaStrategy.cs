using System.Text.Json;
using System.Text.Json.Nodes;
using ActorKube.Api.Objects;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Tables;

namespace ActorKube.ApiServer.Kinds.Workloads;

/// <summary>What replica sets and their ancestor, the replication controller, share.</summary>
/// <param name="facts">The kind.</param>
/// <param name="selector">How its selector is shown in tables.</param>
internal abstract class ReplicaStrategy(KindFacts facts, Func<JsonElement, TableCell> selector) : WorkloadStrategy(facts)
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> SelectableFields { get; } = ["status.replicas"];

    /// <inheritdoc/>
    public override string SelectableValue(StoredObject item, string field) => item.Field(field) is { Length: > 0 } value ? value : "0";

    /// <inheritdoc/>
    public override IReadOnlyList<TableColumn> Columns { get; } =
    [
        TableColumn.ObjectName,
        TableColumn.Number("Desired", "How many pods there should be.", static o => o.At("spec", "replicas").AsNumber()),
        TableColumn.Number("Current", "How many pods there are.", static o => o.At("status", "replicas").AsNumber()),
        TableColumn.Number("Ready", "How many of them are ready.", static o => o.At("status", "readyReplicas").AsNumber()),
        TableColumn.Age,
        .. CellText.Template("spec", "template"),
        TableColumn.Text("Selector", "Which pods belong to it.", selector, 1),
    ];

    /// <inheritdoc/>
    protected override IReadOnlyList<string> SpecNumbers { get; } = ["replicas", "minReadySeconds"];

    /// <inheritdoc/>
    protected override IReadOnlyList<string> StatusNumbers { get; } =
        ["replicas", "fullyLabeledReplicas", "readyReplicas", "availableReplicas", "observedGeneration"];

    /// <inheritdoc/>
    protected override IReadOnlyList<string> PartsOfReplicas { get; } = ["fullyLabeledReplicas", "readyReplicas", "availableReplicas"];

    /// <summary>Checks the counts of a status (upstream: <c>ValidateReplicaSetStatus</c>).</summary>
    public override void ValidateStatusUpdate(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        base.ValidateStatusUpdate(obj, old, errors);
        WorkloadRules.NotAbove(obj, "availableReplicas", "readyReplicas", errors);
    }

    /// <inheritdoc/>
    public override void Warnings(JsonObject obj, JsonObject? old, WarningList warnings) => WorkloadWarnings.AddWithName(obj, old, warnings);
}
