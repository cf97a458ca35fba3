using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace ActorKube.ApiServer.Security.Tokens;

/// <summary>Signs and verifies service account tokens (JWT, ES256), and publishes the key for others to verify them (OpenID Connect discovery).</summary>
internal sealed class ServiceAccountKeys
{
    /// <summary>No real token comes near this; longer ones are not looked at.</summary>
    public const int MaxTokenLength = 16 * 1024;

    private readonly ECDsa _key;
    private readonly string _issuer;
    private readonly string _keyId;
    private readonly JsonWebTokenHandler _handler = new() { MaximumTokenSizeInBytes = MaxTokenLength };
    private readonly SigningCredentials _credentials;
    private readonly TokenValidationParameters _rules;
    private readonly TokenValidationParameters _legacyRules;

    public ServiceAccountKeys(ECDsa key, string issuer)
    {
        _key = key;
        _issuer = issuer;
        _keyId = Base64UrlEncoder.Encode(SHA256.HashData(key.ExportSubjectPublicKeyInfo()));
        var securityKey = new ECDsaSecurityKey(key) { KeyId = _keyId };
        _credentials = new SigningCredentials(securityKey, SecurityAlgorithms.EcdsaSha256);
        _rules = new TokenValidationParameters
        {
            IssuerSigningKey = securityKey,
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
            ValidIssuer = issuer,
            // Audience and time depend on who asks and when; they are judged at every use of the token, also when its signature was verified earlier.
            ValidateAudience = false,
            ValidateLifetime = false,
        };
        _legacyRules = _rules.Clone();
        _legacyRules.ValidIssuer = LegacyTokenClaims.Issuer;
        // They have no end to be judged.
        _legacyRules.RequireExpirationTime = false;
    }

    /// <summary>The token.</summary>
    public string Sign(ServiceAccountClaims claims) => _handler.CreateToken(claims.ToJson(), _credentials);

    /// <summary>A token for a Secret.</summary>
    public string Sign(LegacyTokenClaims claims) => _handler.CreateToken(claims.ToJson(), _credentials);

    /// <summary>The claims of a token that this cluster signed, or null. Says nothing about time, audience or whether the account still exists.</summary>
    public ValueTask<ServiceAccountClaims?> VerifyAsync(string token) => ReadAsync(token, _rules, ServiceAccountClaims.Read);

    /// <summary>The claims of a token that this cluster signed for a Secret, or null. Says nothing about whether the Secret still holds it.</summary>
    public ValueTask<LegacyTokenClaims?> VerifyLegacyAsync(string token) => ReadAsync(token, _legacyRules, LegacyTokenClaims.Read);

    /// <summary>The document under <c>/.well-known/openid-configuration</c>.</summary>
    public byte[] DiscoveryDocument(string keySetUrl) => JsonSerializer.SerializeToUtf8Bytes(new JsonObject
    {
        ["issuer"] = _issuer,
        ["jwks_uri"] = keySetUrl,
        ["response_types_supported"] = new JsonArray("id_token"),
        ["subject_types_supported"] = new JsonArray("public"),
        ["id_token_signing_alg_values_supported"] = new JsonArray("ES256"),
    });

    /// <summary>The document under <c>/openid/v1/jwks</c>.</summary>
    public byte[] KeySet()
    {
        var point = _key.ExportParameters(includePrivateParameters: false).Q;
        return JsonSerializer.SerializeToUtf8Bytes(new JsonObject
        {
            ["keys"] = new JsonArray(new JsonObject
            {
                ["use"] = "sig",
                ["kty"] = "EC",
                ["kid"] = _keyId,
                ["alg"] = "ES256",
                ["crv"] = "P-256",
                ["x"] = Base64UrlEncoder.Encode(point.X),
                ["y"] = Base64UrlEncoder.Encode(point.Y),
            }),
        });
    }

    private async ValueTask<T?> ReadAsync<T>(string token, TokenValidationParameters rules, Func<JsonElement, T?> read)
        where T : class
    {
        if (token.Length > MaxTokenLength || !IsJwt(token))
            return null;
        var result = await _handler.ValidateTokenAsync(token, rules);
        if (!result.IsValid || result.SecurityToken is not JsonWebToken jwt)
            return null;
        using var payload = JsonDocument.Parse(Base64UrlEncoder.DecodeBytes(jwt.EncodedPayload));
        return read(payload.RootElement);
    }

    /// <summary>Three parts and the first a JSON object: anything else would only cost an exception.</summary>
    private static bool IsJwt(string token) => token.StartsWith("ey", StringComparison.Ordinal) && token.AsSpan().Count('.') == 2;
}
