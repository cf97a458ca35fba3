using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;
using ActorKube.Api.Users;

namespace ActorKube.ApiServer.Security.Authentication;

/// <summary>All ways to prove who one is. The first kind of token that knows a token decides.</summary>
internal sealed class Authenticator(CertificateAuthenticator certificates, IReadOnlyList<ITokenAuthenticator> tokens) : IAuthenticator
{
    private const int MaxTokenLength = 64 * 1024;

    public UserInfo? AuthenticateCertificate(X509Certificate2 certificate) => certificates.Authenticate(certificate);

    public ValueTask<TokenIdentity?> AuthenticateTokenAsync(string token, CancellationToken cancel) => AuthenticateAsync(token, [], cancel);

    /// <summary>The bearer of a token, and for whom of those who ask it is meant (empty: for the API server).</summary>
    public async ValueTask<TokenIdentity?> AuthenticateAsync(string token, ImmutableArray<string> audiences, CancellationToken cancel)
    {
        if (token.Length is 0 or > MaxTokenLength)
            return null;
        foreach (var kind in tokens)
            if (await kind.AuthenticateAsync(token, audiences, cancel) is { } identity)
                return identity;
        return null;
    }
}
