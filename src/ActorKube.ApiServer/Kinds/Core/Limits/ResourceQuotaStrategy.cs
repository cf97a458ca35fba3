using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Quotas;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Kinds.Core.Pods;
using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Tables;
using static ActorKube.ApiServer.Kinds.KindTable;

namespace ActorKube.ApiServer.Kinds.Core.Limits;

/// <summary>ResourceQuota: what a namespace may use (upstream: <c>pkg/registry/core/resourcequota</c>).</summary>
internal sealed class ResourceQuotaStrategy() : KindStrategy(Namespaced("v1", "ResourceQuota", "resourcequotas", "quota").WithStatus())
{
    /// <inheritdoc/>
    public override bool ReturnsDeletedObject => true;

    /// <inheritdoc/>
    public override IReadOnlyList<TableColumn> Columns => QuotaColumns.All;

    /// <inheritdoc/>
    public override void Default(JsonObject obj)
    {
        ResourceRounding.ApplyTo(obj.Object("spec").Object("hard"));
        ResourceRounding.ApplyTo(obj.Object("status").Object("hard"));
        ResourceRounding.ApplyTo(obj.Object("status").Object("used"));
    }

    /// <inheritdoc/>
    public override void Validate(JsonObject obj, FieldErrors errors)
    {
        var spec = obj.Object("spec");
        QuotaRules.CheckAmounts(spec.Object("hard"), FieldPath.Spec.Child("hard"), errors);
        QuotaRules.CheckScopes(spec, errors);
        QuotaRules.CheckSelector(spec, errors);
    }

    /// <inheritdoc/>
    public override void Warnings(JsonObject obj, JsonObject? old, WarningList warnings)
    {
        if (old is null)
            QuotaRules.Warn(Amounts.Read(obj.Object("spec").Object("hard")), warnings);
    }

    /// <inheritdoc/>
    public override void ValidateUpdate(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        Validate(obj, errors);
        var (spec, before) = (obj.Object("spec"), old.Object("spec"));
        if (!spec.Texts("scopes").ToHashSet().SetEquals(before.Texts("scopes")))
            errors.Invalid(FieldPath.Spec.Child("scopes"), spec?["scopes"], FieldRules.IsImmutable);
    }

    /// <inheritdoc/>
    public override void ValidateStatusUpdate(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        foreach (var list in (ReadOnlySpan<string>)["hard", "used"])
            QuotaRules.CheckAmounts(obj.Object("status").Object(list), FieldPath.Status.Child(list), errors);
    }
}
