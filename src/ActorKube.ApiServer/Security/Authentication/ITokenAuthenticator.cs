using System.Collections.Immutable;
using ActorKube.Api.Users;

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

/// <summary>What a valid token says.</summary>
/// <param name="User">Its bearer.</param>
/// <param name="Audiences">Those of the audiences asked for that the token is meant for.</param>
internal sealed record TokenIdentity(UserInfo User, ImmutableArray<string> Audiences)
{
    /// <summary>What is to be said to those who use the token; empty for nothing.</summary>
    public string Warning { get; init; } = "";
}
