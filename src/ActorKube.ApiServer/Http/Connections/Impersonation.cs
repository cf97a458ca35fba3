using System.Collections.Immutable;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Api.Users;
using ActorKube.ApiServer.Security;
using Microsoft.AspNetCore.Http;

namespace ActorKube.ApiServer.Http.Connections;

/// <summary>
/// Acting as somebody else (<c>kubectl --as</c>): the headers <c>Impersonate-User</c>, <c>-Group</c>, <c>-Uid</c> and <c>-Extra-*</c>, each of which needs the
/// verb <c>impersonate</c> on what it names.
/// </summary>
internal sealed class Impersonation(IAuthorizer authorizer)
{
    private const string Prefix = "Impersonate-";
    private const string UserHeader = "Impersonate-User";
    private const string GroupHeader = "Impersonate-Group";
    private const string UidHeader = "Impersonate-Uid";
    private const string ExtraPrefix = "Impersonate-Extra-";

    /// <summary>True when any of the headers is there.</summary>
    public static bool IsAsked(IHeaderDictionary headers)
    {
        foreach (var header in headers)
            if (header.Key.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
                return true;
        return false;
    }

    /// <summary>The user to act as.</summary>
    /// <exception cref="ApiException">400 when a user is missing, 403 when it is not allowed.</exception>
    public async ValueTask<UserInfo> ApplyAsync(UserInfo caller, HttpContext context)
    {
        var headers = context.Request.Headers;
        var name = headers[UserHeader].ToString();
        var groups = headers[GroupHeader].Where(g => !string.IsNullOrEmpty(g)).Select(g => g!).ToImmutableArray();
        var uid = headers[UidHeader].ToString();
        var extra = Extras(headers);
        if (name.Length == 0)
            throw ApiErrors.BadRequest($"requested [{string.Join(' ', Asked(groups, extra, uid))}] without impersonating a user");
        await RequireIdentityAsync(caller, name, context.RequestAborted);
        foreach (var group in groups)
            await RequireAsync(caller, "", "groups", "", "", group, context.RequestAborted);
        if (uid.Length > 0)
            await RequireAsync(caller, "authentication.k8s.io", "uids", "", "", uid, context.RequestAborted);
        foreach (var (key, values) in extra)
            foreach (var value in values)
                await RequireAsync(caller, "authentication.k8s.io", "userextras", key, "", value, context.RequestAborted);
        return new UserInfo(name) { Groups = WithImplied(name, groups), Uid = uid, Extra = extra };
    }

    private ValueTask RequireIdentityAsync(UserInfo caller, string name, CancellationToken cancel)
    {
        if (SplitServiceAccount(name) is var (ns, account))
            return RequireAsync(caller, "", "serviceaccounts", "", ns, account, cancel);
        return RequireAsync(caller, "", "users", "", "", name, cancel);
    }

    private async ValueTask RequireAsync(UserInfo caller, string group, string resource, string subresource, string ns, string name, CancellationToken cancel)
    {
        var decision = await authorizer.AuthorizeAsync(new AccessAttributes
        {
            User = caller,
            Verb = "impersonate",
            Group = group,
            Version = "v1",
            Resource = resource,
            Subresource = subresource,
            Namespace = ns,
            Name = name,
        }, cancel);
        if (decision.Verdict != AccessVerdict.Allow)
            throw ApiErrors.Forbidden(new GroupResource(group, resource), name,
                $"User \"{caller.Name}\" cannot impersonate resource \"{(subresource.Length > 0 ? $"{resource}/{subresource}" : resource)}\" in API group \"{group}\"{(ns.Length > 0 ? $" in the namespace \"{ns}\"" : " at the cluster scope")}");
    }

    private static ImmutableArray<string> WithImplied(string name, ImmutableArray<string> groups)
    {
        if (name == WellKnownUsers.Anonymous)
            return Add(groups, WellKnownUsers.Unauthenticated);
        if (groups.IsEmpty && SplitServiceAccount(name) is var (ns, _))
            groups = [WellKnownUsers.ServiceAccounts, $"{WellKnownUsers.ServiceAccounts}:{ns}"];
        // Who names one of the two groups that say whether somebody is known has the last word.
        return groups.Contains(WellKnownUsers.Unauthenticated) ? groups : Add(groups, WellKnownUsers.Authenticated);
    }

    private static ImmutableArray<string> Add(ImmutableArray<string> groups, string group) => groups.Contains(group) ? groups : groups.Add(group);

    // What was asked for, as upstream prints its references: kind, namespace, name, uid, version, revision, path.
    private static IEnumerable<string> Asked(ImmutableArray<string> groups, ImmutableSortedDictionary<string, ImmutableArray<string>> extra, string uid)
    {
        foreach (var group in groups)
            yield return $"{{Group  {group}    }}";
        foreach (var (key, values) in extra)
            foreach (var value in values)
                yield return $"{{UserExtra  {value}  authentication.k8s.io/v1  {key}}}";
        if (uid.Length > 0)
            yield return $"{{UID  {uid}  authentication.k8s.io/v1  }}";
    }

    private static (string Namespace, string Name)? SplitServiceAccount(string user)
    {
        if (!user.StartsWith(WellKnownUsers.ServiceAccountPrefix, StringComparison.Ordinal))
            return null;
        var parts = user[WellKnownUsers.ServiceAccountPrefix.Length..].Split(':');
        return parts.Length == 2 && parts[0].Length > 0 && parts[1].Length > 0 ? (parts[0], parts[1]) : null;
    }

    private static ImmutableSortedDictionary<string, ImmutableArray<string>> Extras(IHeaderDictionary headers) =>
        headers
            .Where(h => h.Key.StartsWith(ExtraPrefix, StringComparison.OrdinalIgnoreCase))
            // Two headers may be the same key, once escaped and once not.
            .GroupBy(h => Uri.UnescapeDataString(h.Key[ExtraPrefix.Length..].ToLowerInvariant()))
            .ToImmutableSortedDictionary(same => same.Key, same => same.SelectMany(h => h.Value).Where(v => v is not null).Select(v => v!).ToImmutableArray());
}
