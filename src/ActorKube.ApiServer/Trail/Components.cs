using System.Collections.Frozen;
using ActorKube.Api.Users;
using ActorKube.ApiServer.Security.Rbac;

namespace ActorKube.ApiServer.Trail;

/// <summary>The cluster's own components: what they do follows from what others wanted, and is in their own logs.</summary>
internal static class Components
{
    // Whomever the shipped policy knows by name: it is made for them.
    private static readonly FrozenSet<string> Names = BootstrapPolicy.Default.Bindings
        .SelectMany(static b => b.Subjects)
        .Where(static s => s.Kind is "User" or "ServiceAccount")
        .Select(static s => s.Kind == "User" ? s.Name : WellKnownUsers.ServiceAccount(s.Namespace, s.Name))
        .Append(WellKnownUsers.ApiServer)
        .ToFrozenSet();

    /// <summary>Whether a user is one of them.</summary>
    public static bool Include(string user) => user.StartsWith("system:", StringComparison.Ordinal) && (Names.Contains(user) || user.StartsWith(WellKnownUsers.NodePrefix, StringComparison.Ordinal));
}
