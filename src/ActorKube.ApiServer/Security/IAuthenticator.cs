using System.Security.Cryptography.X509Certificates;
using ActorKube.Api.Users;

namespace ActorKube.ApiServer.Security;

/// <summary>Finds out who a caller is.</summary>
public interface IAuthenticator
{
    /// <summary>Whom a bearer token stands for, and what is to be said to those who use it; null when the token is not valid.</summary>
    /// <param name="token">The token.</param>
    /// <param name="cancel">Ends look-ups.</param>
    ValueTask<TokenIdentity?> AuthenticateTokenAsync(string token, CancellationToken cancel);

    /// <summary>The user a verified client certificate stands for (CN = user, O = groups), or null when it cannot be one.</summary>
    UserInfo? AuthenticateCertificate(X509Certificate2 certificate);
}
