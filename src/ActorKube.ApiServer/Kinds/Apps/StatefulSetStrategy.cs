using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Kinds.Workloads;
using ActorKube.ApiServer.Tables;
using static ActorKube.ApiServer.Kinds.KindTable;

namespace ActorKube.ApiServer.Kinds.Apps;

/// <summary>StatefulSet: pods with identity (upstream: <c>ValidateStatefulSet</c>, <c>ValidateStatefulSetUpdate</c>).</summary>
internal sealed class StatefulSetStrategy() : WorkloadStrategy(
    Namespaced("apps/v1", "StatefulSet", "statefulsets", "sts").WithStatus().WithScale().In(All).Counted())
{
    private static readonly string[] Changeable =
        ["replicas", "ordinals", "template", "updateStrategy", "revisionHistoryLimit", "persistentVolumeClaimRetentionPolicy", "minReadySeconds"];

    /// <summary>Pods and their host names are called after it.</summary>
    public override NameRule Names => ObjectNames.Label;

    /// <inheritdoc/>
    public override IReadOnlyList<TableColumn> Columns { get; } =
    [
        TableColumn.ObjectName,
        TableColumn.Text("Ready", "Pods that are ready, of those wanted.", static o => $"{o.At("status", "readyReplicas").AsNumber()}/{o.At("spec", "replicas").AsNumber()}"),
        TableColumn.Age,
        .. CellText.Template("spec", "template"),
    ];

    /// <inheritdoc/>
    protected override IReadOnlyList<string> SpecNumbers => [];

    /// <inheritdoc/>
    protected override IReadOnlyList<string> StatusNumbers { get; } =
        ["replicas", "readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas", "observedGeneration", "collisionCount"];

    /// <inheritdoc/>
    protected override IReadOnlyList<string> PartsOfReplicas { get; } = ["readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas"];

    /// <inheritdoc/>
    protected override void DefaultSpec(JsonObject spec, JsonObject obj)
    {
        if (spec.Object("updateStrategy") is { } strategy && strategy.Text("type") == "RollingUpdate")
        {
            var rolling = strategy.ObjectOrNew("rollingUpdate");
            if (rolling["partition"] is null)
                rolling["partition"] = 0;
        }
        foreach (var (_, claim) in spec.Items("volumeClaimTemplates"))
        {
            // Upstream stores the claims as whole objects.
            claim["kind"] = "PersistentVolumeClaim";
            claim["apiVersion"] = "v1";
        }
    }

    /// <inheritdoc/>
    protected override void ValidateSpec(JsonObject spec, FieldErrors errors)
    {
        if (spec.Text("podManagementPolicy") is not ("OrderedReady" or "Parallel" or "" or null) and var policy)
            errors.Invalid(FieldPath.Spec.Child("podManagementPolicy"), policy, "must be 'OrderedReady' or 'Parallel'");
        if (spec.Object("updateStrategy") is { } strategy)
            CheckStrategy(strategy, FieldPath.Spec.Child("updateStrategy"), errors);
        foreach (var field in (ReadOnlySpan<string>)["whenDeleted", "whenScaled"])
            if (spec.Object("persistentVolumeClaimRetentionPolicy").Text(field) is not ("Retain" or "Delete" or "" or null) and var kept)
                errors.NotSupported(FieldPath.Spec.Child("persistentVolumeClaimRetentionPolicy", field), kept, "Retain", "Delete");
        FieldRules.NotNegative(spec, "replicas", FieldPath.Spec, errors);
        FieldRules.NotNegative(spec, "minReadySeconds", FieldPath.Spec, errors);
        FieldRules.NotNegative(spec.Object("ordinals"), "start", FieldPath.Spec.Child("ordinals"), errors);
        WorkloadRules.Check(ClaimedVolumes.In(spec), "statefulset", "StatefulSet", errors);
    }

    /// <summary>Adds that a limit below zero keeps all of the history.</summary>
    public override void Warnings(JsonObject obj, JsonObject? old, WarningList warnings)
    {
        base.Warnings(obj, old, warnings);
        if (obj.Object("spec").Int64("revisionHistoryLimit") < 0)
            warnings.Add("spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended");
    }

    // That pods may be made anew all at once is in the schema, but switched off upstream.
    private static void CheckStrategy(JsonObject strategy, FieldPath path, FieldErrors errors)
    {
        var rolling = strategy.Object("rollingUpdate");
        switch (strategy.Text("type"))
        {
            case "OnDelete" when rolling is not null:
                errors.Invalid(path.Child("rollingUpdate"), rolling, "only allowed for updateStrategy 'RollingUpdate'");
                break;
            case "RollingUpdate" when rolling is not null:
                CheckRolling(rolling, path.Child("rollingUpdate"), errors);
                break;
            case "OnDelete" or "RollingUpdate":
                break;
            default:
                errors.Invalid(path, strategy, "must be 'RollingUpdate' or 'OnDelete'");
                break;
        }
    }

    private static void CheckRolling(JsonObject rolling, FieldPath path, FieldErrors errors)
    {
        FieldRules.NotNegative(rolling, "partition", path, errors);
        RollingNumbers.CheckOne(rolling, "maxUnavailable", path, errors);
        if (rolling["maxUnavailable"] is { } missing && RollingNumbers.Amount(rolling, "maxUnavailable") == 0)
            errors.Invalid(path.Child("maxUnavailable"), missing, "cannot be 0");
        RollingNumbers.AtMostAll(rolling, "maxUnavailable", path, errors);
    }

    /// <inheritdoc/>
    public override void ValidateUpdate(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        Validate(obj, errors);
        if (!ObjectParts.SameBut(Changeable, obj.Object("spec") ?? [], old.Object("spec") ?? []))
            errors.Forbidden(FieldPath.Spec,
                "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden");
    }

    /// <inheritdoc/>
    public override void ValidateStatusUpdate(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        base.ValidateStatusUpdate(obj, old, errors);
        WorkloadRules.NotAbove(obj, "availableReplicas", "readyReplicas", errors);
        WorkloadRules.CollisionsGrow(obj, old, errors);
    }
}
