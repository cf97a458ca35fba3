using System.Text.Json.Nodes;
using ActorKube.Api.Users;
using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Tables;
using static ActorKube.ApiServer.Kinds.KindTable;

namespace ActorKube.ApiServer.Kinds.Core;

/// <summary>PersistentVolumeClaim: Pending until it is bound.</summary>
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
    public override void Warnings(JsonObject obj, JsonObject? old, WarningList warnings)
    {
        if (old is null)
            warnings.Add("persistent volume claims are stored but not bound yet");
    }

    /// <inheritdoc/>
    public override void PrepareForCreate(JsonObject obj, UserInfo user) => obj["status"] = new JsonObject { ["phase"] = "Pending" };
}
