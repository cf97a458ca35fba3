using System.Collections.Immutable;
using ActorKube.Api.Users;

namespace ActorKube.ApiServer.Security;

/// <summary>What a valid token says.</summary>
/// <param name="User">Its bearer.</param>
/// <param name="Audiences">Those of the audiences asked for that the token is meant for.</param>
public sealed record TokenIdentity(UserInfo User, ImmutableArray<string> Audiences)
{
    /// <summary>What is to be said to those who use the token; empty for nothing.</summary>
    public string Warning { get; init; } = "";
}
