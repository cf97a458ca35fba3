using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Selectors;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Tables;

namespace ActorKube.ApiServer.Kinds.Rbac;

/// <summary>Role and ClusterRole: what may be done, in a namespace or anywhere (upstream: <c>ValidateRole</c>, <c>ValidateClusterRole</c>).</summary>
internal sealed class RoleStrategy(KindFacts facts) : KindStrategy(facts)
{
    /// <inheritdoc/>
    public override NameRule Names => ObjectNames.PathSegment;

    /// <inheritdoc/>
    public override bool AllowsCreateOnUpdate => true;

    /// <inheritdoc/>
    public override IReadOnlyList<TableColumn> Columns => RbacColumns.Roles;

    /// <inheritdoc/>
    public override void Validate(JsonObject obj, FieldErrors errors)
    {
        foreach (var (i, rule) in obj.Items("rules"))
            CheckRule(rule, FieldPath.Of("rules").Index(i), errors);
        if (obj.Object("aggregationRule") is { } aggregation)
            CheckAggregation(aggregation, FieldPath.Of("aggregationRule").Child("clusterRoleSelectors"), errors);
    }

    private static void CheckAggregation(JsonObject rule, FieldPath path, FieldErrors errors)
    {
        if (!Has(rule, "clusterRoleSelectors"))
            errors.Required(path, "at least one clusterRoleSelector required if aggregationRule is non-nil");
        foreach (var (i, selector) in rule.Items("clusterRoleSelectors"))
            LabelSelectorJson.Validate(selector, path.Index(i), errors);
    }

    private void CheckRule(JsonObject rule, FieldPath path, FieldErrors errors)
    {
        if (!Has(rule, "verbs"))
            errors.Required(path.Child("verbs"));
        if (Has(rule, "nonResourceURLs"))
        {
            if (Facts.Namespaced)
                errors.Invalid(path.Child("nonResourceURLs"), rule["nonResourceURLs"], "namespaced rules cannot apply to non-resource URLs");
            if (Has(rule, "apiGroups") || Has(rule, "resources") || Has(rule, "resourceNames"))
                errors.Invalid(path.Child("nonResourceURLs"), rule["nonResourceURLs"], "rules cannot apply to both regular resources and non-resource URLs");
            return;
        }
        if (!Has(rule, "apiGroups"))
            errors.Required(path.Child("apiGroups"), "resource rules must supply at least one api group");
        if (!Has(rule, "resources"))
            errors.Required(path.Child("resources"), "resource rules must supply at least one resource");
    }

    private static bool Has(JsonObject rule, string list) => rule.Array(list) is { Count: > 0 };
}
