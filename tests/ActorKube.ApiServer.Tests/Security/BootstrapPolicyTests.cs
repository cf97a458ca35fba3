using System.Text.Json.Nodes;
using ActorKube.Api.Names;
using ActorKube.Api.Users;
using ActorKube.ApiServer.Security;
using ActorKube.ApiServer.Security.Rbac;

namespace ActorKube.ApiServer.Tests.Security;

public sealed class BootstrapPolicyTests
{
    private readonly MemoryStore _store = new();

    private static readonly RbacPolicy Shipped = BootstrapPolicy.Default.Bindings.Aggregate(
        BootstrapPolicy.Default.Roles.Aggregate(RbacPolicy.Empty, (policy, role) => policy.With(role)),
        (policy, binding) => policy.With(binding));

    [Theory]
    [InlineData("anyone", "system:masters", "delete", "", "secrets", "", true)]
    [InlineData("anyone", "system:authenticated", "create", "authorization.k8s.io", "selfsubjectaccessreviews", "", true)]
    [InlineData("anyone", "system:authenticated", "list", "", "pods", "", false)]
    [InlineData("system:kube-scheduler", "system:authenticated", "create", "", "pods", "binding", true)]
    [InlineData("system:kube-scheduler", "system:authenticated", "create", "", "secrets", "", false)]
    [InlineData("system:serviceaccount:kube-system:deployment-controller", "system:authenticated", "create", "apps", "replicasets", "", true)]
    [InlineData("system:serviceaccount:kube-system:deployment-controller", "system:authenticated", "delete", "", "nodes", "", false)]
    [InlineData("system:serviceaccount:kube-system:generic-garbage-collector", "system:authenticated", "delete", "example.com", "widgets", "", true)]
    [InlineData("system:serviceaccount:kube-system:horizontal-pod-autoscaler", "system:authenticated", "update", "apps", "deployments", "scale", true)]
    [InlineData("system:serviceaccount:kube-system:horizontal-pod-autoscaler", "system:authenticated", "update", "apps", "deployments", "", false)]
    [InlineData("system:kube-controller-manager", "system:authenticated", "watch", "example.com", "widgets", "", true)]
    [InlineData("system:node:n1", "system:nodes", "get", "", "pods", "", false)]
    // Not upstream's: routes to the pods of other nodes need to know the nodes.
    [InlineData("system:node:n1", "system:nodes", "watch", "", "nodes", "", true)]
    [InlineData("system:node:n1", "system:nodes", "patch", "", "nodes", "", false)]
    public void The_default_bindings_grant_what_upstreams_do(string user, string group, string verb, string apiGroup, string resource, string subresource, bool allowed)
    {
        var request = new AccessAttributes { User = new UserInfo(user) { Groups = [group] }, Verb = verb, Group = apiGroup, Resource = resource, Subresource = subresource };
        Assert.Equal(allowed, Shipped.Authorize(request).Verdict == AccessVerdict.Allow);
    }

    [Theory]
    [InlineData("view", "list", "", "pods", true)]
    [InlineData("view", "list", "", "secrets", false)]
    [InlineData("view", "create", "", "pods", false)]
    [InlineData("edit", "list", "", "secrets", true)]
    [InlineData("edit", "create", "apps", "deployments", true)]
    [InlineData("edit", "create", "rbac.authorization.k8s.io", "rolebindings", false)]
    [InlineData("admin", "create", "rbac.authorization.k8s.io", "rolebindings", true)]
    [InlineData("admin", "create", "apps", "deployments", true)]
    [InlineData("admin", "list", "apps", "deployments", true)]
    [InlineData("admin", "create", "", "resourcequotas", false)]
    public void The_aggregated_roles_are_filled(string role, string verb, string group, string resource, bool allowed)
    {
        var policy = Shipped.With(new RbacBinding(new("ns1", "b"), new("ClusterRole", role), [new("User", "", "bob")]));
        var request = new AccessAttributes { User = new UserInfo("bob"), Verb = verb, Group = group, Resource = resource, Namespace = "ns1" };
        Assert.Equal(allowed, policy.Authorize(request).Verdict == AccessVerdict.Allow);
        Assert.Equal(AccessVerdict.NoOpinion, policy.Authorize(request with { Namespace = "ns2" }).Verdict);
    }

    [Fact]
    public void Every_binding_refers_to_a_role_that_is_there() =>
        Assert.All(BootstrapPolicy.Default.Bindings, b => Assert.NotNull(Shipped.Find(b.Role, b.Key.Namespace)));

    [Fact]
    public void No_role_or_binding_stands_twice()
    {
        Assert.Equal(BootstrapPolicy.Default.Roles.Count, BootstrapPolicy.Default.Roles.Select(r => r.Key).Distinct().Count());
        Assert.Equal(BootstrapPolicy.Default.Bindings.Count, BootstrapPolicy.Default.Bindings.Select(b => b.Key).Distinct().Count());
    }

    [Theory]
    [InlineData("clusterrole x\n  get", "Line 2")]
    [InlineData("role x", "Line 1")]
    [InlineData("  get - pods", "Line 1")]
    [InlineData("clusterbinding x User", "Line 1")]
    [InlineData("strange x", "Line 1")]
    public void A_bad_line_is_named(string table, string complaint) => Assert.Contains(complaint, Assert.Throws<FormatException>(() => BootstrapPolicy.Parse(table)).Message);

    [Fact]
    public async Task The_first_start_writes_everything_and_the_second_nothing()
    {
        var first = new RecordingClient(_store);
        await new PolicyBootstrapper(first, BootstrapPolicy.Default).RunAsync(default);
        Assert.Equal(BootstrapPolicy.Default.Roles.Count + BootstrapPolicy.Default.Bindings.Count, first.Writes.Count);
        var second = new RecordingClient(_store);
        await new PolicyBootstrapper(second, BootstrapPolicy.Default).RunAsync(default);
        Assert.Empty(second.Writes);
    }

    [Fact]
    public async Task What_was_taken_away_comes_back_and_what_was_added_stays()
    {
        await new PolicyBootstrapper(new RecordingClient(_store), BootstrapPolicy.Default).RunAsync(default);
        Edit(SecurityResources.ClusterRoles, "system:basic-user", role => role["rules"] = JsonNode.Parse("""[{"verbs":["get"],"apiGroups":[""],"resources":["widgets"]}]"""));
        Edit(SecurityResources.ClusterRoleBindings, "system:discovery", binding => binding["subjects"] = JsonNode.Parse("""[{"kind":"User","name":"eve"}]"""));
        Edit(SecurityResources.ClusterRoles, "system:monitoring", role =>
        {
            role["rules"] = new JsonArray();
            role["metadata"]!["annotations"]![PolicyReconciliation.AutoUpdate] = "false";
        });
        var client = new RecordingClient(_store);
        await new PolicyBootstrapper(client, BootstrapPolicy.Default).RunAsync(default);
        Assert.Equal(["update clusterrolebindings system:discovery", "update clusterroles system:basic-user"], client.Writes.Order());
        var role = Read(SecurityResources.ClusterRoles, "system:basic-user");
        Assert.Contains("widgets", role);
        Assert.Contains("selfsubjectrulesreviews", role);
        var binding = Read(SecurityResources.ClusterRoleBindings, "system:discovery");
        Assert.Contains("eve", binding);
        Assert.Contains("system:authenticated", binding);
        Assert.Contains("\"rules\":[]", Read(SecurityResources.ClusterRoles, "system:monitoring"));
    }

    [Fact]
    public async Task A_binding_to_another_role_is_made_anew()
    {
        await new PolicyBootstrapper(new RecordingClient(_store), BootstrapPolicy.Default).RunAsync(default);
        Edit(SecurityResources.ClusterRoleBindings, "system:discovery", binding => binding["roleRef"]!["name"] = "cluster-admin");
        var client = new RecordingClient(_store);
        await new PolicyBootstrapper(client, BootstrapPolicy.Default).RunAsync(default);
        Assert.Equal(["delete clusterrolebindings system:discovery", "create clusterrolebindings system:discovery"], client.Writes);
    }

    [Fact]
    public async Task Aggregated_roles_are_filled_from_the_first_write_on_and_their_rules_then_left_to_the_controller()
    {
        var client = new RecordingClient(_store);
        await new PolicyBootstrapper(client, BootstrapPolicy.Default).RunAsync(default);
        string[] aggregated = ["admin", "edit", "view"];
        Assert.All(aggregated, name => Assert.Equal(["create clusterroles " + name], client.Writes.Where(w => w.EndsWith(" " + name))));
        Assert.All(aggregated, name => Assert.NotEmpty(RbacReader.Role(_store.Find(SecurityResources.ClusterRoles, new ObjectKey("", name))!).Rules));
        Edit(SecurityResources.ClusterRoles, "view", role => role["rules"]!.AsArray().Add(JsonNode.Parse("""{"verbs":["get"],"apiGroups":["example.com"],"resources":["widgets"]}""")));
        client.Writes.Clear();
        await new PolicyBootstrapper(client, BootstrapPolicy.Default).RunAsync(default);
        Assert.Empty(client.Writes);
    }

    private void Edit(GroupResource resource, string name, Action<JsonObject> edit)
    {
        var json = JsonNode.Parse(Read(resource, name))!.AsObject();
        edit(json);
        _store.Put(resource, json);
    }

    private string Read(GroupResource resource, string name) =>
        System.Text.Encoding.UTF8.GetString(_store.Find(resource, new ObjectKey("", name))!.Json.Span);
}
