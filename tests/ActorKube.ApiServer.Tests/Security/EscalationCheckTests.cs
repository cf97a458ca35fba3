using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Users;
using ActorKube.ApiServer.Security;
using ActorKube.ApiServer.Security.Authorization;
using ActorKube.ApiServer.Security.Rbac;
using Microsoft.Extensions.Logging.Abstractions;
using CsCheck;

namespace ActorKube.ApiServer.Tests.Security;

public sealed class EscalationCheckTests
{
    private static readonly UserInfo Bob = new("bob") { Groups = ["dev", "system:authenticated"] };

    [Fact]
    public async Task Nobody_grants_what_he_does_not_hold()
    {
        var check = await CheckFor(("ns1", Rule("get,list", "", "pods")));
        var error = await Refused(() => check.CheckAsync(Bob, SecurityResources.Roles, Role("ns1", """{"verbs":["get","delete"],"apiGroups":[""],"resources":["pods","secrets"]}"""), null, default));
        Assert.Equal(
            "roles.rbac.authorization.k8s.io \"r\" is forbidden: user \"bob\" (groups=[\"dev\" \"system:authenticated\"]) is attempting to grant RBAC permissions not currently held:\n"
            + "{APIGroups:[\"\"], Resources:[\"pods\"], Verbs:[\"delete\"]}\n{APIGroups:[\"\"], Resources:[\"secrets\"], Verbs:[\"get\" \"delete\"]}",
            error.Message);
        await check.CheckAsync(Bob, SecurityResources.Roles, Role("ns1", """{"verbs":["list"],"apiGroups":[""],"resources":["pods"],"resourceNames":["a"]}"""), null, default);
        await Refused(() => check.CheckAsync(Bob, SecurityResources.Roles, Role("ns2", """{"verbs":["list"],"apiGroups":[""],"resources":["pods"]}"""), null, default));
    }

    [Fact]
    public async Task Masters_and_who_may_escalate_are_exempt()
    {
        var wanted = Role("ns1", """{"verbs":["*"],"apiGroups":["*"],"resources":["*"]}""");
        var check = await CheckFor(("ns1", Rule("escalate", "rbac.authorization.k8s.io", "roles")));
        await check.CheckAsync(Bob, SecurityResources.Roles, wanted, null, default);
        await check.CheckAsync(new UserInfo("root") { Groups = ["system:masters"] }, SecurityResources.Roles, wanted, null, default);
        await Refused(() => check.CheckAsync(new UserInfo("eve"), SecurityResources.Roles, wanted, null, default));
    }

    [Fact]
    public async Task Metadata_of_a_powerful_role_may_be_edited()
    {
        var check = await CheckFor();
        var old = Role("ns1", """{"verbs":["*"],"apiGroups":["*"],"resources":["*"]}""");
        var labelled = (JsonObject)old.DeepClone();
        labelled["metadata"]!["labels"] = new JsonObject { ["a"] = "b" };
        await check.CheckAsync(Bob, SecurityResources.Roles, labelled, old, default);
    }

    [Fact]
    public async Task A_binding_needs_its_roles_rules_or_the_right_to_bind_it()
    {
        var check = await CheckFor(("ns1", Rule("get", "", "pods")), ("ns1", Rule("bind", "rbac.authorization.k8s.io", "clusterroles", "powerful")));
        await check.CheckAsync(Bob, SecurityResources.RoleBindings, Binding("ns1", "reader"), null, default);
        await check.CheckAsync(Bob, SecurityResources.RoleBindings, Binding("ns1", "powerful"), null, default);
        Assert.Contains("attempting to grant", (await Refused(() => check.CheckAsync(Bob, SecurityResources.RoleBindings, Binding("ns2", "reader"), null, default))).Message);
        Assert.Contains("attempting to grant", (await Refused(() => check.CheckAsync(new UserInfo("eve"), SecurityResources.RoleBindings, Binding("ns1", "powerful"), null, default))).Message);
        var missing = await Refused(() => check.CheckAsync(Bob, SecurityResources.RoleBindings, Binding("ns1", "gone"), null, default));
        Assert.Equal("clusterroles.rbac.authorization.k8s.io \"gone\" not found", missing.Message);
    }

    [Fact]
    public async Task Aggregation_is_for_cluster_admins()
    {
        var role = JsonNode.Parse("""{"metadata":{"name":"r"},"rules":[],"aggregationRule":{"clusterRoleSelectors":[{"matchLabels":{"a":"b"}}]}}""")!.AsObject();
        var error = await Refused(async () => await (await CheckFor()).CheckAsync(Bob, SecurityResources.ClusterRoles, role, null, default));
        Assert.EndsWith("must have cluster-admin privileges to use the aggregationRule", error.Message);
    }

    [Fact]
    public void What_is_covered_is_allowed_wherever_it_is_asked() =>
        Gen.Select(GenRule.Array[1, 3], GenRule).Sample((held, wanted) =>
        {
            if (RuleCoverage.Missing(held, [wanted]).Count > 0)
                return;
            foreach (var verb in (string[])["get", "list", "odd"])
                foreach (var group in (string[])["", "apps", "odd"])
                    foreach (var resource in (string[])["pods", "services", "odd"])
                        foreach (var sub in (string[])["", "log", "odd"])
                            foreach (var name in (string[])["", "a", "odd"])
                            {
                                var request = new AccessAttributes { User = Bob, Verb = verb, Group = group, Resource = resource, Subresource = sub, Name = name };
                                if (wanted.Allows(request))
                                    Assert.Contains(held, h => h.Allows(request));
                            }
        }, iter: 3000);

    private static Gen<T> Choose<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static readonly Gen<PolicyRule> GenRule =
        from verbs in Choose("get", "list", "*").Array[1, 2]
        from groups in Choose("", "apps", "*").Array[1, 2]
        from resources in Choose("pods", "pods/log", "*/log", "services", "*").Array[1, 2]
        from names in Choose("a", "b").Array[0, 1]
        select new PolicyRule { Verbs = [.. verbs], ApiGroups = [.. groups], Resources = [.. resources], ResourceNames = [.. names] };

    private static async Task<EscalationCheck> CheckFor(params (string Namespace, PolicyRule Rule)[] held)
    {
        var state = new RbacState();
        var store = new MemoryStore();
        using var stop = new CancellationTokenSource();
        var running = state.RunAsync(store, "root", TimeProvider.System, NullLogger.Instance, stop.Token);
        await state.Ready;
        await stop.CancelAsync();
        await running;
        state.Put(new RbacRole(new("", "reader"), [Rule("get", "", "pods")]));
        state.Put(new RbacRole(new("", "powerful"), [Rule("*", "*", "*")]));
        for (var i = 0; i < held.Length; i++)
        {
            state.Put(new RbacRole(new(held[i].Namespace, $"held{i}"), [held[i].Rule]));
            state.Put(new RbacBinding(new(held[i].Namespace, $"held{i}"), new("Role", $"held{i}"), [new("User", "", "bob")]));
        }
        return new EscalationCheck(state, new AuthorizerChain(new Nobody(), state));
    }

    private sealed class Nobody : IAuthorizer
    {
        public ValueTask<AccessDecision> AuthorizeAsync(AccessAttributes attributes, CancellationToken cancel) => ValueTask.FromResult(AccessDecision.NoOpinion);
    }

    private static async Task<ApiException> Refused(Func<ValueTask> check) => await Assert.ThrowsAsync<ApiException>(async () => await check());

    private static PolicyRule Rule(string verbs, string group, string resource, params ImmutableArray<string> names) =>
        new() { Verbs = [.. verbs.Split(',')], ApiGroups = [group], Resources = [resource], ResourceNames = names };

    private static JsonObject Role(string ns, string rule) => JsonNode.Parse($$"""{"metadata":{"name":"r","namespace":"{{ns}}"},"rules":[{{rule}}]}""")!.AsObject();

    private static JsonObject Binding(string ns, string role) =>
        JsonNode.Parse($$"""{"metadata":{"name":"b","namespace":"{{ns}}"},"roleRef":{"kind":"ClusterRole","name":"{{role}}"},"subjects":[{"kind":"User","name":"bob"}]}""")!.AsObject();
}
