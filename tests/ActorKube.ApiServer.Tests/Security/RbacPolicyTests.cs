using System.Collections.Immutable;
using System.Text.Json;
using ActorKube.Api.Names;
using ActorKube.Api.Users;
using ActorKube.ApiServer.Security;
using ActorKube.ApiServer.Security.Rbac;
using CsCheck;

namespace ActorKube.ApiServer.Tests.Security;

public sealed class RbacPolicyTests
{
    private static readonly UserInfo Alice = new("alice") { Groups = ["dev"] };

    [Theory]
    [InlineData("get", "", "pods", "", true)]
    [InlineData("list", "", "pods", "", false)]
    [InlineData("get", "apps", "pods", "", false)]
    [InlineData("get", "", "pods", "log", false)]
    [InlineData("get", "", "services", "", false)]
    public void A_rule_says_verb_group_and_resource(string verb, string group, string resource, string subresource, bool allowed) =>
        Assert.Equal(allowed, Rule("""{"verbs":["get"],"apiGroups":[""],"resources":["pods"]}""").Allows(Request(verb, group, resource, subresource)));

    [Theory]
    [InlineData("pods/log", "pods", "log", true)]
    [InlineData("pods/log", "pods", "", false)]
    [InlineData("pods/log", "pods", "exec", false)]
    [InlineData("*/scale", "deployments", "scale", true)]
    [InlineData("*/scale", "deployments", "autoscale", false)]
    [InlineData("*/scale", "deployments", "", false)]
    [InlineData("*", "pods", "log", true)]
    [InlineData("pods/*", "pods", "log", false)]
    [InlineData("pods", "pods", "log", false)]
    public void Subresources_are_resources_of_their_own(string allowedResource, string resource, string subresource, bool allowed) =>
        Assert.Equal(allowed, Rule($$"""{"verbs":["*"],"apiGroups":["*"],"resources":["{{allowedResource}}"]}""").Allows(Request("get", "", resource, subresource)));

    [Theory]
    [InlineData("a", true)]
    [InlineData("c", false)]
    [InlineData("", false)]
    public void Resource_names_narrow_a_rule(string name, bool allowed) =>
        Assert.Equal(allowed, Rule("""{"verbs":["get"],"apiGroups":[""],"resources":["pods"],"resourceNames":["a","b"]}""").Allows(Request("get", "", "pods", "", name: name)));

    [Theory]
    [InlineData("/healthz", "/healthz", true)]
    [InlineData("/healthz", "/healthz/etcd", false)]
    [InlineData("/healthz/*", "/healthz/etcd", true)]
    [InlineData("/healthz/*", "/healthz", false)]
    [InlineData("/api*", "/apis", true)]
    [InlineData("*", "/anything", true)]
    public void Paths_match_exactly_or_up_to_a_star(string allowedPath, string path, bool allowed)
    {
        var rule = Rule($$"""{"verbs":["get"],"nonResourceURLs":["{{allowedPath}}"]}""");
        Assert.Equal(allowed, rule.Allows(new AccessAttributes { User = Alice, Verb = "get", Path = path }));
        Assert.False(rule.Allows(Request("get", "", "pods")));
    }

    [Fact]
    public void Reasons_are_upstreams()
    {
        var policy = RbacPolicy.Empty
            .With(Role("", "reader", "get", "pods"))
            .With(Role("ns1", "local", "list", "pods"))
            .With(Binding("", "b1", "ClusterRole", "reader", new RbacSubject("User", "", "alice")))
            .With(Binding("ns1", "b2", "Role", "local", new RbacSubject("ServiceAccount", "", "web")))
            .With(Binding("ns1", "b3", "ClusterRole", "gone", new RbacSubject("User", "", "alice")));
        Assert.Equal("RBAC: allowed by ClusterRoleBinding \"b1\" of ClusterRole \"reader\" to User \"alice\"", policy.Authorize(Request("get", "", "pods")).Reason);
        var web = new UserInfo("system:serviceaccount:ns1:web");
        Assert.Equal(
            "RBAC: allowed by RoleBinding \"b2/ns1\" of Role \"local\" to ServiceAccount \"web/ns1\"",
            policy.Authorize(Request("list", "", "pods", user: web)).Reason);
        var denied = policy.Authorize(Request("delete", "", "pods"));
        Assert.Equal(AccessVerdict.NoOpinion, denied.Verdict);
        Assert.Equal("RBAC: clusterrole.rbac.authorization.k8s.io \"gone\" not found", denied.Reason);
    }

    [Fact]
    public void Changes_to_roles_and_bindings_take_effect_at_once()
    {
        var policy = RbacPolicy.Empty.With(Role("", "r", "get", "pods")).With(Binding("", "b", "ClusterRole", "r", new RbacSubject("Group", "", "dev")));
        Assert.True(Allows(policy, "get"));
        Assert.False(Allows(policy.With(Role("", "r", "list", "pods")), "get"));
        Assert.False(Allows(policy.WithoutRole(new("", "r")), "get"));
        Assert.False(Allows(policy.WithoutBinding(new("", "b")), "get"));
        Assert.False(Allows(policy.With(Binding("", "b", "ClusterRole", "r", new RbacSubject("Group", "", "ops"))), "get"));
        Assert.True(Allows(policy, "get"));
    }

    [Fact]
    public void Decisions_equal_those_of_the_definition_on_random_policies() =>
        Histories.Sample(history =>
        {
            var policy = RbacPolicy.Empty;
            var roles = new Dictionary<ObjectKey, RbacRole>();
            var bindings = new Dictionary<ObjectKey, RbacBinding>();
            foreach (var step in history.Steps)
            {
                policy = step.Apply(policy, roles, bindings);
                foreach (var request in history.Requests)
                    Assert.Equal(NaiveRbac.Allows(roles, bindings, request), policy.Authorize(request).Verdict == AccessVerdict.Allow);
            }
        }, iter: 1500);

    private static readonly string[] Names = ["a", "b", "c"];

    private static Gen<T> Choose<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static readonly Gen<string> GenNamespace = Choose("", "n1", "n2");
    private static readonly Gen<PolicyRule> GenRule =
        from verbs in Choose("get", "list", "*").Array[1, 2]
        from groups in Choose("", "apps", "*").Array[1, 2]
        from resources in Choose("pods", "pods/log", "*/log", "services", "*").Array[1, 2]
        from names in Choose(Names).Array[0, 1]
        from paths in Choose("/healthz", "/api/*", "*").Array[0, 1]
        select new PolicyRule { Verbs = [.. verbs], ApiGroups = [.. groups], Resources = [.. resources], ResourceNames = [.. names], NonResourceUrls = [.. paths] };

    private static readonly Gen<Step> GenStep = Gen.OneOf(
        Gen.Select(GenNamespace, Choose(Names), GenRule.Array[0, 3], (ns, n, rules) => (Step)new PutRole(new RbacRole(new(ns, n), [.. rules]))),
        Gen.Select(GenNamespace, Choose(Names), (ns, n) => (Step)new DropRole(new(ns, n))),
        Gen.Select(GenNamespace, Choose(Names), (ns, n) => (Step)new DropBinding(new(ns, n))),
        Gen.Select(
            GenNamespace, Choose(Names), Choose("Role", "ClusterRole"), Choose(Names),
            Gen.Select(Choose("User", "Group", "ServiceAccount", "Alien"), GenNamespace, Choose("x", "y"), (k, ns, n) => new RbacSubject(k, ns, n)).Array[0, 3],
            (ns, n, kind, role, subjects) => (Step)new PutBinding(new RbacBinding(new(ns, n), new RoleReference(kind, role), [.. subjects]))));

    private static readonly UserInfo[] Users =
    [
        new("x"), new("y") { Groups = ["x"] }, new("system:serviceaccount:n1:x") { Groups = ["y"] }, new("system:serviceaccount:n2:y"),
    ];

    private static readonly Gen<AccessAttributes> GenRequest =
        from user in Choose(Users)
        from verb in Choose("get", "list", "watch")
        from path in Choose<string?>(null, null, null, "/healthz", "/api/v1")
        from ns in GenNamespace
        from resource in Choose("pods", "services")
        from sub in Choose("", "log")
        from name in Choose("", "a")
        select path is null
            ? new AccessAttributes { User = user, Verb = verb, Group = "", Resource = resource, Subresource = sub, Namespace = ns, Name = name }
            : new AccessAttributes { User = user, Verb = verb, Path = path };

    private static readonly Gen<(Step[] Steps, AccessAttributes[] Requests)> Histories = Gen.Select(GenStep.Array[4, 16], GenRequest.Array[6]);

    private abstract record Step
    {
        public abstract RbacPolicy Apply(RbacPolicy policy, Dictionary<ObjectKey, RbacRole> roles, Dictionary<ObjectKey, RbacBinding> bindings);
    }

    private sealed record PutRole(RbacRole Role) : Step
    {
        public override RbacPolicy Apply(RbacPolicy policy, Dictionary<ObjectKey, RbacRole> roles, Dictionary<ObjectKey, RbacBinding> bindings)
        {
            roles[Role.Key] = Role;
            return policy.With(Role);
        }
    }

    private sealed record DropRole(ObjectKey Key) : Step
    {
        public override RbacPolicy Apply(RbacPolicy policy, Dictionary<ObjectKey, RbacRole> roles, Dictionary<ObjectKey, RbacBinding> bindings)
        {
            roles.Remove(Key);
            return policy.WithoutRole(Key);
        }
    }

    private sealed record PutBinding(RbacBinding Binding) : Step
    {
        public override RbacPolicy Apply(RbacPolicy policy, Dictionary<ObjectKey, RbacRole> roles, Dictionary<ObjectKey, RbacBinding> bindings)
        {
            bindings[Binding.Key] = Binding;
            return policy.With(Binding);
        }
    }

    private sealed record DropBinding(ObjectKey Key) : Step
    {
        public override RbacPolicy Apply(RbacPolicy policy, Dictionary<ObjectKey, RbacRole> roles, Dictionary<ObjectKey, RbacBinding> bindings)
        {
            bindings.Remove(Key);
            return policy.WithoutBinding(Key);
        }
    }

    private static bool Allows(RbacPolicy policy, string verb) => policy.Authorize(Request(verb, "", "pods")).Verdict == AccessVerdict.Allow;

    private static PolicyRule Rule(string json) => RbacReader.Rule(JsonDocument.Parse(json).RootElement);

    private static RbacRole Role(string ns, string name, string verb, string resource) =>
        new(new(ns, name), [new PolicyRule { Verbs = [verb], ApiGroups = [""], Resources = [resource] }]);

    private static RbacBinding Binding(string ns, string name, string kind, string role, params ImmutableArray<RbacSubject> subjects) => new(new(ns, name), new(kind, role), subjects);

    private static AccessAttributes Request(string verb, string group, string resource, string subresource = "", string name = "", UserInfo? user = null) => new()
    {
        User = user ?? Alice,
        Verb = verb,
        Group = group,
        Version = "v1",
        Resource = resource,
        Subresource = subresource,
        Namespace = "ns1",
        Name = name,
    };
}
