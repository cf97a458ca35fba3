using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Json;
using ActorKube.Api.Names;
using ActorKube.Api.Users;

namespace ActorKube.ApiServer.Security.Rbac;

/// <summary>
/// Nobody grants what he does not hold. Asked by the pipeline before a role or binding is created or updated, after admission. Who may <c>escalate</c> the role or
/// <c>bind</c> the role of a binding, and <c>system:masters</c>, are exempt.
/// </summary>
internal sealed class EscalationCheck(RbacState state, IAuthorizer authorizer)
{
    private static readonly PolicyRule[] FullAuthority =
    [
        new() { Verbs = ["*"], ApiGroups = ["*"], Resources = ["*"] },
        new() { Verbs = ["*"], NonResourceUrls = ["*"] },
    ];

    /// <summary>True for the four resources that this check is about.</summary>
    public static bool Concerns(GroupResource resource) =>
        resource == SecurityResources.Roles || resource == SecurityResources.ClusterRoles || resource == SecurityResources.RoleBindings || resource == SecurityResources.ClusterRoleBindings;

    /// <summary>Checks one write.</summary>
    /// <param name="user">Who writes.</param>
    /// <param name="resource">One of the four.</param>
    /// <param name="newObject">What is to be stored.</param>
    /// <param name="oldObject">What is stored; null when the object is created.</param>
    /// <param name="cancel">Ends the look-ups.</param>
    /// <exception cref="ApiException">403, or 404 when a binding refers to a role that does not exist.</exception>
    public async ValueTask CheckAsync(UserInfo user, GroupResource resource, JsonObject newObject, JsonObject? oldObject, CancellationToken cancel)
    {
        if (user.IsIn(WellKnownUsers.Masters))
            return;
        await state.Ready.WaitAsync(cancel);
        if (resource == SecurityResources.Roles || resource == SecurityResources.ClusterRoles)
            await CheckRoleAsync(user, resource, RbacJson.ReadRole(newObject), oldObject is null ? null : RbacJson.ReadRole(oldObject), cancel);
        else
            await CheckBindingAsync(user, resource, RbacJson.ReadBinding(newObject), oldObject is null ? null : RbacJson.ReadBinding(oldObject), cancel);
    }

    private async ValueTask CheckRoleAsync(UserInfo user, GroupResource resource, RbacRole role, RbacRole? old, CancellationToken cancel)
    {
        // The garbage collector edits metadata of roles whose rules it does not hold.
        if (old is not null && old.Rules.SequenceEqual(role.Rules) && old.IsAggregated == role.IsAggregated && (!role.IsAggregated || old.Aggregation.SequenceEqual(role.Aggregation)))
            return;
        if (await MayAsync(user, "escalate", resource, role.Key, cancel))
            return;
        Confirm(user, resource, role.Key, role.Rules);
        if ((role.IsAggregated || old is { IsAggregated: true }) && Missing(user, "", FullAuthority).Count > 0)
            throw ApiErrors.Forbidden(resource, role.Key.Name, "must have cluster-admin privileges to use the aggregationRule");
    }

    private async ValueTask CheckBindingAsync(UserInfo user, GroupResource resource, RbacBinding binding, RbacBinding? old, CancellationToken cancel)
    {
        if (old is not null && old.Role == binding.Role && old.Subjects.SequenceEqual(binding.Subjects))
            return;
        var roleResource = binding.Role.Kind == "ClusterRole" ? SecurityResources.ClusterRoles : SecurityResources.Roles;
        if (await MayAsync(user, "bind", roleResource, new ObjectKey(binding.Key.Namespace, binding.Role.Name), cancel))
            return;
        var role = state.Current.Find(binding.Role, binding.Key.Namespace) ?? throw ApiErrors.NotFound(roleResource, binding.Role.Name);
        Confirm(user, resource, binding.Key, role.Rules);
    }

    private void Confirm(UserInfo user, GroupResource resource, ObjectKey key, IEnumerable<PolicyRule> rules)
    {
        var missing = Missing(user, key.Namespace, rules);
        if (missing.Count == 0)
            return;
        var list = RuleCoverage.Join(missing).Select(r => r.ToString()).Order(StringComparer.Ordinal);
        throw ApiErrors.Forbidden(
            resource, key.Name,
            $"user {GoText.Quote(user.Name)} (groups={GoText.List(user.Groups)}) is attempting to grant RBAC permissions not currently held:\n{string.Join('\n', list)}");
    }

    private IReadOnlyList<PolicyRule> Missing(UserInfo user, string ns, IEnumerable<PolicyRule> rules) => RuleCoverage.Missing([.. state.Current.RulesFor(user, ns)], rules);

    private async ValueTask<bool> MayAsync(UserInfo user, string verb, GroupResource resource, ObjectKey key, CancellationToken cancel)
    {
        var decision = await authorizer.AuthorizeAsync(
            new AccessAttributes { User = user, Verb = verb, Group = resource.Group, Version = "v1", Resource = resource.Plural, Namespace = key.Namespace, Name = key.Name }, cancel);
        return decision.Verdict == AccessVerdict.Allow;
    }
}
