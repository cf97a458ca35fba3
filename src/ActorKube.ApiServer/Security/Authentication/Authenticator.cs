using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;
using ActorKube.Api.Users;
using ActorKube.ApiServer.Pipeline;

namespace ActorKube.ApiServer.Security.Authentication;

/// <summary>All ways to prove who one is. The first kind of token that knows a token decides.</summary>
internal sealed class Authenticator(CertificateAuthenticator certificates, IReadOnlyList<ITokenAuthenticator> tokens) : IAuthenticator
{
    private const int MaxTokenLength = 64 * 1024;

    public UserInfo? AuthenticateCertificate(X509Certificate2 certificate) => certificates.Authenticate(certificate);

    public async ValueTask<UserInfo?> AuthenticateTokenAsync(string token, WarningList warnings, CancellationToken cancel) => (await AuthenticateAsync(token, [], warnings, cancel))?.User;

    /// <summary>The bearer of a token, and for whom of those who ask it is meant (empty: for the API server).</summary>
    public async ValueTask<TokenIdentity?> AuthenticateAsync(string token, ImmutableArray<string> audiences, WarningList warnings, CancellationToken cancel)
    {
        if (token.Length is 0 or > MaxTokenLength)
            return null;
        foreach (var kind in tokens)
            if (await kind.AuthenticateAsync(token, audiences, cancel) is { } identity)
            {
                if (identity.Warning.Length > 0)
                    warnings.Add(identity.Warning);
                return identity;
            }
        return null;
    }
}
