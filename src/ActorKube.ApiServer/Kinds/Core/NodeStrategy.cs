using ActorKube.Api.Objects;
using static ActorKube.ApiServer.Kinds.KindTable;

namespace ActorKube.ApiServer.Kinds.Core;

/// <summary>Node: registers itself with a status, so that a create keeps what it says.</summary>
internal sealed class NodeStrategy() : KindStrategy(
    ClusterScoped("v1", "Node", "nodes", "no").WithStatus().With(SubresourceFacts.ProxyTo(CoreKinds.Options("NodeProxyOptions"))))
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> SelectableFields { get; } = ["spec.unschedulable"];

    /// <inheritdoc/>
    public override string SelectableValue(StoredObject item, string field) => item.Field(field) is { Length: > 0 } value ? value : "false";

    /// <summary>Keeps the status: an agent registers its node together with its capacity.</summary>
    public override void PrepareForCreate(System.Text.Json.Nodes.JsonObject obj, Api.Users.UserInfo user)
    {
    }
}
