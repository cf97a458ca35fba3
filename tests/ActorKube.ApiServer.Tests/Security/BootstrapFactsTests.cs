using ActorKube.ApiServer.Security.Rbac;

namespace ActorKube.ApiServer.Tests.Security;

/// <summary>
/// What upstream's policy says, role by role, as numbers that change with every rule: rules, and in all of them verbs and resources. Whoever changes the table has looked upstream and changes the row.
/// </summary>
public sealed class BootstrapFactsTests
{
    private static readonly BootstrapPolicy Policy = BootstrapPolicy.Default;

    [Theory]
    [InlineData("cluster-admin", 2, 2, 2)]
    [InlineData("system:discovery", 1, 1, 11)]
    [InlineData("system:monitoring", 1, 1, 8)]
    [InlineData("system:basic-user", 2, 2, 3)]
    [InlineData("system:public-info-viewer", 1, 1, 5)]
    [InlineData("system:service-account-issuer-discovery", 1, 1, 2)]
    [InlineData("system:aggregate-to-admin", 2, 9, 3)]
    [InlineData("system:aggregate-to-edit", 14, 59, 49)]
    [InlineData("system:aggregate-to-view", 11, 33, 59)]
    [InlineData("system:aggregated-metrics-reader", 1, 3, 2)]
    [InlineData("system:heapster", 2, 6, 5)]
    [InlineData("system:node", 26, 70, 29)]
    [InlineData("actorkube:pod-routes", 1, 2, 1)]
    [InlineData("system:node-problem-detector", 3, 5, 3)]
    [InlineData("system:kubelet-api-admin", 3, 5, 9)]
    [InlineData("system:node-bootstrapper", 1, 4, 1)]
    [InlineData("system:auth-delegator", 2, 2, 2)]
    [InlineData("system:kube-aggregator", 1, 3, 2)]
    [InlineData("system:kube-controller-manager", 11, 15, 16)]
    [InlineData("system:kube-dns", 1, 2, 2)]
    [InlineData("system:persistent-volume-provisioner", 5, 16, 5)]
    [InlineData("system:certificates.k8s.io:certificatesigningrequests:nodeclient", 1, 1, 1)]
    [InlineData("system:certificates.k8s.io:certificatesigningrequests:selfnodeclient", 1, 1, 1)]
    [InlineData("system:volume-scheduler", 3, 13, 3)]
    [InlineData("system:certificates.k8s.io:legacy-unknown-approver", 1, 1, 1)]
    [InlineData("system:certificates.k8s.io:kubelet-serving-approver", 1, 1, 1)]
    [InlineData("system:certificates.k8s.io:kube-apiserver-client-approver", 1, 1, 1)]
    [InlineData("system:certificates.k8s.io:kube-apiserver-client-kubelet-approver", 1, 1, 1)]
    [InlineData("system:cluster-trust-bundle-discovery", 1, 3, 1)]
    [InlineData("system:node-proxier", 5, 12, 6)]
    [InlineData("system:kube-scheduler", 27, 75, 31)]
    [InlineData("system:controller:attachdetach-controller", 8, 23, 9)]
    [InlineData("system:controller:clusterrole-aggregation-controller", 1, 6, 1)]
    [InlineData("system:controller:cronjob-controller", 6, 19, 6)]
    [InlineData("system:controller:daemon-set-controller", 8, 23, 8)]
    [InlineData("system:controller:deployment-controller", 6, 20, 6)]
    [InlineData("system:controller:disruption-controller", 9, 22, 9)]
    [InlineData("system:controller:endpoint-controller", 4, 13, 5)]
    [InlineData("system:controller:endpointslice-controller", 4, 13, 6)]
    [InlineData("system:controller:endpointslicemirroring-controller", 5, 14, 6)]
    [InlineData("system:controller:expand-controller", 4, 13, 4)]
    [InlineData("system:controller:ephemeral-volume-controller", 4, 11, 4)]
    [InlineData("system:controller:resource-claim-controller", 7, 18, 8)]
    [InlineData("system:controller:device-taint-eviction-controller", 6, 18, 6)]
    [InlineData("system:controller:generic-garbage-collector", 2, 9, 2)]
    [InlineData("system:controller:horizontal-pod-autoscaler", 8, 19, 8)]
    [InlineData("system:controller:job-controller", 5, 15, 5)]
    [InlineData("system:controller:local-path-provisioner", 5, 19, 5)]
    [InlineData("system:controller:namespace-controller", 3, 10, 4)]
    [InlineData("system:controller:node-controller", 5, 17, 5)]
    [InlineData("system:controller:persistent-volume-binder", 9, 26, 9)]
    [InlineData("system:controller:pod-garbage-collector", 3, 7, 3)]
    [InlineData("system:controller:replicaset-controller", 5, 14, 5)]
    [InlineData("system:controller:replication-controller", 5, 14, 5)]
    [InlineData("system:controller:resourcequota-controller", 3, 6, 3)]
    [InlineData("system:controller:route-controller", 3, 6, 3)]
    [InlineData("system:controller:service-account-controller", 2, 4, 2)]
    [InlineData("system:controller:service-controller", 4, 10, 4)]
    [InlineData("system:controller:service-cidrs-controller", 5, 15, 5)]
    [InlineData("system:controller:statefulset-controller", 10, 29, 10)]
    [InlineData("system:controller:ttl-controller", 2, 7, 2)]
    [InlineData("system:controller:certificate-controller", 6, 11, 7)]
    [InlineData("system:controller:podcertificaterequestcleaner", 1, 4, 1)]
    [InlineData("system:controller:pvc-protection-controller", 4, 11, 4)]
    [InlineData("system:controller:pv-protection-controller", 2, 7, 2)]
    [InlineData("system:controller:volumeattributesclass-protection-controller", 4, 13, 4)]
    [InlineData("system:controller:ttl-after-finished-controller", 2, 7, 2)]
    [InlineData("system:controller:root-ca-cert-publisher", 2, 5, 2)]
    [InlineData("system:controller:kube-apiserver-serving-clustertrustbundle-publisher", 3, 9, 3)]
    [InlineData("system:controller:validatingadmissionpolicy-status-controller", 3, 9, 3)]
    [InlineData("system:controller:legacy-service-account-token-cleaner", 2, 3, 2)]
    [InlineData("system:controller:storage-version-migrator-controller", 2, 5, 2)]
    [InlineData("system:controller:selinux-warning-controller", 5, 15, 5)]
    [InlineData("kube-system/extension-apiserver-authentication-reader", 1, 3, 1)]
    [InlineData("kube-system/system:controller:bootstrap-signer", 1, 3, 1)]
    [InlineData("kube-system/system:controller:cloud-provider", 1, 4, 1)]
    [InlineData("kube-system/system:controller:token-cleaner", 2, 7, 2)]
    [InlineData("kube-system/system::leader-locking-kube-controller-manager", 2, 10, 2)]
    [InlineData("kube-system/system::leader-locking-kube-scheduler", 2, 10, 2)]
    [InlineData("kube-public/system:controller:bootstrap-signer", 3, 7, 3)]
    [InlineData("kube-public/actorkube:cluster-info", 1, 1, 1)]
    public void A_role_has_upstreams_rules(string role, int rules, int verbs, int resources)
    {
        var known = Policy.Roles.Single(r => Name(r) == role);
        Assert.Equal((rules, verbs, resources), (known.Rules.Length, known.Rules.Sum(static r => r.Verbs.Length), known.Rules.Sum(static r => r.Resources.Length + r.NonResourceUrls.Length)));
    }

    [Fact]
    public void Every_role_has_its_row()
    {
        var rows = typeof(BootstrapFactsTests).GetMethod(nameof(A_role_has_upstreams_rules))!.GetCustomAttributes(typeof(InlineDataAttribute), false).Cast<InlineDataAttribute>();
        Assert.Equal(Policy.Roles.Where(static r => !r.IsAggregated).Select(Name).Order(StringComparer.Ordinal), rows.Select(static r => (string)r.Data[0]!).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("certificate-controller", "approve", "signers", "kubernetes.io/kube-apiserver-client-kubelet")]
    [InlineData("certificate-controller", "sign", "signers", "kubernetes.io/legacy-unknown,kubernetes.io/kube-apiserver-client,kubernetes.io/kube-apiserver-client-kubelet,kubernetes.io/kubelet-serving")]
    [InlineData("legacy-service-account-token-cleaner", "get", "configmaps", "kube-apiserver-legacy-service-account-token-tracking")]
    public void Rules_for_single_objects_name_them(string controller, string verb, string resource, string names)
    {
        var role = Policy.Roles.Single(r => r.Key.Name == "system:controller:" + controller && r.Key.Namespace.Length == 0);
        Assert.Equal(names.Split(','), role.Rules.Single(r => r.Verbs.SequenceEqual([verb]) && r.Resources.SequenceEqual([resource])).ResourceNames);
    }

    [Theory]
    [InlineData("kube-system", "system::leader-locking-kube-controller-manager", "User system:kube-controller-manager,ServiceAccount kube-controller-manager,ServiceAccount leader-election-controller")]
    [InlineData("kube-system", "system::leader-locking-kube-scheduler", "User system:kube-scheduler,ServiceAccount kube-scheduler")]
    [InlineData("kube-system", "system::extension-apiserver-authentication-reader", "User system:kube-controller-manager,User system:kube-scheduler")]
    [InlineData("kube-system", "system:controller:bootstrap-signer", "ServiceAccount bootstrap-signer")]
    [InlineData("kube-system", "system:controller:token-cleaner", "ServiceAccount token-cleaner")]
    [InlineData("kube-system", "system:controller:cloud-provider", "ServiceAccount cloud-provider")]
    [InlineData("kube-public", "system:controller:bootstrap-signer", "ServiceAccount bootstrap-signer")]
    [InlineData("kube-public", "actorkube:cluster-info", "Group system:authenticated")]
    [InlineData("", "system:node", "")]
    [InlineData("", "system:discovery", "Group system:authenticated")]
    [InlineData("", "system:basic-user", "Group system:authenticated")]
    [InlineData("", "system:public-info-viewer", "Group system:authenticated,Group system:unauthenticated")]
    [InlineData("", "system:node-proxier", "User system:kube-proxy")]
    [InlineData("", "system:volume-scheduler", "User system:kube-scheduler")]
    [InlineData("", "system:kube-dns", "ServiceAccount kube-dns")]
    public void A_binding_has_upstreams_subjects(string ns, string name, string subjects)
    {
        var binding = Policy.Bindings.Single(b => b.Key.Namespace == ns && b.Key.Name == name);
        Assert.Equal(subjects, string.Join(',', binding.Subjects.Select(static s => $"{s.Kind} {s.Name}")));
    }

    private static string Name(RbacRole role) => role.Key.Namespace.Length == 0 ? role.Key.Name : $"{role.Key.Namespace}/{role.Key.Name}";
}
