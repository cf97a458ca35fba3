using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Users;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Kinds.Core.Volumes;
using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Tables;
using ActorKube.Machinery.Volumes;
using static ActorKube.ApiServer.Kinds.KindTable;

namespace ActorKube.ApiServer.Kinds.Core;

/// <summary>PersistentVolume: Pending until a controller looks at it (upstream: <c>ValidatePersistentVolume</c> and companions).</summary>
internal sealed class PersistentVolumeStrategy() : KindStrategy(ClusterScoped("v1", "PersistentVolume", "persistentvolumes", "pv").WithStatus())
{
    /// <inheritdoc/>
    public override bool ReturnsDeletedObject => true;

    /// <inheritdoc/>
    public override IReadOnlyList<string> SelectableFields { get; } = ["name"];

    /// <inheritdoc/>
    public override string SelectableValue(Api.Objects.StoredObject item, string field) => item.Key.Name;

    /// <inheritdoc/>
    public override IReadOnlyList<TableColumn> Columns => VolumeColumns.Volumes;

    /// <inheritdoc/>
    public override void PrepareForCreate(JsonObject obj, UserInfo user) => obj["status"] = new JsonObject { ["phase"] = "Pending" };

    /// <inheritdoc/>
    public override void Validate(JsonObject obj, FieldErrors errors) => VolumeSpecRules.Check(obj.Object("spec") ?? [], obj.Object("metadata").Text("name") ?? "", FieldPath.Spec, errors);

    /// <inheritdoc/>
    public override void ValidateUpdate(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        Validate(obj, errors);
        VolumeSpecRules.CheckUpdate(obj.Object("spec") ?? [], old.Object("spec") ?? [], errors);
    }

    /// <inheritdoc/>
    public override void Warnings(JsonObject obj, JsonObject? old, WarningList warnings)
    {
        if (obj.Object("metadata").Object("annotations")?.ContainsKey(VolumeAnnotations.BetaClass) == true)
            warnings.Add($"metadata.annotations[{VolumeAnnotations.BetaClass}]: deprecated since v1.8; use \"storageClassName\" attribute instead");
        if (obj.Object("spec").Text("persistentVolumeReclaimPolicy") == "Recycle")
            warnings.Add("spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.");
    }
}
