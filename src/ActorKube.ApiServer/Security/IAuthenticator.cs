using System.Security.Cryptography.X509Certificates;
using ActorKube.Api.Users;
using ActorKube.ApiServer.Pipeline;

namespace ActorKube.ApiServer.Security;

/// <summary>Finds out who a caller is.</summary>
public interface IAuthenticator
{
    /// <summary>The user a bearer token stands for, or null when the token is not valid.</summary>
    /// <param name="token">The token.</param>
    /// <param name="warnings">Receives what is to be said to those who use such a token.</param>
    /// <param name="cancel">Ends look-ups.</param>
    ValueTask<UserInfo?> AuthenticateTokenAsync(string token, WarningList warnings, CancellationToken cancel);

    /// <summary>The user a verified client certificate stands for (CN = user, O = groups), or null when it cannot be one.</summary>
    UserInfo? AuthenticateCertificate(X509Certificate2 certificate);
}
