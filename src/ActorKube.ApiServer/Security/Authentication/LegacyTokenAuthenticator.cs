using System.Collections.Immutable;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Api.Users;
using ActorKube.ApiServer.Security.Tokens;
using ActorKube.Machinery.Objects;
using ActorKube.Protocol.Store;

namespace ActorKube.ApiServer.Security.Authentication;

/// <summary>
/// Service account tokens out of Secrets. One is good while its Secret holds exactly this token and is not being deleted, and its account is the one it was made for; that is looked up at every use.
/// </summary>
internal sealed class LegacyTokenAuthenticator(ServiceAccountKeys keys, ImmutableArray<string> apiAudiences, IObjectLookup lookup, LegacyTokenTracking tracking, TokenCounts counts, int cacheSlots = 4096) : ITokenAuthenticator
{
    // Upstream's sentence about tokens that nobody has asked for.
    private const string MadeByItself = "Use tokens from the TokenRequest API or manually created secret-based tokens instead of auto-generated secret-based tokens.";

    private readonly VerifiedTokenCache<Verified> _cache = new(cacheSlots);

    public async ValueTask<TokenIdentity?> AuthenticateAsync(string token, ImmutableArray<string> audiences, CancellationToken cancel)
    {
        var verified = _cache.Find(token);
        if (verified is null)
        {
            if (await keys.VerifyLegacyAsync(token) is not { } good)
                return null;
            _cache.Add(token, verified = new Verified(good));
        }
        var claims = verified.Claims;
        // A token without audiences is meant for the API server alone.
        ImmutableArray<string> common = audiences.IsDefaultOrEmpty ? apiAudiences : [.. audiences.Where(apiAudiences.Contains)];
        if (common.IsEmpty)
            return null;
        var secret = await FindAsync(SecurityResources.Secrets, new ObjectKey(claims.Account.Namespace, claims.Secret), s => IsHeld(s, token, verified), cancel);
        var account = await FindAsync(SecurityResources.ServiceAccounts, claims.Account, a => a.Head is { Deleted: null } head && head.Uid == claims.Uid, cancel);
        if (secret is null || account is null)
            return null;
        tracking.Used(secret);
        // That somebody still uses a token that has been marked is noted all the same.
        if (!string.IsNullOrEmpty(secret.Head.Labels[LegacyTokens.InvalidSinceLabel]))
        {
            counts.Refused();
            return null;
        }
        var automatic = verified.IsReferredTo(account);
        counts.Used(automatic);
        return new TokenIdentity(UserOf(claims), common) { Warning = automatic ? MadeByItself : "" };
    }

    // A Secret that has not changed since it was read need not be read again.
    private static bool IsHeld(StoredObject secret, string token, Verified verified)
    {
        if (secret.Head.Deleted is not null)
            return false;
        if (ReferenceEquals(verified.Holder, secret))
            return true;
        if (SecretData.Of(secret)["token"] != token)
            return false;
        verified.Holder = secret;
        return true;
    }

    // The memory of this process may lag behind: what it does not know is asked for once more, where it is known for certain.
    private async ValueTask<StoredObject?> FindAsync(GroupResource resource, ObjectKey key, Func<StoredObject, bool> isGood, CancellationToken cancel)
    {
        if (await lookup.FindAsync(resource, key, ReadAt.Any, cancel) is { } known && isGood(known))
            return known;
        return await lookup.FindAsync(resource, key, ReadAt.Latest, cancel) is { } latest && isGood(latest) ? latest : null;
    }

    private static UserInfo UserOf(LegacyTokenClaims claims) => new(claims.Subject)
    {
        Uid = claims.Uid,
        Groups = [WellKnownUsers.ServiceAccounts, $"{WellKnownUsers.ServiceAccounts}:{claims.Account.Namespace}", WellKnownUsers.Authenticated],
    };

    private sealed class Verified(LegacyTokenClaims claims)
    {
        public LegacyTokenClaims Claims { get; } = claims;

        /// <summary>The state of the Secret that was seen to hold the token.</summary>
        public volatile StoredObject? Holder;

        private volatile Tuple<StoredObject, bool>? _referred;

        /// <summary>Whether the account lists the Secret among its own, as those that were made for accounts by themselves are.</summary>
        public bool IsReferredTo(StoredObject account)
        {
            if (_referred is not { } known || !ReferenceEquals(known.Item1, account))
                _referred = known = Tuple.Create(account, account.Edit().Items("secrets").Any(s => s.Text("name") == Claims.Secret));
            return known.Item2;
        }
    }
}
