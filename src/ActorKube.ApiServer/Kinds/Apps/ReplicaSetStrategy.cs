using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Objects;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Kinds.Core.Pods;
using ActorKube.ApiServer.Kinds.Workloads;
using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Tables;
using static ActorKube.ApiServer.Kinds.KindTable;

namespace ActorKube.ApiServer.Kinds.Apps;

/// <summary>ReplicaSet: so many pods of one template (upstream: <c>ValidateReplicaSet</c>).</summary>
internal sealed class ReplicaSetStrategy() : KindStrategy(
    Namespaced("apps/v1", "ReplicaSet", "replicasets", "rs").WithStatus().WithScale().In(All).Counted())
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> SelectableFields { get; } = ["status.replicas"];

    /// <inheritdoc/>
    public override string SelectableValue(StoredObject item, string field) => item.Field(field) is { Length: > 0 } value ? value : "0";

    /// <inheritdoc/>
    public override IReadOnlyList<TableColumn> Columns { get; } =
    [
        .. ReplicaColumns.Counts,
        .. CellText.Template("spec", "template"),
        TableColumn.Text("Selector", "Which pods belong to it.", static o => CellText.Selector(o.At("spec", "selector")), 1),
    ];

    /// <inheritdoc/>
    public override void Default(JsonObject obj) => PodDefaults.ApplyToWorkload(obj.Object("spec"));

    /// <inheritdoc/>
    public override void Validate(JsonObject obj, FieldErrors errors)
    {
        if (obj.Object("spec") is not { } spec)
            return;
        WorkloadRules.NotNegative(spec, errors, "replicas", "minReadySeconds");
        // Upstream's word for a replica set here is that of the deployments which make them.
        WorkloadRules.Check(spec, "deployment", "ReplicaSet", errors);
    }

    /// <inheritdoc/>
    public override void ValidateStatusUpdate(JsonObject obj, JsonObject old, FieldErrors errors) => ReplicaColumns.CheckStatus(obj, errors);

    /// <inheritdoc/>
    public override void Warnings(JsonObject obj, JsonObject? old, WarningList warnings) => WorkloadWarnings.AddWithName(obj, old, warnings);
}
