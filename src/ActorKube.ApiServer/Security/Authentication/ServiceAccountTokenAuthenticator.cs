using System.Collections.Immutable;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Api.Users;
using ActorKube.ApiServer.Security.Tokens;
using ActorKube.Protocol.Store;

namespace ActorKube.ApiServer.Security.Authentication;

/// <summary>
/// Service account tokens. A token is good while its account, and the pod, secret or node it is bound to, exist with the uid they had when it was issued; that is
/// looked up at every use, in this process's memory, so a deletion needs no message to any cache.
/// </summary>
internal sealed class ServiceAccountTokenAuthenticator(ServiceAccountKeys keys, ImmutableArray<string> apiAudiences, IObjectLookup lookup, TimeProvider time, int cacheSlots = 4096)
    : ITokenAuthenticator
{
    /// <summary>Allowance for clocks that differ, and for what is being deleted: as upstream.</summary>
    private static readonly TimeSpan Leeway = TimeSpan.FromMinutes(1);

    private readonly VerifiedTokenCache<Verified> _cache = new(cacheSlots);

    public ValueTask<TokenIdentity?> AuthenticateAsync(string token, ImmutableArray<string> audiences, CancellationToken cancel)
    {
        var known = _cache.Find(token);
        if (known is null)
            return VerifyAsync(token, audiences, cancel);
        var judged = JudgeAsync(known, audiences, cancel);
        return judged.IsCompletedSuccessfully ? ValueTask.FromResult(judged.Result) : judged;
    }

    private async ValueTask<TokenIdentity?> VerifyAsync(string token, ImmutableArray<string> audiences, CancellationToken cancel)
    {
        if (await keys.VerifyAsync(token) is not { } claims)
            return null;
        var verified = new Verified(claims, new TokenIdentity(UserOf(claims), Common(claims.Audiences, apiAudiences)));
        var identity = await JudgeAsync(verified, audiences, cancel);
        if (identity is not null)
            _cache.Add(token, verified);
        return identity;
    }

    private async ValueTask<TokenIdentity?> JudgeAsync(Verified verified, ImmutableArray<string> audiences, CancellationToken cancel)
    {
        var claims = verified.Claims;
        var now = time.GetUtcNow();
        if (now > claims.Expires + Leeway || now < claims.NotBefore - Leeway)
            return null;
        var identity = verified.ForApi;
        if (!audiences.IsDefaultOrEmpty)
            identity = new TokenIdentity(identity.User, Common(claims.Audiences, audiences));
        if (identity.Audiences.IsEmpty)
            return null;
        if (!await IsAliveAsync(SecurityResources.ServiceAccounts, claims.Namespace, claims.ServiceAccount, now, cancel))
            return null;
        if (claims.Pod is { } pod && !await IsAliveAsync(SecurityResources.Pods, claims.Namespace, pod, now, cancel))
            return null;
        if (claims.Secret is { } secret && !await IsAliveAsync(SecurityResources.Secrets, claims.Namespace, secret, now, cancel))
            return null;
        if (claims is { Node: { } node, Pod: null } && !await IsAliveAsync(SecurityResources.Nodes, "", node, now, cancel))
            return null;
        return identity;
    }

    /// <summary>The memory of this process may lag behind: what it does not know is asked for once more, where it is known for certain.</summary>
    private async ValueTask<bool> IsAliveAsync(GroupResource resource, string ns, ObjectReference reference, DateTimeOffset now, CancellationToken cancel)
    {
        var key = new ObjectKey(ns, reference.Name);
        return IsAlive(await lookup.FindAsync(resource, key, ReadAt.Any, cancel), reference, now)
            || IsAlive(await lookup.FindAsync(resource, key, ReadAt.Latest, cancel), reference, now);
    }

    private static bool IsAlive(StoredObject? stored, ObjectReference reference, DateTimeOffset now) =>
        stored is not null && stored.Head.Uid == reference.Uid && (stored.Head.Deleted is not { } deleted || deleted >= now - Leeway);

    private static ImmutableArray<string> Common(ImmutableArray<string> ofToken, ImmutableArray<string> asked) => [.. asked.Where(a => ofToken.Contains(a))];

    private static UserInfo UserOf(ServiceAccountClaims claims)
    {
        var extra = ImmutableSortedDictionary.CreateBuilder<string, ImmutableArray<string>>(StringComparer.Ordinal);
        if (claims.Id.Length > 0)
            extra[UserExtra.CredentialId] = ["JTI=" + claims.Id];
        if (claims.Pod is { } pod)
        {
            extra[UserExtra.PodName] = [pod.Name];
            extra[UserExtra.PodUid] = [pod.Uid];
        }
        if (claims.Node is { } node)
        {
            extra[UserExtra.NodeName] = [node.Name];
            extra[UserExtra.NodeUid] = [node.Uid];
        }
        return new UserInfo(claims.Subject)
        {
            Uid = claims.ServiceAccount.Uid,
            Groups = [WellKnownUsers.ServiceAccounts, $"{WellKnownUsers.ServiceAccounts}:{claims.Namespace}", WellKnownUsers.Authenticated],
            Extra = extra.ToImmutable(),
        };
    }

    private sealed record Verified(ServiceAccountClaims Claims, TokenIdentity ForApi);
}
