using ActorKube.Api.Objects;
using static ActorKube.ApiServer.Kinds.KindTable;

namespace ActorKube.ApiServer.Kinds.Core;

/// <summary>ReplicationController: the ancestor of replica sets; for its old clients, deleting one leaves the pods.</summary>
internal sealed class ReplicationControllerStrategy() : KindStrategy(
    Namespaced("v1", "ReplicationController", "replicationcontrollers", "rc").WithStatus().WithScale().In(All).Counted())
{
    /// <inheritdoc/>
    public override bool DefaultsToOrphan => true;

    /// <inheritdoc/>
    public override IReadOnlyList<string> SelectableFields { get; } = ["status.replicas"];

    /// <inheritdoc/>
    public override string SelectableValue(StoredObject item, string field) => item.Field(field) is { Length: > 0 } value ? value : "0";
}
