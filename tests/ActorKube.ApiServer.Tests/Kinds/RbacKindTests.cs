namespace ActorKube.ApiServer.Tests.Kinds;

public sealed class RbacKindTests
{
    private const string Rbac = "rbac.authorization.k8s.io/v1/";
    private const string ToRole = """ "roleRef":{"kind":"Role","name":"r"} """;

    [Theory]
    [InlineData("roles", "{}", "rules[0].verbs: Required value", "rules[0].apiGroups: Required value: resource rules must supply at least one api group", "rules[0].resources: Required value: resource rules must supply at least one resource")]
    [InlineData("roles", """{"verbs":["get"],"apiGroups":[""],"resources":["pods"]}""")]
    [InlineData("roles", """{"verbs":["get"],"nonResourceURLs":["/x"]}""", "rules[0].nonResourceURLs: Invalid value: [\"/x\"]: namespaced rules cannot apply to non-resource URLs")]
    [InlineData("clusterroles", """{"verbs":["get"],"nonResourceURLs":["/x"]}""")]
    [InlineData("clusterroles", """{"verbs":["get"],"nonResourceURLs":["/x"],"resources":["pods"]}""", "rules[0].nonResourceURLs: Invalid value: [\"/x\"]: rules cannot apply to both regular resources and non-resource URLs")]
    [InlineData("roles", """{"verbs":["get"],"apiGroups":[""],"resources":["pods","services"],"resourceNames":["a"]}""")]
    public void A_rule_is_checked(string plural, string rule, params string[] faults) => Assert.Equal(faults, KindBench.Faults(Rbac + plural, $$"""{"metadata":{"name":"r"},"rules":[{{rule}}]}"""));

    [Theory]
    [InlineData("{}", "aggregationRule.clusterRoleSelectors: Required value: at least one clusterRoleSelector required if aggregationRule is non-nil")]
    [InlineData("""{"clusterRoleSelectors":[{"matchExpressions":[{"key":"a","operator":"In"}]}]}""", "aggregationRule.clusterRoleSelectors[0].matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'")]
    public void An_aggregation_is_checked(string aggregation, params string[] faults) =>
        Assert.Equal(faults, KindBench.Faults(Rbac + "clusterroles", $$"""{"metadata":{"name":"r"},"aggregationRule":{{aggregation}}}"""));

    [Theory]
    [InlineData("rolebindings", """ "roleRef":{"apiGroup":"x","kind":"Pod","name":""} """, "roleRef.apiGroup: Unsupported value: \"x\": supported values: \"rbac.authorization.k8s.io\"", "roleRef.kind: Unsupported value: \"Pod\": supported values: \"Role\", \"ClusterRole\"", "roleRef.name: Required value")]
    [InlineData("clusterrolebindings", ToRole, "roleRef.kind: Unsupported value: \"Role\": supported values: \"ClusterRole\"")]
    [InlineData("rolebindings", """ "roleRef":{"kind":"Role","name":"a/b"} """, "roleRef.name: Invalid value: \"a/b\": may not contain '/'")]
    [InlineData("rolebindings", ToRole)]
    public void What_is_bound_is_checked(string plural, string binding, params string[] faults) => Assert.Equal(faults, KindBench.Faults(Rbac + plural, $$"""{"metadata":{"name":"b"},{{binding}}}"""));

    [Theory]
    [InlineData("""{"kind":"ServiceAccount","name":"a"}""")]
    [InlineData("""{"kind":"ServiceAccount","name":"a_b","apiGroup":"x"}""", "subjects[0].name: Invalid value: \"a_b\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')", "subjects[0].apiGroup: Unsupported value: \"x\": supported values: \"\"")]
    [InlineData("""{"kind":"User","name":"alice"}""")]
    [InlineData("""{"kind":"User","name":""}""", "subjects[0].name: Required value")]
    [InlineData("""{"kind":"Group","name":"g","apiGroup":"x"}""", "subjects[0].apiGroup: Unsupported value: \"x\": supported values: \"rbac.authorization.k8s.io\"")]
    [InlineData("""{"kind":"Robot","name":"r"}""", "subjects[0].kind: Unsupported value: \"Robot\": supported values: \"ServiceAccount\", \"User\", \"Group\"")]
    public void Subjects_are_checked(string subject, params string[] faults) =>
        Assert.Equal(faults, KindBench.Faults(Rbac + "rolebindings", $$"""{"metadata":{"name":"b"},{{ToRole}},"subjects":[{{subject}}]}"""));

    [Fact]
    public void A_service_account_of_the_whole_cluster_has_a_namespace() => Assert.Equal(["subjects[0].namespace: Required value"],
        KindBench.Faults(Rbac + "clusterrolebindings", """{"metadata":{"name":"b"},"roleRef":{"kind":"ClusterRole","name":"r"},"subjects":[{"kind":"ServiceAccount","name":"a"}]}"""));

    [Fact]
    public void Users_and_groups_belong_to_the_group_of_the_bindings()
    {
        var binding = KindBench.Defaulted(Rbac + "rolebindings", $$"""{"metadata":{"name":"b"},{{ToRole}},"subjects":[{"kind":"User","name":"u"},{"kind":"ServiceAccount","name":"a"}]}""");
        Assert.Equal("""[{"kind":"User","name":"u","apiGroup":"rbac.authorization.k8s.io"},{"kind":"ServiceAccount","name":"a"}]""", binding["subjects"]!.ToJsonString());
    }

    [Fact]
    public void Which_role_a_binding_gives_never_changes() => Assert.Equal(
        ["roleRef: Invalid value: {\"APIGroup\":\"rbac.authorization.k8s.io\",\"Kind\":\"ClusterRole\",\"Name\":\"admin\"}: cannot change roleRef"],
        KindBench.UpdateFaults(Rbac + "rolebindings", $$"""{"metadata":{"name":"b"},{{ToRole}}}""", """{"metadata":{"name":"b"},"roleRef":{"kind":"ClusterRole","name":"admin"}}"""));
}
