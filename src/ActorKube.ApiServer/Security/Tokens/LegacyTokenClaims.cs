using System.Text.Json;
using System.Text.Json.Nodes;
using ActorKube.Api.Names;
using ActorKube.Api.Users;

namespace ActorKube.ApiServer.Security.Tokens;

/// <summary>What a token in a Secret says: it names no audience and no end, and is good while the Secret holds it.</summary>
/// <param name="Account">The service account.</param>
/// <param name="Uid">Its incarnation.</param>
/// <param name="Secret">Name of the secret.</param>
internal sealed record LegacyTokenClaims(ObjectKey Account, string Uid, string Secret)
{
    /// <summary>The <c>iss</c> of such tokens, whatever the cluster's issuer is called.</summary>
    public const string Issuer = "kubernetes/serviceaccount";

    private const string Prefix = "kubernetes.io/serviceaccount/";

    public string Subject => WellKnownUsers.ServiceAccount(Account.Namespace, Account.Name);

    /// <summary>The payload of the JWT.</summary>
    public string ToJson() => new JsonObject
    {
        ["iss"] = Issuer,
        [Prefix + "namespace"] = Account.Namespace,
        [Prefix + "secret.name"] = Secret,
        [Prefix + "service-account.name"] = Account.Name,
        [Prefix + "service-account.uid"] = Uid,
        ["sub"] = Subject,
    }.ToJsonString();

    /// <summary>Reads the payload of a JWT whose signature has been verified; null when something is missing or contradicts itself.</summary>
    public static LegacyTokenClaims? Read(JsonElement payload)
    {
        if (Text(payload, Prefix + "namespace") is not { } ns || Text(payload, Prefix + "service-account.name") is not { } name
            || Text(payload, Prefix + "service-account.uid") is not { } uid || Text(payload, Prefix + "secret.name") is not { } secret)
            return null;
        var claims = new LegacyTokenClaims(new ObjectKey(ns, name), uid, secret);
        return Text(payload, "sub") == claims.Subject ? claims : null;
    }

    private static string? Text(JsonElement map, string key) =>
        map.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;
}
