using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;

namespace ActorKube.Controllers.Accounts.Tokens;

/// <summary>A Secret that holds a token of a service account, or is to hold one.</summary>
internal sealed class TokenSecret : IObjectView<TokenSecret>
{
    public const string SecretType = "kubernetes.io/service-account-token";
    public const string AccountAnnotation = "kubernetes.io/service-account.name";
    public const string UidAnnotation = "kubernetes.io/service-account.uid";

    /// <summary>By namespace and name of the account; other secrets are left out.</summary>
    public static readonly CacheIndex ByAccount = new("token-account", static o => Is(o) ? ValueOf(AccountOf(o)) : null);

    private TokenSecret(StoredObject secret)
    {
        Object = secret;
        Account = AccountOf(secret);
        AccountUid = secret.Edit().Text("metadata", "annotations", UidAnnotation);
        Data = SecretData.Of(secret);
    }

    public StoredObject Object { get; }

    /// <summary>The account it names; without a name when it names none.</summary>
    public ObjectKey Account { get; }

    /// <summary>The incarnation of the account that is meant; empty for whichever there is.</summary>
    public string AccountUid { get; }

    public SecretData Data { get; }

    public static bool Is(StoredObject secret) => secret.Field("type") == SecretType;

    public static string ValueOf(ObjectKey account) => $"{account.Namespace}/{account.Name}";

    public static TokenSecret Project(StoredObject item) => new(item);

    /// <summary>Whether this is the account that is meant.</summary>
    public bool IsOf(StoredObject account) => AccountUid.Length == 0 || AccountUid == account.Head.Uid;

    private static ObjectKey AccountOf(StoredObject secret) => new(secret.Key.Namespace, secret.Edit().Text("metadata", "annotations", AccountAnnotation));
}
