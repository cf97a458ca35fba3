using ActorKube.Api.Users;
using ActorKube.ApiServer.Http.Endpoints;
using ActorKube.ApiServer.Http.Responses;
using Microsoft.AspNetCore.Http;

namespace ActorKube.ApiServer.Security.Tokens;

/// <summary>OpenID Connect discovery: lets others verify service account tokens without asking the API server about each.</summary>
internal sealed class OpenIdEndpoint(ServiceAccountKeys keys, TokenOptions options) : IEndpoint
{
    public const string DiscoveryPath = "/.well-known/openid-configuration";
    public const string KeySetPath = "/openid/v1/jwks";

    private readonly byte[] _discovery = keys.DiscoveryDocument(options.Issuer.TrimEnd('/') + KeySetPath);
    private readonly byte[] _keySet = keys.KeySet();

    public IEnumerable<string> Paths => [DiscoveryPath, KeySetPath];

    public ValueTask HandleAsync(HttpContext context, UserInfo user)
    {
        context.Response.Headers.CacheControl = "public, max-age=3600";
        return context.Request.Path == KeySetPath
            ? BodyResponse.WriteBytesAsync(context, _keySet, 200, "application/jwk-set+json")
            : BodyResponse.WriteBytesAsync(context, _discovery, 200, "application/json");
    }
}
