using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Api.Users;
using ActorKube.ApiServer.Security;
using ActorKube.ApiServer.Security.Nodes;
using ActorKube.ApiServer.Security.Rbac;
using Microsoft.Extensions.Logging.Abstractions;
using ActorKube.ApiServer.Tests.Fakes;

namespace ActorKube.ApiServer.Tests.Security;

public sealed class NodeSecurityTests : IAsyncDisposable
{
    private static readonly UserInfo N1 = new("system:node:n1") { Groups = ["system:nodes", "system:authenticated"] };

    private readonly MemoryStore _store = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly NodeGraph _graph;
    private readonly Task _running;

    public NodeSecurityTests()
    {
        _store.Put(SecurityResources.Pods, Pod("p1", "n1"));
        _store.Put(SecurityResources.Pods, Pod("p2", "n2").Replace("-a\"", "-b\""));
        _store.Put(SecurityResources.PersistentVolumes, """{"metadata":{"name":"pv-a"},"spec":{"claimRef":{"namespace":"default","name":"claim-a"}}}""");
        _store.Put(SecurityResources.PersistentVolumes, """{"metadata":{"name":"pv-b"},"spec":{"claimRef":{"namespace":"default","name":"claim-b"}}}""");
        _store.Put(SecurityResources.Nodes, """{"metadata":{"name":"n1","uid":"node-uid"}}""");
        _graph = new NodeGraph(_store, "root", TimeProvider.System, NullLogger.Instance);
        _running = _graph.RunAsync(_stop.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    [Theory]
    [InlineData("get", "", "secrets", "pull-a", null)]
    [InlineData("get", "", "secrets", "env-a", null)]
    [InlineData("list", "", "secrets", "vol-a", null)]
    [InlineData("get", "", "secrets", "proj-a", null)]
    [InlineData("get", "", "secrets", "pull-b", "no relationship found between node 'n1' and this object")]
    [InlineData("list", "", "secrets", "", "No Object name found")]
    [InlineData("delete", "", "secrets", "pull-a", "can only read resources of this type")]
    [InlineData("get", "", "configmaps", "cm-a", null)]
    [InlineData("get", "", "configmaps", "env-a", "no relationship found between node 'n1' and this object")]
    [InlineData("get", "", "persistentvolumeclaims", "claim-a", null)]
    [InlineData("list", "", "persistentvolumeclaims", "claim-a", "can only get individual resources of this type")]
    [InlineData("get", "", "persistentvolumes", "pv-a", null)]
    [InlineData("get", "", "persistentvolumes", "pv-b", "no relationship found between node 'n1' and this object")]
    [InlineData("create", "token", "serviceaccounts", "sa-a", null)]
    [InlineData("create", "token", "serviceaccounts", "sa-b", "no relationship found between node 'n1' and this object")]
    [InlineData("get", "", "serviceaccounts", "sa-a", "can only create tokens for individual service accounts")]
    [InlineData("get", "", "nodes", "n1", null)]
    [InlineData("get", "", "nodes", "n2", "node 'n1' cannot read 'n2', only its own Node object")]
    [InlineData("list", "", "nodes", "", "node 'n1' cannot read all nodes, only its own Node object")]
    [InlineData("patch", "status", "nodes", "n1", null)]
    [InlineData("delete", "", "nodes", "n1", "")]
    [InlineData("get", "", "pods", "p1", null)]
    [InlineData("get", "", "pods", "p2", "no relationship found between node 'n1' and this object")]
    [InlineData("list", "", "pods", "", "can only list/watch pods with spec.nodeName field selector")]
    [InlineData("patch", "status", "pods", "p1", null)]
    [InlineData("create", "binding", "pods", "p1", "")]
    [InlineData("create", "eviction", "pods", "p1", null)]
    [InlineData("create", "eviction", "pods", "p2", "no relationship found between node 'n1' and this object")]
    [InlineData("list", "", "services", "", null)]
    [InlineData("create", "", "events", "", null)]
    [InlineData("list", "", "replicationcontrollers", "", "")]
    public async Task A_node_reads_what_its_pods_need(string verb, string subresource, string resource, string name, string? refusal)
    {
        var decision = await Decide(N1, verb, "", resource, subresource, "default", name);
        Assert.Equal(refusal is null ? AccessVerdict.Allow : AccessVerdict.NoOpinion, decision.Verdict);
        Assert.Equal(refusal ?? "", decision.Reason);
    }

    [Theory]
    [InlineData("update", "kube-node-lease", "n1", null)]
    [InlineData("create", "kube-node-lease", "", null)]
    [InlineData("update", "kube-node-lease", "n2", "can only access node lease with the same name as the requesting node")]
    [InlineData("update", "kube-system", "n1", "can only access leases in the \"kube-node-lease\" system namespace")]
    [InlineData("list", "kube-node-lease", "n1", "can only get, create, update, patch, or delete a node lease")]
    public async Task A_node_has_one_lease(string verb, string ns, string name, string? refusal) =>
        Assert.Equal(refusal ?? "", (await Decide(N1, verb, "coordination.k8s.io", "leases", "", ns, name)).Reason);

    [Fact]
    public async Task Pods_may_be_listed_by_the_own_nodes_name()
    {
        var authorizer = new NodeAuthorizer(_graph, new StoreLookup(_store), BootstrapPolicy.Default.NodeRules);
        var request = new AccessAttributes { User = N1, Verb = "watch", Group = "", Resource = "pods", NodeNameSelector = "n1" };
        Assert.Equal(AccessVerdict.Allow, (await authorizer.AuthorizeAsync(request, default)).Verdict);
        Assert.Equal(AccessVerdict.NoOpinion, (await authorizer.AuthorizeAsync(request with { NodeNameSelector = "n2" }, default)).Verdict);
    }

    [Theory]
    [InlineData("list", "", "local-path.actorkube.io/node=n1", null)]
    [InlineData("watch", "", "local-path.actorkube.io/node=n1", null)]
    [InlineData("list", "", "local-path.actorkube.io/node=n2", "can only get individual resources of this type")]
    [InlineData("list", "", "local-path.actorkube.io/node in (n1,n2)", "can only get individual resources of this type")]
    [InlineData("list", "", null, "can only get individual resources of this type")]
    [InlineData("get", "pv-mine", "local-path.actorkube.io/node=n1", "no relationship found between node 'n1' and this object")]
    [InlineData("patch", "pv-mine", null, null)]
    [InlineData("patch", "pv-a", null, "no relationship found between node 'n1' and this object")]
    [InlineData("patch", "pv-other", null, "no relationship found between node 'n1' and this object")]
    [InlineData("update", "pv-mine", null, "can only get individual resources of this type")]
    [InlineData("delete", "pv-mine", null, "can only get individual resources of this type")]
    public async Task A_node_sees_and_reports_on_the_volumes_that_are_directories_of_its_own(string verb, string name, string? selector, string? refusal)
    {
        _store.Put(SecurityResources.PersistentVolumes, """{"metadata":{"name":"pv-mine","labels":{"local-path.actorkube.io/node":"n1"}}}""");
        _store.Put(SecurityResources.PersistentVolumes, """{"metadata":{"name":"pv-other","labels":{"local-path.actorkube.io/node":"n2"}}}""");
        var authorizer = new NodeAuthorizer(_graph, new StoreLookup(_store), BootstrapPolicy.Default.NodeRules);
        var decision = await authorizer.AuthorizeAsync(new AccessAttributes { User = N1, Verb = verb, Group = "", Resource = "persistentvolumes", Name = name, LabelSelector = selector }, default);
        Assert.Equal((refusal is null ? AccessVerdict.Allow : AccessVerdict.NoOpinion, refusal ?? ""), (decision.Verdict, decision.Reason));
    }

    [Theory]
    [InlineData("n1", """{"metadata":{"finalizers":["other"]}}""", null)]
    [InlineData("n1", """{"metadata":{"finalizers":[]}}""", "node \"n1\" is not allowed to change anything but the finalizer \"local-path.actorkube.io/directory\"")]
    [InlineData("n1", """{"metadata":{"finalizers":["other"]},"spec":{"capacity":{"storage":"1Ti"}}}""", "node \"n1\" is not allowed to change anything but the finalizer \"local-path.actorkube.io/directory\"")]
    [InlineData("n1", """{"metadata":{"finalizers":["other"],"annotations":{"a":"b"}}}""", "node \"n1\" is not allowed to change anything but the finalizer \"local-path.actorkube.io/directory\"")]
    [InlineData("n2", """{"metadata":{"finalizers":["other"]}}""", "node \"n1\" can only update persistent volumes that are directories of its own")]
    public async Task Nodes_take_their_finalizer_off_volumes_that_are_being_deleted_and_nothing_else(string node, string changes, string? refusal)
    {
        var before = Json($$"""{"metadata":{"name":"pv","resourceVersion":"7","deletionTimestamp":"2026-01-01T00:00:00Z","labels":{"local-path.actorkube.io/node":"{{node}}"},"finalizers":["other","local-path.actorkube.io/directory"]},"spec":{"capacity":{"storage":"1Gi"} } }""");
        var after = Json(before.ToJsonString());
        foreach (var (part, fields) in Json(changes))
            foreach (var (field, value) in fields!.AsObject())
                after[part]![field] = value?.DeepClone();
        var write = new NodeWrite { User = N1, Kind = NodeWriteKind.Update, Resource = SecurityResources.PersistentVolumes, Name = "pv", Old = before, New = after };
        await Expect(refusal, write);
        if (refusal is not null)
            return;
        before["metadata"]!.AsObject().Remove("deletionTimestamp");
        await Expect("node \"n1\" can only update persistent volumes that are being deleted", write);
        await Expect("node \"n1\" may only remove the finalizer \"local-path.actorkube.io/directory\" of persistent volumes", write with { Kind = NodeWriteKind.Delete, New = null });
    }

    [Fact]
    public async Task A_secret_is_readable_from_the_moment_a_pod_is_bound_until_the_last_one_is_gone()
    {
        var asked = new AccessAttributes { User = N1, Verb = "get", Group = "", Resource = "secrets", Namespace = "default", Name = "pull-c" };
        var authorizer = new NodeAuthorizer(_graph, new StoreLookup(_store), BootstrapPolicy.Default.NodeRules);
        Assert.Equal(AccessVerdict.NoOpinion, (await authorizer.AuthorizeAsync(asked, default)).Verdict);
        _store.Put(SecurityResources.Pods, Pod("p3", "n1").Replace("-a\"", "-c\""));
        Assert.Equal(AccessVerdict.Allow, (await authorizer.AuthorizeAsync(asked, default)).Verdict);
        _store.Put(SecurityResources.Pods, Pod("p4", "n1").Replace("-a\"", "-c\""));
        _store.Remove(SecurityResources.Pods, "default", "p3");
        await _graph.CatchUpAsync(default);
        Assert.Equal(AccessVerdict.Allow, (await authorizer.AuthorizeAsync(asked, default)).Verdict);
        _store.Remove(SecurityResources.Pods, "default", "p4");
        await _graph.CatchUpAsync(default);
        Assert.Equal(AccessVerdict.NoOpinion, (await authorizer.AuthorizeAsync(asked, default)).Verdict);
    }

    [Fact]
    public async Task A_pod_that_the_index_learns_of_between_two_looks_counts()
    {
        var authorizer = new NodeAuthorizer(_graph, new StoreLookup(_store), BootstrapPolicy.Default.NodeRules);
        await _graph.Ready;
        _store.BeforeRead = async () =>
        {
            _store.Put(SecurityResources.Pods, Pod("p3", "n1").Replace("-a\"", "-c\""));
            await _graph.CatchUpAsync(default);
        };
        var asked = new AccessAttributes { User = N1, Verb = "get", Group = "", Resource = "secrets", Namespace = "default", Name = "pull-c" };
        Assert.Equal(AccessVerdict.Allow, (await authorizer.AuthorizeAsync(asked, default)).Verdict);
    }

    [Fact]
    public async Task Others_are_not_this_authorizers_business()
    {
        Assert.Equal(AccessDecision.NoOpinion, await Decide(new UserInfo("system:node:n1"), "get", "", "nodes", "", "", "n1"));
        Assert.Equal("unknown node for user \"eve\"", (await Decide(new UserInfo("eve") { Groups = ["system:nodes"] }, "get", "", "nodes", "", "", "n1")).Reason);
    }

    [Theory]
    [InlineData("{}", "pod does not have \"kubernetes.io/config.mirror\" annotation, node \"n1\" can only create mirror pods")]
    [InlineData("""{"metadata":{"annotations":{"kubernetes.io/config.mirror":"x"}},"spec":{"nodeName":"n2"}}""", "node \"n1\" can only create pods with spec.nodeName set to itself")]
    [InlineData("""{"metadata":{"annotations":{"kubernetes.io/config.mirror":"x"}},"spec":{"nodeName":"n1"}}""", "node \"n1\" can only create pods with an owner reference set to itself")]
    [InlineData("""{"metadata":{"annotations":{"kubernetes.io/config.mirror":"x"},"ownerReferences":[{"apiVersion":"v1","kind":"Node","name":"n1","uid":"node-uid"}]},"spec":{"nodeName":"n1"}}""", "node \"n1\" can only create pods with a controller owner reference set to itself")]
    [InlineData("""{"metadata":{"annotations":{"kubernetes.io/config.mirror":"x"},"ownerReferences":[{"apiVersion":"v1","kind":"Node","name":"n1","uid":"other","controller":true}]},"spec":{"nodeName":"n1"}}""", "node n1 UID mismatch: expected other got node-uid")]
    [InlineData("""{"metadata":{"annotations":{"kubernetes.io/config.mirror":"x"},"ownerReferences":[{"apiVersion":"v1","kind":"Node","name":"n1","uid":"node-uid","controller":true}]},"spec":{"nodeName":"n1","serviceAccountName":"x"}}""", "node \"n1\" can not create pods that reference a service account")]
    [InlineData("""{"metadata":{"annotations":{"kubernetes.io/config.mirror":"x"},"ownerReferences":[{"apiVersion":"v1","kind":"Node","name":"n1","uid":"node-uid","controller":true}]},"spec":{"nodeName":"n1","volumes":[{"secret":{"secretName":"x"}}]}}""", "node \"n1\" can not create pods that reference secrets")]
    [InlineData("""{"metadata":{"annotations":{"kubernetes.io/config.mirror":"x"},"ownerReferences":[{"apiVersion":"v1","kind":"Node","name":"n1","uid":"node-uid","controller":true}]},"spec":{"nodeName":"n1"}}""", null)]
    public async Task Nodes_create_mirror_pods_only(string pod, string? refusal) =>
        await Expect(refusal, new NodeWrite { User = N1, Kind = NodeWriteKind.Create, Resource = SecurityResources.Pods, Namespace = "default", Name = "x", New = Json(pod) });

    [Theory]
    [InlineData("n1", "{}", "{}", null)]
    [InlineData("n2", "{}", "{}", "node \"n1\" is not allowed to modify node \"n2\"")]
    [InlineData("n1", """{"spec":{"taints":[{"key":"a"}]}}""", "{}", "node \"n1\" is not allowed to modify taints")]
    [InlineData("n1", "{}", """{"metadata":{"ownerReferences":[{"apiVersion":"v1","kind":"Pod","name":"x","uid":"gone"}]}}""", "node \"n1\" is not allowed to modify ownerReferences")]
    [InlineData("n1", """{"metadata":{"ownerReferences":[{"apiVersion":"v1","kind":"Pod","name":"x","uid":"u"}]}}""", "{}", "node \"n1\" is not allowed to modify ownerReferences")]
    [InlineData("n1", "{}", """{"metadata":{"labels":{"kubernetes.io/hostname":"h","example.com/x":"1"}}}""", null)]
    [InlineData("n1", "{}", """{"metadata":{"labels":{"node-restriction.kubernetes.io/x":"1"}}}""", "is not allowed to modify labels: node-restriction.kubernetes.io/x")]
    [InlineData("n1", """{"metadata":{"labels":{"node-role.kubernetes.io/x":"1"}}}""", "{}", "is not allowed to modify labels: node-role.kubernetes.io/x")]
    [InlineData("n1", null, """{"metadata":{"labels":{"foo.k8s.io/x":"1","a.kubelet.kubernetes.io/y":"2"}}}""", "node \"n1\" is not allowed to set the following labels: foo.k8s.io/x")]
    [InlineData("n1", null, """{"spec":{"podCIDR":"10.0.0.0/24","podCIDRs":["10.0.0.0/24"]}}""", "node \"n1\" is not allowed to set pod ranges")]
    [InlineData("n1", """{"spec":{}}""", """{"spec":{"podCIDRs":["10.0.0.0/24"]}}""", "node \"n1\" is not allowed to set pod ranges")]
    [InlineData("n1", """{"spec":{"podCIDR":"10.0.0.0/24","podCIDRs":["10.0.0.0/24"]}}""", """{"spec":{"podCIDR":"10.0.0.0/24","podCIDRs":["10.0.0.0/24"]}}""", null)]
    public async Task Nodes_write_their_own_node_without_steering(string name, string? before, string after, string? refusal) =>
        await Expect(refusal, new NodeWrite
        {
            User = N1,
            Kind = before is null ? NodeWriteKind.Create : NodeWriteKind.Update,
            Resource = SecurityResources.Nodes,
            Name = name,
            Old = before is null ? null : Json(before),
            New = Json(after),
        });

    [Theory]
    [InlineData("""{"spec":{}}""", "node requested token not bound to a pod")]
    [InlineData("""{"spec":{"boundObjectRef":{"apiVersion":"v1","kind":"Pod","name":"p1"}}}""", "node requested token with a pod binding without a uid")]
    [InlineData("""{"spec":{"boundObjectRef":{"apiVersion":"v1","kind":"Pod","name":"p1","uid":"x"}}}""", "the UID in the bound object reference (x) does not match the UID in record. The object might have been deleted and then recreated")]
    [InlineData("""{"spec":{"boundObjectRef":{"apiVersion":"v1","kind":"Pod","name":"p2","uid":"uid-p2"}}}""", "node requested token bound to a pod scheduled on a different node")]
    [InlineData("""{"spec":{"boundObjectRef":{"apiVersion":"v1","kind":"Pod","name":"p1","uid":"uid-p1"}}}""", null)]
    public async Task Nodes_get_tokens_for_their_pods_only(string request, string? refusal) =>
        await Expect(refusal, new NodeWrite
        {
            User = N1, Kind = NodeWriteKind.Create, Resource = SecurityResources.ServiceAccounts, Subresource = "token", Namespace = "default", Name = "sa-a", New = Json(request),
        });

    [Theory]
    [InlineData("[]", null)]
    [InlineData("""[""]""", null)]
    [InlineData("""["vault"]""", null)]
    [InlineData("""["inline"]""", null)]
    [InlineData("""["ephemeral"]""", null)]
    [InlineData("""["claimed"]""", null)]
    [InlineData("""["granted"]""", null)]
    [InlineData("""["other"]""", "audience \"other\" not found in pod spec volume, system:node:n1 is not authorized to request tokens for this audience")]
    [InlineData("""["vault","inline"]""", "node may only request 0 or 1 audiences")]
    public async Task Nodes_get_tokens_for_whom_their_pods_mean_them(string audiences, string? refusal)
    {
        var drivers = new GroupResource("storage.k8s.io", "csidrivers");
        foreach (var (claim, volume, driver, audience) in new[] { ("p1-eph", "pv-e", "eph.csi", "ephemeral"), ("claim-x", "pv-x", "claim.csi", "claimed"), ("none", "none", "inline.csi", "inline") })
        {
            _store.Put(SecurityResources.PersistentVolumeClaims, $$$"""{"metadata":{"namespace":"default","name":"{{{claim}}}"},"spec":{"volumeName":"{{{volume}}}"}}""");
            _store.Put(SecurityResources.PersistentVolumes, $$$"""{"metadata":{"name":"{{{volume}}}"},"spec":{"csi":{"driver":"{{{driver}}}"} } }""");
            _store.Put(drivers, $$$"""{"metadata":{"name":"{{{driver}}}"},"spec":{"tokenRequests":[{"audience":"{{{audience}}}"}]}}""");
        }
        var request = Json($$"""{"spec":{"audiences":{{audiences}},"boundObjectRef":{"apiVersion":"v1","kind":"Pod","name":"p1","uid":"uid-p1"} } }""");
        await Expect(refusal, new NodeWrite
        {
            User = N1, Kind = NodeWriteKind.Create, Resource = SecurityResources.ServiceAccounts, Subresource = "token", Namespace = "default", Name = "sa-a", New = request,
        });
    }

    [Theory]
    [InlineData("n1", """{"metadata":{"labels":{"a":"b"}},"spec":{"nodeName":"n1"}}""", null)]
    [InlineData("n2", """{"metadata":{"labels":{"a":"b"}},"spec":{"nodeName":"n2"}}""", "node \"n1\" can only update pod status for pods with spec.nodeName set to itself")]
    [InlineData("n1", """{"spec":{"nodeName":"n1"}}""", "node \"n1\" cannot update labels through pod status")]
    public async Task Nodes_report_on_their_pods_only(string node, string after, string? refusal) =>
        await Expect(refusal, new NodeWrite
        {
            User = N1, Kind = NodeWriteKind.Update, Resource = SecurityResources.Pods, Subresource = "status", Namespace = "default", Name = "p",
            Old = Json($$"""{"metadata":{"labels":{"a":"b"} },"spec":{"nodeName":"{{node}}"} }"""), New = Json(after),
        });

    [Theory]
    [InlineData("", null)]
    [InlineData("\"nodeName\":\"n2\"", "PodCertificateRequest.Spec.NodeName=\"n2\", which is not the requesting node \"n1\"")]
    [InlineData("\"nodeUID\":\"x\"", "PodCertificateRequest names an incarnation of node \"n1\" that is not there")]
    [InlineData("\"podUID\":\"x\"", "PodCertificateRequest for pod \"p1\" contains pod UID (\"x\") which differs from running pod \"uid-p1\"")]
    [InlineData("\"podName\":\"p2\",\"podUID\":\"uid-p2\"", "pod \"p2\" is not running on node \"n1\" named in the PodCertificateRequest")]
    [InlineData("\"serviceAccountName\":\"x\"", "PodCertificateRequest for pod \"p1\" names service account \"x\", which is not that of the pod")]
    [InlineData("\"serviceAccountUID\":\"x\"", "PodCertificateRequest names an incarnation of service account \"sa-a\" that is not there")]
    public async Task Nodes_ask_for_certificates_of_their_pods_only(string changes, string? refusal)
    {
        _store.Put(SecurityResources.ServiceAccounts, """{"metadata":{"namespace":"default","name":"sa-a","uid":"uid-sa"}}""");
        var spec = Json("""{"podName":"p1","podUID":"uid-p1","serviceAccountName":"sa-a","serviceAccountUID":"uid-sa","nodeName":"n1","nodeUID":"node-uid"}""");
        foreach (var (field, value) in Json($"{{{changes}}}"))
            spec[field] = value?.DeepClone();
        var write = new NodeWrite { User = N1, Kind = NodeWriteKind.Create, Resource = SecurityResources.PodCertificateRequests, Namespace = "default", Name = "r", New = new JsonObject { ["spec"] = spec } };
        await Expect(refusal, write);
        await Expect("node \"n1\" can only create PodCertificateRequests", write with { Kind = NodeWriteKind.Update });
    }

    [Theory]
    [InlineData("create", "", null)]
    [InlineData("get", "mine", null)]
    [InlineData("get", "other", "no relationship found between node 'n1' and this object")]
    [InlineData("list", "", "can only list/watch podcertificaterequests with spec.nodeName field selector")]
    [InlineData("delete", "mine", "")]
    public async Task Nodes_see_their_own_requests_for_certificates(string verb, string name, string? refusal)
    {
        _store.Put(SecurityResources.PodCertificateRequests, """{"metadata":{"namespace":"default","name":"mine"},"spec":{"nodeName":"n1"}}""");
        _store.Put(SecurityResources.PodCertificateRequests, """{"metadata":{"namespace":"default","name":"other"},"spec":{"nodeName":"n2"}}""");
        var decision = await Decide(N1, verb, "certificates.k8s.io", "podcertificaterequests", "", "default", name);
        Assert.Equal((refusal is null ? AccessVerdict.Allow : AccessVerdict.NoOpinion, refusal ?? ""), (decision.Verdict, decision.Reason));
    }

    [Fact]
    public async Task Writes_of_others_pass() =>
        await Expect(null, new NodeWrite { User = new UserInfo("bob"), Kind = NodeWriteKind.Create, Resource = SecurityResources.Pods, New = [] });

    private async Task Expect(string? refusal, NodeWrite write)
    {
        var authorizer = new SwitchAuthorizer
        {
            Decide = static a => a is { Verb: "request-serviceaccounts-token-audience", Resource: "granted", Namespace: "default", Name: "sa-a" } ? new AccessDecision(AccessVerdict.Allow, "") : AccessDecision.NoOpinion,
        };
        var restriction = new NodeRestriction(new StoreLookup(_store), authorizer);
        if (refusal is null)
            await restriction.CheckAsync(write, default);
        else
            Assert.EndsWith("is forbidden: " + refusal, (await Assert.ThrowsAsync<ApiException>(async () => await restriction.CheckAsync(write, default))).Message);
    }

    private ValueTask<AccessDecision> Decide(UserInfo user, string verb, string group, string resource, string subresource, string ns, string name) =>
        new NodeAuthorizer(_graph, new StoreLookup(_store), BootstrapPolicy.Default.NodeRules).AuthorizeAsync(
            new AccessAttributes { User = user, Verb = verb, Group = group, Version = "v1", Resource = resource, Subresource = subresource, Namespace = ns, Name = name }, default);

    private static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject();

    private static string Pod(string name, string node) => $$$"""
        {"metadata":{"namespace":"default","name":"{{{name}}}"},"spec":{"nodeName":"{{{node}}}","serviceAccountName":"sa-a","imagePullSecrets":[{"name":"pull-a"}],
        "containers":[{"env":[{"valueFrom":{"secretKeyRef":{"name":"env-a"} } }],"envFrom":[{"configMapRef":{"name":"cm-a"} }]}],
        "volumes":[{"secret":{"secretName":"vol-a"} },{"persistentVolumeClaim":{"claimName":"claim-a"} },{"projected":{"sources":[{"secret":{"name":"proj-a"} },{"serviceAccountToken":{"path":"t"} },{"serviceAccountToken":{"path":"v","audience":"vault"} }]} },
        {"csi":{"driver":"inline.csi"} },{"name":"eph","ephemeral":{} },{"persistentVolumeClaim":{"claimName":"claim-x"} }]} }
        """;
}
