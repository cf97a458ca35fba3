using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using ActorKube.Api.Names;
using ActorKube.Api.Users;

namespace ActorKube.ApiServer.Security.Rbac;

/// <summary>
/// All roles and bindings at one moment, indexed by subject. Immutable: a change makes a new policy that shares nearly everything with the old one. What a user
/// may do is worked out once per user and policy and remembered, so that a busy user's decision is a walk over a flat array.
/// </summary>
internal sealed class RbacPolicy
{
    private const int ViewSlots = 512;

    public static readonly RbacPolicy Empty = new(
        ImmutableDictionary<ObjectKey, RbacRole>.Empty, ImmutableDictionary<ObjectKey, RbacBinding>.Empty, ImmutableDictionary<string, SubjectGrants>.Empty);

    private readonly ImmutableDictionary<ObjectKey, RbacRole> _roles;
    private readonly ImmutableDictionary<ObjectKey, RbacBinding> _bindings;
    private readonly ImmutableDictionary<string, SubjectGrants> _grants;
    private UserView?[]? _views;

    private RbacPolicy(ImmutableDictionary<ObjectKey, RbacRole> roles, ImmutableDictionary<ObjectKey, RbacBinding> bindings, ImmutableDictionary<string, SubjectGrants> grants)
    {
        _roles = roles;
        _bindings = bindings;
        _grants = grants;
    }

    /// <summary>The role a binding refers to, or null. A RoleBinding may refer to a ClusterRole; a Role is looked for in the binding's namespace.</summary>
    public RbacRole? Find(RoleReference role, string ns) => _roles.GetValueOrDefault(KeyOf(role, ns));

    public RbacPolicy With(RbacRole role) => new(_roles.SetItem(role.Key, role), _bindings, _grants);

    public RbacPolicy WithoutRole(ObjectKey key) => new(_roles.Remove(key), _bindings, _grants);

    public RbacPolicy With(RbacBinding binding)
    {
        var without = Ungrant(binding.Key);
        var grants = without.ToBuilder();
        foreach (var subject in binding.Subjects)
            if (Grant.Create(binding, subject) is { } grant)
                grants[grant.Subject] = (grants.TryGetValue(grant.Subject, out var known) ? known : SubjectGrants.None).With(grant);
        return new(_roles, _bindings.SetItem(binding.Key, binding), grants.ToImmutable());
    }

    public RbacPolicy WithoutBinding(ObjectKey key) => new(_roles, _bindings.Remove(key), Ungrant(key));

    /// <summary>Allows, or has no opinion; then the reason names roles that bindings of the user refer to and that do not exist.</summary>
    public AccessDecision Authorize(in AccessAttributes request)
    {
        var view = ViewOf(request.User);
        foreach (var granted in view.Cluster)
            if (granted.Rule.Allows(request))
                return new AccessDecision(AccessVerdict.Allow, granted.Reason);
        if (request.Namespace is { Length: > 0 } ns)
            foreach (var granted in view.In(ns))
                if (granted.Rule.Allows(request))
                    return new AccessDecision(AccessVerdict.Allow, granted.Reason);
        return new AccessDecision(AccessVerdict.NoOpinion, MissingRoles(request.User, request.Namespace ?? ""));
    }

    /// <summary>Every rule that holds for a user in a namespace (empty: cluster-wide only).</summary>
    public IEnumerable<PolicyRule> RulesFor(UserInfo user, string ns)
    {
        var view = ViewOf(user);
        var rules = view.Cluster.Select(g => g.Rule);
        return ns.Length == 0 ? rules : rules.Concat(view.In(ns).Select(g => g.Rule));
    }

    private UserView ViewOf(UserInfo user)
    {
        var views = LazyInitializer.EnsureInitialized(ref _views, () => new UserView?[ViewSlots]);
        // By reference: authentication hands out one instance per connection or token, and no two users are ever taken for each other.
        ref var slot = ref views[(uint)RuntimeHelpers.GetHashCode(user) % ViewSlots];
        var known = Volatile.Read(ref slot);
        if (known is not null && ReferenceEquals(known.User, user))
            return known;
        var view = new UserView(this, user);
        Volatile.Write(ref slot, view);
        return view;
    }

    private IEnumerable<Grant> GrantsOf(UserInfo user, string? ns)
    {
        foreach (var subject in SubjectsOf(user))
            if (_grants.TryGetValue(subject, out var grants))
                foreach (var grant in grants.In(ns))
                    yield return grant;
    }

    private ResolvedRule[] Resolve(UserInfo user, string? ns) =>
    [
        .. GrantsOf(user, ns)
            .OrderBy(g => g.Binding.Key)
            .SelectMany(g => _roles.TryGetValue(g.Role, out var role) ? role.Rules.Select(r => new ResolvedRule(r, g.Reason)) : []),
    ];

    private string MissingRoles(UserInfo user, string ns)
    {
        var missing = GrantsOf(user, null).Concat(ns.Length > 0 ? GrantsOf(user, ns) : [])
            .Where(g => !_roles.ContainsKey(g.Role))
            .Select(g => g.Role.Namespace.Length == 0 ? $"clusterrole.{SecurityResources.RbacGroup} \"{g.Role.Name}\" not found" : $"role.{SecurityResources.RbacGroup} \"{g.Role.Name}\" not found")
            .Distinct()
            .ToArray();
        return missing.Length switch
        {
            0 => "",
            1 => "RBAC: " + missing[0],
            _ => $"RBAC: [{string.Join(", ", missing)}]",
        };
    }

    private ImmutableDictionary<string, SubjectGrants> Ungrant(ObjectKey key)
    {
        if (!_bindings.TryGetValue(key, out var old))
            return _grants;
        var grants = _grants.ToBuilder();
        foreach (var subject in old.Subjects)
            if (Grant.Create(old, subject) is { } grant && grants.TryGetValue(grant.Subject, out var known))
            {
                var rest = known.Without(key);
                if (rest.IsEmpty)
                    grants.Remove(grant.Subject);
                else
                    grants[grant.Subject] = rest;
            }
        return grants.ToImmutable();
    }

    private static IEnumerable<string> SubjectsOf(UserInfo user)
    {
        yield return Grant.UserSubject + user.Name;
        foreach (var group in user.Groups)
            yield return Grant.GroupSubject + group;
    }

    internal static ObjectKey KeyOf(RoleReference role, string ns) => new(role.Kind == "ClusterRole" ? "" : ns, role.Name);

    /// <summary>What one user may do. Namespaces are worked out when they are first asked for, and kept only when there is something in them.</summary>
    private sealed class UserView(RbacPolicy policy, UserInfo user)
    {
        private ImmutableDictionary<string, ResolvedRule[]> _namespaces = ImmutableDictionary<string, ResolvedRule[]>.Empty;

        public UserInfo User => user;

        public ResolvedRule[] Cluster { get; } = policy.Resolve(user, null);

        public ResolvedRule[] In(string ns)
        {
            if (_namespaces.TryGetValue(ns, out var known))
                return known;
            var rules = policy.Resolve(user, ns);
            if (rules.Length > 0)
                ImmutableInterlocked.TryAdd(ref _namespaces, ns, rules);
            return rules;
        }
    }

    private readonly record struct ResolvedRule(PolicyRule Rule, string Reason);
}
