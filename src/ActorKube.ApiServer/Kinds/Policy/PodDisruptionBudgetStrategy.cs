using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Selectors;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Kinds.Workloads;
using ActorKube.ApiServer.Tables;
using static ActorKube.ApiServer.Kinds.KindTable;

namespace ActorKube.ApiServer.Kinds.Policy;

/// <summary>PodDisruptionBudget: how many pods may be evicted at a time (upstream: <c>pkg/apis/policy/validation</c>).</summary>
internal sealed class PodDisruptionBudgetStrategy() : KindStrategy(Namespaced("policy/v1", "PodDisruptionBudget", "poddisruptionbudgets", "pdb").WithStatus().Counted())
{
    private static readonly string[] Policies = ["AlwaysAllow", "IfHealthyBudget"];

    /// <inheritdoc/>
    public override bool AllowsUnconditionalUpdate => false;

    /// <inheritdoc/>
    public override IReadOnlyList<TableColumn> Columns => PolicyColumns.Budgets;

    /// <inheritdoc/>
    public override void Validate(JsonObject obj, FieldErrors errors)
    {
        if (obj.Object("spec") is not { } spec)
            return;
        if (spec["minAvailable"] is not null && spec["maxUnavailable"] is not null)
            errors.Invalid(FieldPath.Spec, spec, "minAvailable and maxUnavailable cannot be both set");
        foreach (var field in (ReadOnlySpan<string>)["minAvailable", "maxUnavailable"])
        {
            RollingNumbers.CheckOne(spec, field, FieldPath.Spec, errors);
            RollingNumbers.AtMostAll(spec, field, FieldPath.Spec, errors);
        }
        LabelSelectorJson.Validate(spec.Object("selector"), FieldPath.Spec.Child("selector"), errors);
        FieldRules.OneOf(spec, "unhealthyPodEvictionPolicy", Policies, FieldPath.Spec, errors);
    }

    /// <inheritdoc/>
    public override void ValidateStatusUpdate(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        ConditionRules.Check(obj.Object("status"), errors);
        foreach (var field in (ReadOnlySpan<string>)["disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods"])
            FieldRules.NotNegative(obj.Object("status"), field, FieldPath.Status, errors);
    }
}
