using ActorKube.Api.Names;
using ActorKube.ApiServer.Tables;
using static ActorKube.ApiServer.Kinds.KindTable;

namespace ActorKube.ApiServer.Kinds.Core;

/// <summary>ServiceAccount: metadata and references only; its tokens come from <c>/token</c>.</summary>
internal sealed class ServiceAccountStrategy() : KindStrategy(
    Namespaced("v1", "ServiceAccount", "serviceaccounts", "sa").With(SubresourceFacts.Post("token", new GroupVersionKind("authentication.k8s.io", "v1", "TokenRequest"))))
{
    /// <inheritdoc/>
    public override bool ReturnsDeletedObject => true;

    /// <inheritdoc/>
    public override IReadOnlyList<TableColumn> Columns { get; } =
    [
        TableColumn.ObjectName,
        TableColumn.Text("Secrets", "Number of secrets that pods of this account may use.", static o => o.At("secrets").Size()),
        TableColumn.Age,
    ];
}
