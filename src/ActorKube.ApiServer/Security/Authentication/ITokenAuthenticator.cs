using System.Collections.Immutable;

namespace ActorKube.ApiServer.Security.Authentication;

/// <summary>One kind of bearer token.</summary>
internal interface ITokenAuthenticator
{
    /// <summary>The user, or null when the token is not of this kind or not valid.</summary>
    /// <param name="token">The token as sent; length already bounded.</param>
    /// <param name="audiences">Who asks: a token is valid when it is meant for one of them. Empty: the API server itself.</param>
    /// <param name="cancel">Ends look-ups.</param>
    ValueTask<TokenIdentity?> AuthenticateAsync(string token, ImmutableArray<string> audiences, CancellationToken cancel);
}
