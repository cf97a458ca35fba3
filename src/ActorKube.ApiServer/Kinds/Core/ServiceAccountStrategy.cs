using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Names;
using ActorKube.Api.Users;
using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Tables;
using static ActorKube.ApiServer.Kinds.KindTable;

namespace ActorKube.ApiServer.Kinds.Core;

/// <summary>ServiceAccount: metadata and references only; its tokens come from <c>/token</c>.</summary>
internal sealed class ServiceAccountStrategy() : KindStrategy(
    Namespaced("v1", "ServiceAccount", "serviceaccounts", "sa").With(SubresourceFacts.Post("token", new GroupVersionKind("authentication.k8s.io", "v1", "TokenRequest"))))
{
    /// <summary>The annotation by which an account lets its pods use its own secrets only.</summary>
    public const string MountableSecrets = "kubernetes.io/enforce-mountable-secrets";

    /// <inheritdoc/>
    public override bool ReturnsDeletedObject => true;

    /// <inheritdoc/>
    public override IReadOnlyList<TableColumn> Columns { get; } =
    [
        TableColumn.ObjectName,
        TableColumn.Text("Secrets", "Number of secrets that pods of this account may use.", static o => o.At("secrets").Size()),
        TableColumn.Age,
    ];

    /// <summary>Of the secrets only their names are kept.</summary>
    public override void PrepareForCreate(JsonObject obj, UserInfo user) => KeepNames(obj);

    /// <inheritdoc/>
    public override void PrepareForUpdate(JsonObject obj, JsonObject old) => KeepNames(obj);

    /// <inheritdoc/>
    public override void Warnings(JsonObject obj, JsonObject? old, WarningList warnings)
    {
        if (Enforces(obj) && !Enforces(old))
            warnings.Add($"metadata.annotations[{MountableSecrets}]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets");
    }

    private static bool Enforces(JsonObject? account) => account.Object("metadata").Object("annotations")?.ContainsKey(MountableSecrets) == true;

    private static void KeepNames(JsonObject account)
    {
        foreach (var (_, secret) in account.Items("secrets"))
            foreach (var field in secret.Select(static f => f.Key).ToArray())
                if (field != "name")
                    secret.Remove(field);
    }
}
