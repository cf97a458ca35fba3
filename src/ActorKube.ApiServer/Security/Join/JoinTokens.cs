using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ActorKube.ApiServer.Security.Pki;
using ActorKube.Api.Names;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;

namespace ActorKube.ApiServer.Security.Join;

/// <summary>Makes join tokens: <c>actorkube token create</c>.</summary>
/// <param name="client">An administrator's client.</param>
/// <param name="authorityHash">Hash of the cluster's authority (<see cref="CertificateAuthority.HashPublicKey"/>); it becomes part of every token.</param>
/// <param name="time">Clock that lifetimes start from.</param>
public sealed class JoinTokens(IResourceClient client, string authorityHash, TimeProvider time)
{
    internal const string AgentsGroup = "system:bootstrappers:actorkube:agents";
    internal const string ServersGroup = "system:bootstrappers:actorkube:servers";
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";

    /// <summary>Stores a new token as a bootstrap token Secret and returns it.</summary>
    /// <param name="role">What may join with it. A token for servers yields the cluster's keys: treat it like them.</param>
    /// <param name="lifetime">How long it is valid; zero for ever.</param>
    /// <param name="description">For people; may be empty.</param>
    /// <param name="cancel">Ends the request.</param>
    /// <exception cref="Api.Errors.ApiException">The API refused.</exception>
    public async Task<JoinToken> CreateAsync(JoinRole role, TimeSpan lifetime, string description, CancellationToken cancel)
    {
        var token = new JoinToken(RandomNumberGenerator.GetString(Alphabet, 6), RandomNumberGenerator.GetString(Alphabet, 16), authorityHash);
        var data = new JsonObject
        {
            ["token-id"] = SecretData.Encode(token.Id),
            ["token-secret"] = SecretData.Encode(token.Secret),
            ["usage-bootstrap-authentication"] = SecretData.Encode("true"),
            ["auth-extra-groups"] = SecretData.Encode(role == JoinRole.Server ? $"{AgentsGroup},{ServersGroup}" : AgentsGroup),
        };
        if (lifetime > TimeSpan.Zero)
            data["expiration"] = SecretData.Encode((time.GetUtcNow() + lifetime).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture));
        if (description.Length > 0)
            data["description"] = SecretData.Encode(description);
        var name = BootstrapToken.SecretNamePrefix + token.Id;
        var secret = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Secret",
            ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = BootstrapToken.SecretNamespace },
            ["type"] = BootstrapToken.SecretType,
            ["data"] = data,
        };
        await client.CreateAsync(
            ObjectAddress.Of(WellKnownResources.Secrets, new ObjectKey(BootstrapToken.SecretNamespace, name)), Encoding.UTF8.GetBytes(secret.ToJsonString()), null, cancel);
        return token;
    }
}

/// <summary>What a process joins as.</summary>
public enum JoinRole
{
    /// <summary>A node agent.</summary>
    Agent,
    /// <summary>A control-plane process.</summary>
    Server,
}
