using ActorKube.Api.Objects;
using static ActorKube.ApiServer.Kinds.KindTable;

namespace ActorKube.ApiServer.Kinds.Apps;

/// <summary>ReplicaSet: so many pods of one template.</summary>
internal sealed class ReplicaSetStrategy() : KindStrategy(
    Namespaced("apps/v1", "ReplicaSet", "replicasets", "rs").WithStatus().WithScale().In(All).Counted())
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> SelectableFields { get; } = ["status.replicas"];

    /// <inheritdoc/>
    public override string SelectableValue(StoredObject item, string field) => item.Field(field) is { Length: > 0 } value ? value : "0";
}
