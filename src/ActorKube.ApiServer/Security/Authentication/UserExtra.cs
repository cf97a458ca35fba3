using System.Collections.Immutable;
using ActorKube.Api.Users;

namespace ActorKube.ApiServer.Security.Authentication;

/// <summary>Keys of <see cref="UserInfo.Extra"/>; clients and audit logs read them.</summary>
internal static class UserExtra
{
    public const string CredentialId = "authentication.kubernetes.io/credential-id";
    public const string PodName = "authentication.kubernetes.io/pod-name";
    public const string PodUid = "authentication.kubernetes.io/pod-uid";
    public const string NodeName = "authentication.kubernetes.io/node-name";
    public const string NodeUid = "authentication.kubernetes.io/node-uid";
}

/// <summary>The group that every authenticated user is in.</summary>
internal static class AuthenticatedGroups
{
    /// <summary>The groups with <c>system:authenticated</c> at the end, unless it is there.</summary>
    public static ImmutableArray<string> Add(ImmutableArray<string>.Builder groups)
    {
        if (!groups.Contains(WellKnownUsers.Authenticated))
            groups.Add(WellKnownUsers.Authenticated);
        return groups.ToImmutable();
    }
}
