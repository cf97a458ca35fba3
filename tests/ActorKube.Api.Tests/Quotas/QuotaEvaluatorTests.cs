using System.Text.Json.Nodes;
using ActorKube.Api.Names;
using ActorKube.Api.Quotas;

namespace ActorKube.Api.Tests.Quotas;

public sealed class QuotaEvaluatorTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject();

    private static string Container(string name, string resources) => $$"""{"name":"{{name}}","resources":{{resources}}}""";

    private static string Usage(QuotaEvaluator evaluator, string item) => evaluator.Measure(Json(item)).Usage(Now).ToString();

    [Theory]
    [InlineData("""{"containers":[{"name":"a"}]}""", "{}", "count/pods=1,pods=1")]
    [InlineData("""{"containers":[{"name":"a","resources":{"requests":{"cpu":"100m","memory":"1Gi"},"limits":{"cpu":"1"}}},{"name":"b","resources":{"requests":{"cpu":"200m"}}}]}""", "{}",
        "count/pods=1,cpu=300m,limits.cpu=1,memory=1Gi,pods=1,requests.cpu=300m,requests.memory=1Gi")]
    [InlineData("""{"containers":[{"name":"a","resources":{"requests":{"ephemeral-storage":"1Gi","hugepages-2Mi":"4Mi","example.com/gpu":"2"},"limits":{"example.com/gpu":"2","ephemeral-storage":"2Gi"}}}]}""", "{}",
        "count/pods=1,ephemeral-storage=1Gi,hugepages-2Mi=4Mi,limits.ephemeral-storage=2Gi,pods=1,requests.ephemeral-storage=1Gi,requests.example.com/gpu=2,requests.hugepages-2Mi=4Mi")]
    // An init container needs the most of all; a sidecar runs beside the others.
    [InlineData("""{"containers":[{"name":"a","resources":{"requests":{"cpu":"1"}}}],"initContainers":[{"name":"i","resources":{"requests":{"cpu":"3"}}}]}""", "{}", "count/pods=1,cpu=3,pods=1,requests.cpu=3")]
    [InlineData("""{"containers":[{"name":"a","resources":{"requests":{"cpu":"1"}}}],"initContainers":[{"name":"s","restartPolicy":"Always","resources":{"requests":{"cpu":"1"}}},{"name":"i","resources":{"requests":{"cpu":"3"}}}]}""",
        "{}", "count/pods=1,cpu=4,pods=1,requests.cpu=4")]
    // What the pod says as a whole counts instead of its containers; what running it costs is added.
    [InlineData("""{"resources":{"requests":{"cpu":"5"}},"overhead":{"cpu":"1","memory":"1Mi"},"containers":[{"name":"a","resources":{"requests":{"cpu":"1"},"limits":{"cpu":"7"}}}]}""", "{}",
        "count/pods=1,cpu=6,limits.cpu=8,memory=1Mi,pods=1,requests.cpu=6,requests.memory=1Mi")]
    // Ended pods are stored and need nothing.
    [InlineData("""{"containers":[{"name":"a","resources":{"requests":{"cpu":"1"}}}]}""", """{"phase":"Succeeded"}""", "count/pods=1")]
    [InlineData("""{"containers":[{"name":"a"}]}""", """{"phase":"Failed"}""", "count/pods=1")]
    // While a pod is made smaller it still has what it had; what is infeasible is not charged.
    [InlineData("""{"containers":[{"name":"a","resources":{"requests":{"cpu":"1"}}}]}""", """{"containerStatuses":[{"name":"a","allocatedResources":{"cpu":"2"},"resources":{"requests":{"cpu":"3"}}}]}""",
        "count/pods=1,cpu=3,pods=1,requests.cpu=3")]
    [InlineData("""{"containers":[{"name":"a","resources":{"requests":{"cpu":"9"}}}]}""",
        """{"conditions":[{"type":"PodResizePending","reason":"Infeasible"}],"containerStatuses":[{"name":"a","allocatedResources":{"cpu":"2"},"resources":{"requests":{"cpu":"2"}}}]}""",
        "count/pods=1,cpu=2,pods=1,requests.cpu=2")]
    public void A_pod_counts_for(string spec, string status, string expected) =>
        Assert.Equal(expected, Usage(QuotaEvaluators.Pods, $$"""{"metadata":{"name":"p"},"spec":{{spec}},"status":{{status}}}"""));

    [Theory]
    [InlineData("2026-01-02T03:04:00Z", 30, "count/pods=1,pods=1")]
    [InlineData("2026-01-02T03:03:00Z", 30, "count/pods=1")]
    [InlineData("9999-12-31T23:59:59Z", 1_000_000_000_000, "count/pods=1,pods=1")]
    public void A_pod_that_should_be_gone_needs_nothing(string deleted, long grace, string expected) =>
        Assert.Equal(expected, Usage(QuotaEvaluators.Pods, $$$"""{"metadata":{"deletionTimestamp":"{{{deleted}}}","deletionGracePeriodSeconds":{{{grace}}}},"spec":{"containers":[]}}"""));

    [Theory]
    [InlineData("""{"type":"ClusterIP","ports":[{"port":80}]}""", "count/services=1,services=1,services.loadbalancers=0,services.nodeports=0")]
    [InlineData("""{"type":"NodePort","ports":[{"port":80},{"port":81}]}""", "count/services=1,services=1,services.loadbalancers=0,services.nodeports=2")]
    [InlineData("""{"type":"LoadBalancer","ports":[{"port":80}]}""", "count/services=1,services=1,services.loadbalancers=1,services.nodeports=1")]
    [InlineData("""{"type":"LoadBalancer","allocateLoadBalancerNodePorts":false,"ports":[{"port":80},{"port":81,"nodePort":30001}]}""", "count/services=1,services=1,services.loadbalancers=1,services.nodeports=1")]
    public void A_service_counts_for(string spec, string expected) => Assert.Equal(expected, Usage(QuotaEvaluators.Services, $$"""{"metadata":{},"spec":{{spec}}}"""));

    [Theory]
    [InlineData("""{"resources":{"requests":{"storage":"1Gi"}}}""", "{}", "count/persistentvolumeclaims=1,persistentvolumeclaims=1,requests.storage=1Gi")]
    [InlineData("""{"storageClassName":"gold","resources":{"requests":{"storage":"1.5"}}}""", "{}",
        "count/persistentvolumeclaims=1,gold.storageclass.storage.k8s.io/persistentvolumeclaims=1,gold.storageclass.storage.k8s.io/requests.storage=2,persistentvolumeclaims=1,requests.storage=2")]
    [InlineData("""{"resources":{"requests":{"storage":"1Gi"}}}""", """{"allocatedResources":{"storage":"2Gi"}}""", "count/persistentvolumeclaims=1,persistentvolumeclaims=1,requests.storage=2Gi")]
    [InlineData("""{"resources":{"requests":{"storage":"999999999n"}}}""", "{}", "count/persistentvolumeclaims=1,persistentvolumeclaims=1,requests.storage=1")]
    [InlineData("""{"resources":{"requests":{"storage":"1Gi"}}}""", """{"allocatedResources":{"storage":"512Mi"}}""", "count/persistentvolumeclaims=1,persistentvolumeclaims=1,requests.storage=1Gi")]
    [InlineData("{}", """{"allocatedResources":{"storage":"1Gi"}}""", "count/persistentvolumeclaims=1,persistentvolumeclaims=1")]
    public void A_claim_counts_for(string spec, string status, string expected) => Assert.Equal(expected, Usage(QuotaEvaluators.Claims, $$"""{"metadata":{},"spec":{{spec}},"status":{{status}}}"""));

    [Theory]
    [InlineData("", "configmaps", "configmaps=1,count/configmaps=1")]
    [InlineData("apps", "deployments", "count/deployments.apps=1")]
    [InlineData("example.com", "widgets", "count/widgets.example.com=1")]
    public void Everything_else_counts_for_one(string group, string plural, string expected) => Assert.Equal(expected, Usage(QuotaEvaluators.Of(new GroupResource(group, plural))!, "{}"));

    [Theory]
    [InlineData("", "events")]
    [InlineData("events.k8s.io", "events")]
    [InlineData("authorization.k8s.io", "localsubjectaccessreviews")]
    public void Some_resources_are_never_counted(string group, string plural) => Assert.Null(QuotaEvaluators.Of(new GroupResource(group, plural)));

    [Theory]
    [InlineData(QuotaScope.Terminating, "Exists", "", """{"activeDeadlineSeconds":0}""", true)]
    [InlineData(QuotaScope.NotTerminating, "Exists", "", """{"activeDeadlineSeconds":5}""", false)]
    [InlineData(QuotaScope.BestEffort, "Exists", "", """{"containers":[{"name":"a"}]}""", true)]
    [InlineData(QuotaScope.NotBestEffort, "Exists", "", """{"containers":[{"name":"a","resources":{"requests":{"cpu":"1"}}}]}""", true)]
    [InlineData(QuotaScope.PriorityClass, "Exists", "", """{"priorityClassName":"high"}""", true)]
    [InlineData(QuotaScope.PriorityClass, "Exists", "", "{}", false)]
    [InlineData(QuotaScope.PriorityClass, "DoesNotExist", "", "{}", true)]
    [InlineData(QuotaScope.PriorityClass, "In", "high,low", """{"priorityClassName":"high"}""", true)]
    [InlineData(QuotaScope.PriorityClass, "In", "low", """{"priorityClassName":"high"}""", false)]
    [InlineData(QuotaScope.PriorityClass, "NotIn", "low", """{"priorityClassName":"high"}""", true)]
    [InlineData(QuotaScope.PriorityClass, "NotIn", "low", "{}", true)]
    [InlineData(QuotaScope.CrossNamespacePodAffinity, "Exists", "", """{"affinity":{"podAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":[{"namespaces":["x"]}]}}}""", true)]
    [InlineData(QuotaScope.CrossNamespacePodAffinity, "Exists", "", """{"affinity":{"podAntiAffinity":{"preferredDuringSchedulingIgnoredDuringExecution":[{"podAffinityTerm":{"namespaceSelector":{}}}]}}}""", true)]
    [InlineData(QuotaScope.CrossNamespacePodAffinity, "Exists", "", """{"affinity":{"podAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":[{"topologyKey":"x"}]}}}""", false)]
    [InlineData(QuotaScope.VolumeAttributesClass, "Exists", "", "{}", false)]
    public void A_pod_is_in_scope(string scope, string op, string values, string spec, bool expected) =>
        Assert.Equal(expected, QuotaEvaluators.Pods.IsInScope(new QuotaScope(scope, op, values.Split(',')), QuotaEvaluators.Pods.Measure(Json($$"""{"spec":{{spec}}}"""))));

    [Theory]
    [InlineData("In", "gold", """{"spec":{"volumeAttributesClassName":"gold"}}""", true)]
    [InlineData("In", "gold", """{"spec":{"volumeAttributesClassName":"silver"},"status":{"currentVolumeAttributesClassName":"gold"}}""", true)]
    [InlineData("In", "gold", """{"spec":{},"status":{"modifyVolumeStatus":{"targetVolumeAttributesClassName":"gold"}}}""", true)]
    [InlineData("In", "gold", """{"spec":{}}""", false)]
    [InlineData("NotIn", "gold", """{"spec":{}}""", true)]
    [InlineData("Exists", "", """{"spec":{"volumeAttributesClassName":"gold"}}""", true)]
    public void A_claim_is_in_scope(string op, string values, string claim, bool expected) =>
        Assert.Equal(expected, QuotaEvaluators.Claims.IsInScope(new QuotaScope(QuotaScope.VolumeAttributesClass, op, values.Split(',')), QuotaEvaluators.Claims.Measure(Json(claim))));

    [Fact]
    public void What_a_quota_tracks_has_to_be_said_by_every_container()
    {
        var tracked = new Amounts();
        foreach (var name in (string[])["cpu", "limits.memory", "pods", "requests.ephemeral-storage"])
            tracked.Add(name, default);
        var (silent, requests, limits) = (Container("b", "{}"), Container("a", """{"requests":{"cpu":"1"}}"""), Container("i", """{"limits":{"memory":"1"}}"""));
        var pod = Json($$$"""{"spec":{"containers":[{{{silent}}},{{{requests}}}],"initContainers":[{{{limits}}}]}}""");
        Assert.Equal("must specify cpu for: b,i; limits.memory for: a,b", QuotaEvaluators.Pods.Missing(tracked, pod));
    }

    [Theory]
    [InlineData("""{"requests":{"cpu":"2"}}""", false)]
    [InlineData("""{"limits":{"hugepages-2Mi":"2Mi"}}""", false)]
    [InlineData("""{"limits":{},"requests":{}}""", true)]
    public void A_pod_that_says_anything_of_itself_as_a_whole_need_not_say_it_of_its_containers(string resources, bool missing)
    {
        var tracked = new Amounts();
        tracked.Add("limits.memory", default);
        var pod = Json($$$"""{"spec":{"containers":[{{{Container("a", "{}")}}}],"resources":{{{resources}}}}}""");
        Assert.Equal(missing, QuotaEvaluators.Pods.Missing(tracked, pod) is not null);
    }

    [Theory]
    [InlineData("requests.example.com/gpu", true)]
    [InlineData("example.com/gpu", false)]
    [InlineData("requests.hugepages-2Mi", true)]
    [InlineData("limits.ephemeral-storage", true)]
    [InlineData("requests.storage", false)]
    [InlineData("count/pods", true)]
    [InlineData("count/pods.metrics.k8s.io", false)]
    public void Pods_count_for_resources(string name, bool expected) => Assert.Equal(expected, QuotaEvaluators.Pods.Tracks(name));
}
