using System.Collections.Immutable;

namespace ActorKube.ApiServer.Security.Rbac;

/// <summary>The rules of an aggregated ClusterRole are those of the ClusterRoles that its selectors match, in order of their names, each rule once.</summary>
internal static class ClusterRoleAggregation
{
    public static ImmutableArray<PolicyRule> RulesFor(RbacRole role, IEnumerable<RbacRole> clusterRoles)
    {
        var rules = ImmutableArray.CreateBuilder<PolicyRule>();
        var seen = new HashSet<PolicyRule>();
        foreach (var other in clusterRoles.OrderBy(r => r.Key))
            if (other.Key != role.Key && role.Aggregation.Any(s => s.Matches(other.Labels)))
                foreach (var rule in other.Rules)
                    if (seen.Add(rule))
                        rules.Add(rule);
        return rules.ToImmutable();
    }

    /// <summary>Fills in the rules of all aggregated roles; roles that aggregate aggregated ones take as many rounds as they are deep.</summary>
    public static IReadOnlyList<RbacRole> ResolveAll(IReadOnlyList<RbacRole> roles)
    {
        for (var round = 0; round <= roles.Count; round++)
        {
            var current = roles;
            var clusterRoles = current.Where(r => r.Key.Namespace.Length == 0).ToArray();
            var next = current.Select(r => r.IsAggregated ? r with { Rules = RulesFor(r, clusterRoles) } : r).ToArray();
            if (next.Zip(current).All(p => p.First.Rules.SequenceEqual(p.Second.Rules)))
                return next;
            roles = next;
        }
        return roles;
    }
}
