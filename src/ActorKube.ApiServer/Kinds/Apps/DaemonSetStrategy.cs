using System.Globalization;
using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Users;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Kinds.Workloads;
using ActorKube.ApiServer.Tables;
using static ActorKube.ApiServer.Kinds.KindTable;

namespace ActorKube.ApiServer.Kinds.Apps;

/// <summary>DaemonSet: one pod per node (upstream: <c>ValidateDaemonSet</c>).</summary>
internal sealed class DaemonSetStrategy() : WorkloadStrategy(Namespaced("apps/v1", "DaemonSet", "daemonsets", "ds").WithStatus().In(All).Counted())
{
    private const string TemplateGeneration = "deprecated.daemonset.template.generation";

    /// <inheritdoc/>
    public override IReadOnlyList<TableColumn> Columns { get; } =
    [
        TableColumn.ObjectName,
        TableColumn.Number("Desired", "Nodes that should run the pod.", static o => o.At("status", "desiredNumberScheduled").AsNumber()),
        TableColumn.Number("Current", "Nodes that run the pod and should.", static o => o.At("status", "currentNumberScheduled").AsNumber()),
        TableColumn.Number("Ready", "Nodes where the pod is ready.", static o => o.At("status", "numberReady").AsNumber()),
        TableColumn.Number("Up-to-date", "Nodes with the present template.", static o => o.At("status", "updatedNumberScheduled").AsNumber()),
        TableColumn.Number("Available", "Nodes where the pod has been ready long enough.", static o => o.At("status", "numberAvailable").AsNumber()),
        TableColumn.Text("Node Selector", "Which nodes.", static o => CellText.Labels(o.At("spec", "template", "spec", "nodeSelector"))),
        TableColumn.Age,
        .. CellText.Template("spec", "template"),
        TableColumn.Text("Selector", "Which pods belong to it.", static o => CellText.Selector(o.At("spec", "selector")), 1),
    ];

    /// <inheritdoc/>
    protected override IReadOnlyList<string> SpecNumbers => [];

    /// <inheritdoc/>
    protected override IReadOnlyList<string> StatusNumbers { get; } =
        ["currentNumberScheduled", "numberMisscheduled", "desiredNumberScheduled", "numberReady", "observedGeneration", "updatedNumberScheduled", "numberAvailable", "numberUnavailable"];

    /// <summary>The generation of the template starts at 1; clients see it as an annotation that is kept for the sake of old ones.</summary>
    public override void PrepareForCreate(JsonObject obj, UserInfo user)
    {
        base.PrepareForCreate(obj, user);
        SetGeneration(obj, 1);
    }

    /// <inheritdoc/>
    public override void PrepareForUpdate(JsonObject obj, JsonObject old)
    {
        base.PrepareForUpdate(obj, old);
        var before = long.TryParse(old.Object("metadata").Object("annotations").Text(TemplateGeneration), NumberStyles.None, CultureInfo.InvariantCulture, out var known) ? known : 0;
        SetGeneration(obj, ObjectParts.SamePart(obj, old, "spec", "template") ? before : before + 1);
    }

    /// <inheritdoc/>
    protected override void DefaultSpec(JsonObject spec, JsonObject obj)
    {
        if (spec.Object("updateStrategy") is not { } strategy || strategy.Text("type") != "RollingUpdate")
            return;
        var rolling = strategy.ObjectOrNew("rollingUpdate");
        if (rolling["maxUnavailable"] is null)
            rolling["maxUnavailable"] = 1;
        if (rolling["maxSurge"] is null)
            rolling["maxSurge"] = 0;
    }

    /// <inheritdoc/>
    protected override void ValidateSpec(JsonObject spec, FieldErrors errors)
    {
        WorkloadRules.Check(spec, "daemonset", "DaemonSet", errors);
        FieldRules.NotNegative(spec, "minReadySeconds", FieldPath.Spec, errors);
        var path = FieldPath.Spec.Child("updateStrategy");
        if (spec.Object("updateStrategy") is { } strategy && strategy.Text("type") != "OnDelete")
            if (strategy.Text("type") == "RollingUpdate")
                CheckRolling(strategy.Object("rollingUpdate"), path.Child("rollingUpdate"), errors);
            else
                errors.NotSupported(path, strategy, "RollingUpdate", "OnDelete");
        FieldRules.NotNegative(spec, "revisionHistoryLimit", FieldPath.Spec, errors);
    }

    /// <inheritdoc/>
    public override void ValidateStatusUpdate(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        base.ValidateStatusUpdate(obj, old, errors);
        WorkloadRules.CollisionsGrow(obj, old, errors);
    }

    private static void SetGeneration(JsonObject obj, long generation)
    {
        if (generation > 0)
            obj.ObjectOrNew("metadata").ObjectOrNew("annotations")[TemplateGeneration] = generation.ToString(CultureInfo.InvariantCulture);
    }

    private static void CheckRolling(JsonObject? rolling, FieldPath path, FieldErrors errors)
    {
        if (rolling is null)
        {
            errors.Required(path);
            return;
        }
        RollingNumbers.CheckOne(rolling, "maxUnavailable", path, errors);
        RollingNumbers.CheckOne(rolling, "maxSurge", path, errors);
        var missing = RollingNumbers.Amount(rolling, "maxUnavailable");
        var extra = RollingNumbers.Amount(rolling, "maxSurge");
        RollingNumbers.AtMostAll(rolling, "maxUnavailable", path, errors);
        RollingNumbers.AtMostAll(rolling, "maxSurge", path, errors);
        if (missing > 0 && extra > 0)
            errors.Invalid(path.Child("maxSurge"), rolling["maxSurge"], "may not be set when maxUnavailable is non-zero");
        else if (missing == 0 && extra == 0)
            errors.Required(path.Child("maxUnavailable"), "cannot be 0 when maxSurge is 0");
    }
}
