using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Quantities;
using ActorKube.Api.Users;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Kinds.Core.Volumes;
using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Tables;
using ActorKube.Machinery.Volumes;
using static ActorKube.ApiServer.Kinds.KindTable;

namespace ActorKube.ApiServer.Kinds.Core;

/// <summary>PersistentVolumeClaim: Pending until it is bound (upstream: <c>ValidatePersistentVolumeClaim</c> and companions).</summary>
internal sealed class PersistentVolumeClaimStrategy() : KindStrategy(Namespaced("v1", "PersistentVolumeClaim", "persistentvolumeclaims", "pvc").WithStatus())
{
    /// <inheritdoc/>
    public override bool ReturnsDeletedObject => true;

    /// <inheritdoc/>
    public override IReadOnlyList<string> SelectableFields { get; } = ["name"];

    /// <inheritdoc/>
    public override string SelectableValue(Api.Objects.StoredObject item, string field) => item.Key.Name;

    /// <inheritdoc/>
    public override IReadOnlyList<TableColumn> Columns => VolumeColumns.Claims;

    /// <inheritdoc/>
    public override void PrepareForCreate(JsonObject obj, UserInfo user)
    {
        obj["status"] = new JsonObject { ["phase"] = "Pending" };
        ClaimSpecRules.DropForeignSource(obj.ObjectOrNew("spec"), null);
        ClaimSpecRules.Align(obj.ObjectOrNew("spec"));
    }

    /// <inheritdoc/>
    public override void PrepareForUpdate(JsonObject obj, JsonObject old)
    {
        base.PrepareForUpdate(obj, old);
        ClaimSpecRules.DropForeignSource(obj.ObjectOrNew("spec"), old.Object("spec"));
        ClaimSpecRules.Align(obj.ObjectOrNew("spec"));
    }

    /// <inheritdoc/>
    public override void Validate(JsonObject obj, FieldErrors errors) => ClaimSpecRules.Check(obj.Object("spec") ?? [], FieldPath.Spec, errors);

    /// <inheritdoc/>
    public override void ValidateUpdate(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        Validate(obj, errors);
        ClaimUpdateRules.Check(obj, old, errors);
    }

    /// <inheritdoc/>
    public override void ValidateStatusUpdate(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        if (obj.Object("spec").Array("accessModes") is not { Count: > 0 })
            errors.Required(FieldPath.Root.Child("Spec", "accessModes"));
        ClaimStatusRules.Check(obj.Object("status"), errors);
    }

    /// <inheritdoc/>
    public override void Warnings(JsonObject obj, JsonObject? old, WarningList warnings)
    {
        if (obj.Object("metadata").Object("annotations")?.ContainsKey(VolumeAnnotations.BetaClass) == true)
            warnings.Add($"metadata.annotations[{VolumeAnnotations.BetaClass}]: deprecated since v1.8; use \"storageClassName\" attribute instead");
        if (Quantity.TryParse(obj.Object("spec").Object("resources").Object("requests").Text("storage"), out var size) && size.MilliValue % 1000 != 0)
            warnings.Add($"spec.resources.requests[storage]: fractional byte value \"{size}\" is invalid, must be an integer");
    }
}
