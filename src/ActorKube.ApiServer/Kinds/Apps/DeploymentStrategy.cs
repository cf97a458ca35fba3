using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Kinds.Workloads;
using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Tables;
using static ActorKube.ApiServer.Kinds.KindTable;

namespace ActorKube.ApiServer.Kinds.Apps;

/// <summary>Deployment: replica sets that follow a template (upstream: <c>ValidateDeployment</c>, <c>SetDefaults_Deployment</c>).</summary>
internal sealed class DeploymentStrategy() : WorkloadStrategy(
    Namespaced("apps/v1", "Deployment", "deployments", "deploy").WithStatus().WithScale().In(All).Counted())
{
    /// <inheritdoc/>
    public override IReadOnlyList<TableColumn> Columns { get; } =
    [
        TableColumn.ObjectName,
        TableColumn.Text("Ready", "Pods that are ready, of those wanted.", static o => $"{o.At("status", "readyReplicas").AsNumber()}/{o.At("spec", "replicas").AsNumber()}"),
        TableColumn.Text("Up-to-date", "Pods of the present template.", static o => o.At("status", "updatedReplicas").AsNumber()),
        TableColumn.Text("Available", "Pods that have been ready long enough.", static o => o.At("status", "availableReplicas").AsNumber()),
        TableColumn.Age,
        .. CellText.Template("spec", "template"),
        TableColumn.Text("Selector", "Which pods belong to it.", static o => CellText.Selector(o.At("spec", "selector")), 1),
    ];

    /// <inheritdoc/>
    protected override IReadOnlyList<string> SpecNumbers { get; } = ["replicas"];

    /// <inheritdoc/>
    protected override IReadOnlyList<string> StatusNumbers { get; } =
        ["observedGeneration", "replicas", "updatedReplicas", "readyReplicas", "availableReplicas", "unavailableReplicas", "collisionCount"];

    /// <inheritdoc/>
    protected override IReadOnlyList<string> PartsOfReplicas { get; } = ["updatedReplicas", "readyReplicas", "availableReplicas"];

    /// <summary>Annotations count as a change: controllers read rollout hints from them (upstream: deployment strategy, PrepareForUpdate).</summary>
    public override bool IsNewGeneration(JsonObject obj, JsonObject old) =>
        base.IsNewGeneration(obj, old) || !ObjectParts.SamePart(obj, old, "metadata", "annotations");

    /// <inheritdoc/>
    protected override void DefaultSpec(JsonObject spec, JsonObject obj)
    {
        if (spec.Object("strategy") is not { } strategy || strategy.Text("type") != "RollingUpdate")
            return;
        var rolling = strategy.ObjectOrNew("rollingUpdate");
        foreach (var field in (ReadOnlySpan<string>)["maxUnavailable", "maxSurge"])
            if (rolling[field] is null)
                rolling[field] = "25%";
    }

    /// <inheritdoc/>
    protected override void ValidateSpec(JsonObject spec, FieldErrors errors)
    {
        WorkloadRules.Check(spec, "deployment", "ReplicaSet", errors);
        if (spec.Object("strategy") is { } strategy)
            CheckStrategy(strategy, FieldPath.Spec.Child("strategy"), errors);
        // Upstream looks at these after template and strategy.
        foreach (var field in (ReadOnlySpan<string>)["minReadySeconds", "revisionHistoryLimit", "progressDeadlineSeconds"])
            FieldRules.NotNegative(spec, field, FieldPath.Spec, errors);
        if (spec.Int64("progressDeadlineSeconds") is { } deadline && deadline <= (spec.Int64("minReadySeconds") ?? 0))
            errors.Invalid(FieldPath.Spec.Child("progressDeadlineSeconds"), deadline, "must be greater than minReadySeconds");
    }

    /// <summary>Its labels stay, too (upstream: <c>deploymentStatusStrategy</c>).</summary>
    public override void PrepareForStatusUpdate(JsonObject obj, JsonObject old)
    {
        base.PrepareForStatusUpdate(obj, old);
        ObjectParts.Keep("labels", obj.ObjectOrNew("metadata"), old.Object("metadata") ?? []);
    }

    /// <inheritdoc/>
    public override void ValidateStatusUpdate(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        base.ValidateStatusUpdate(obj, old, errors);
        WorkloadRules.NotAbove(obj, "availableReplicas", "readyReplicas", errors);
        WorkloadRules.CollisionsGrow(obj, old, errors);
    }

    /// <inheritdoc/>
    public override void Warnings(JsonObject obj, JsonObject? old, WarningList warnings) => WorkloadWarnings.AddWithName(obj, old, warnings);

    private static void CheckStrategy(JsonObject strategy, FieldPath path, FieldErrors errors)
    {
        var rolling = strategy.Object("rollingUpdate");
        switch (strategy.Text("type"))
        {
            case "Recreate":
                if (rolling is not null)
                    errors.Forbidden(path.Child("rollingUpdate"), "may not be specified when strategy `type` is 'Recreate'");
                break;
            case "RollingUpdate":
                if (rolling is null)
                    errors.Required(path.Child("rollingUpdate"), "this should be defaulted and never be nil");
                else
                    RollingNumbers.Check(rolling, path.Child("rollingUpdate"), errors);
                break;
            default:
                errors.NotSupported(path, strategy, "Recreate", "RollingUpdate");
                break;
        }
    }
}
