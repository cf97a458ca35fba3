using ActorKube.Api.Errors;
using ActorKube.Api.Users;
using ActorKube.ApiServer.Http.Responses;
using ActorKube.ApiServer.Security;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace ActorKube.ApiServer.Http.Connections;

/// <summary>Finds out who makes an HTTP request: bearer token first, then the connection's client certificate, else anonymous.</summary>
internal sealed class CallerIdentity(IAuthenticator authenticator, Impersonation impersonation)
{
    private const string BearerPrefix = "Bearer ";
    private static readonly object CertificateUserKey = new();

    /// <summary>The user of requests without credentials.</summary>
    public static readonly UserInfo Anonymous = new(WellKnownUsers.Anonymous) { Groups = [WellKnownUsers.Unauthenticated] };

    /// <summary>The user of a request, after impersonation.</summary>
    /// <exception cref="ApiException">401 when credentials are there but not valid; 403 when impersonation is not allowed.</exception>
    public async ValueTask<UserInfo> IdentifyAsync(HttpContext context)
    {
        var user = await AuthenticateAsync(context);
        return Impersonation.IsAsked(context.Request.Headers) ? await impersonation.ApplyAsync(user, context) : user;
    }

    private ValueTask<UserInfo> AuthenticateAsync(HttpContext context)
    {
        var header = context.Request.Headers.Authorization;
        if (header.Count == 1 && header[0] is { } value && value.StartsWith(BearerPrefix, StringComparison.OrdinalIgnoreCase))
            return OfTokenAsync(context, value[BearerPrefix.Length..].Trim());
        return new(OfCertificate(context) ?? Anonymous);
    }

    private async ValueTask<UserInfo> OfTokenAsync(HttpContext context, string token)
    {
        var identity = await authenticator.AuthenticateTokenAsync(token, context.RequestAborted) ?? throw ApiErrors.Unauthorized();
        // Whatever is answered, be it an error: the token itself is what is wrong.
        if (identity.Warning.Length > 0)
            Warn(context.Response, identity.Warning);
        return identity.User;
    }

    private static void Warn(HttpResponse response, string warning) => response.OnStarting(() =>
    {
        WarningHeader.AddTo(response, warning);
        return Task.CompletedTask;
    });

    // Chains are verified once per connection: a certificate cannot change within one.
    private UserInfo? OfCertificate(HttpContext context)
    {
        var items = context.Features.Get<IConnectionItemsFeature>()?.Items;
        if (items is not null && items.TryGetValue(CertificateUserKey, out var known))
            return (UserInfo?)known ?? throw ApiErrors.Unauthorized();
        if (context.Connection.ClientCertificate is not { } certificate)
            return null;
        var user = authenticator.AuthenticateCertificate(certificate);
        items?.Add(CertificateUserKey, user);
        return user ?? throw ApiErrors.Unauthorized();
    }
}
