using System.Text.Json;
using ActorKube.Api.Errors;
using ActorKube.Api.Users;
using ActorKube.ApiServer.Http.Endpoints;
using ActorKube.ApiServer.Http.Responses;
using ActorKube.ApiServer.Security.Pki;
using Microsoft.AspNetCore.Http;

namespace ActorKube.ApiServer.Security.Join;

/// <summary>
/// <c>GET /actorkube/v1/ca</c> gives anybody the authority's certificate, which he can check by the hash in his token; <c>POST /actorkube/v1/join</c> gives who has
/// a token, or renews, what a process needs.
/// </summary>
internal sealed class JoinEndpoint(ClusterPki pki, IAuthenticator authenticator, JoinDecision decision, FailureLimiter limiter) : IEndpoint
{
    public const string AuthorityPath = "/actorkube/v1/ca";
    public const string JoinPath = "/actorkube/v1/join";
    private const int MaxBodyBytes = 64 * 1024;
    private const string Bearer = "Bearer ";

    public IEnumerable<string> Paths => [AuthorityPath, JoinPath];

    public bool IsPublic(string path) => true;

    public bool HasOwnAccessControl => true;

    public async ValueTask HandleAsync(HttpContext context, UserInfo user)
    {
        var isJoin = context.Request.Path == JoinPath;
        if (context.Request.Method != (isJoin ? HttpMethods.Post : HttpMethods.Get))
            throw ApiErrors.BadRequest($"{context.Request.Method} is not supported on {context.Request.Path}");
        var answer = isJoin
            ? JsonSerializer.SerializeToUtf8Bytes(await JoinAsync(context), JoinJson.Default.JoinGrant)
            : System.Text.Encoding.ASCII.GetBytes(pki.Authority.CertificatePem);
        context.Response.Headers.CacheControl = "no-store";
        await BodyResponse.WriteBytesAsync(context, answer, 200, isJoin ? "application/json" : "application/x-pem-file");
    }

    private async Task<JoinGrant> JoinAsync(HttpContext context)
    {
        var address = context.Connection.RemoteIpAddress;
        if (limiter.Penalty(address) is > 0 and var seconds)
            throw ApiErrors.TooManyRequests("too many wrong tokens from this address, try again later", seconds);
        if (await IdentifyAsync(context) is not { } caller)
        {
            limiter.Failed(address);
            throw ApiErrors.Unauthorized();
        }
        return await decision.DecideAsync(caller, await ReadAsync(context), context.RequestAborted);
    }

    private async ValueTask<UserInfo?> IdentifyAsync(HttpContext context)
    {
        var header = context.Request.Headers.Authorization.ToString();
        if (header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
            return (await authenticator.AuthenticateTokenAsync(header[Bearer.Length..].Trim(), context.RequestAborted))?.User;
        return context.Connection.ClientCertificate is { } certificate ? authenticator.AuthenticateCertificate(certificate) : null;
    }

    private static async Task<JoinRequest> ReadAsync(HttpContext context)
    {
        if (context.Request.ContentLength is null or > MaxBodyBytes)
            throw ApiErrors.RequestEntityTooLarge($"limit is {MaxBodyBytes}");
        try
        {
            return await JsonSerializer.DeserializeAsync(context.Request.Body, JoinJson.Default.JoinRequest, context.RequestAborted) ?? throw ApiErrors.BadRequest("the request is empty");
        }
        catch (JsonException e)
        {
            throw ApiErrors.BadRequest($"the request is malformed: {e.Message}");
        }
    }
}
