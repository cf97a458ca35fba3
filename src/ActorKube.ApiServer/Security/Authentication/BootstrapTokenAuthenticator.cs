using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using ActorKube.Api.Users;
using ActorKube.Machinery.Objects;
using ActorKube.Protocol.Store;

namespace ActorKube.ApiServer.Security.Authentication;

/// <summary>
/// Bootstrap tokens <c>id.secret</c>: each is a Secret <c>bootstrap-token-ID</c> of type <c>bootstrap.kubernetes.io/token</c> in <c>kube-system</c>. The user is
/// <c>system:bootstrap:ID</c> in <c>system:bootstrappers</c> and the groups that the secret adds.
/// </summary>
internal sealed partial class BootstrapTokenAuthenticator(IObjectLookup lookup, TimeProvider time) : ITokenAuthenticator
{
    public const string UserPrefix = "system:bootstrap:";

    public async ValueTask<TokenIdentity?> AuthenticateAsync(string token, ImmutableArray<string> audiences, CancellationToken cancel)
    {
        if (token.Length != 23 || !Form().IsMatch(token))
            return null;
        var (id, secret) = (token[..6], token[7..]);
        var stored = await lookup.FindAsync(SecurityResources.Secrets, BootstrapToken.KeyOf(id), ReadAt.Latest, cancel);
        if (stored is null || stored.Head.Deleted is not null || !BootstrapToken.Is(stored))
            return null;

        var known = BootstrapToken.Project(stored);
        if (known.Id != id || !CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(known.Secret), Encoding.UTF8.GetBytes(secret)))
            return null;
        if (!known.IsFor("authentication") || known.IsExpired(time.GetUtcNow()))
            return null;
        if (Groups(known.ExtraGroups) is not { } extra)
            return null;
        var groups = ImmutableArray.CreateBuilder<string>();
        groups.Add(WellKnownUsers.Bootstrappers);
        groups.AddRange(extra);
        return new TokenIdentity(new UserInfo(UserPrefix + id) { Groups = AuthenticatedGroups.Add(groups) }, audiences);
    }

    /// <summary>The extra groups; null when one is not a bootstrap group, which makes the token invalid as upstream.</summary>
    private static string[]? Groups(string list)
    {
        if (list.Length == 0)
            return [];
        var groups = list.Split(',');
        return Array.TrueForAll(groups, g => GroupForm().IsMatch(g)) ? groups : null;
    }

    [GeneratedRegex(@"\A[a-z0-9]{6}\.[a-z0-9]{16}\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Form();

    [GeneratedRegex(@"\Asystem:bootstrappers:[a-z0-9:-]{0,255}[a-z0-9]\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex GroupForm();
}
