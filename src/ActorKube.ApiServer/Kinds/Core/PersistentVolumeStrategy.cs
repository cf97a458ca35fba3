using System.Text.Json.Nodes;
using ActorKube.Api.Users;
using ActorKube.ApiServer.Tables;
using static ActorKube.ApiServer.Kinds.KindTable;

namespace ActorKube.ApiServer.Kinds.Core;

/// <summary>PersistentVolume: Pending until a controller looks at it.</summary>
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
}
