using System.Text.Json.Nodes;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Kinds.Core.Pods;
using ActorKube.ApiServer.Tables;
using static ActorKube.ApiServer.Kinds.KindTable;

namespace ActorKube.ApiServer.Kinds.Storage;

/// <summary>VolumeAttributesClass: changeable properties of volumes (upstream: <c>ValidateVolumeAttributesClass</c>).</summary>
internal sealed class VolumeAttributesClassStrategy() : KindStrategy(ClusterScoped("storage.k8s.io/v1", "VolumeAttributesClass", "volumeattributesclasses", "vac"))
{
    /// <inheritdoc/>
    public override bool ReturnsDeletedObject => true;

    /// <inheritdoc/>
    public override IReadOnlyList<TableColumn> Columns => StorageColumns.AttributesClasses;

    /// <inheritdoc/>
    public override void Validate(JsonObject obj, FieldErrors errors)
    {
        if (FieldRules.Required(obj, "driverName", FieldPath.Root, errors) is { } driver)
            DriverVolumeRules.CheckDriverName(driver, FieldPath.Of("driverName"), errors);
        ParameterRules.Check(obj, allowEmpty: false, errors);
    }

    /// <inheritdoc/>
    public override void ValidateUpdate(JsonObject obj, JsonObject old, FieldErrors errors) => ParameterRules.Fixed(obj, old, errors, "driverName", "parameters");
}
