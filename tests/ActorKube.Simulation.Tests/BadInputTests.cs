using ActorKube.Api.Names;
using ActorKube.Machinery.Objects;
using ActorKube.Testing.Simulation;
using static ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Simulation.Tests;

/// <summary>Objects that no server would take today, put into the store as one with other rules may have: each is told about, costs little, and holds nobody else up.</summary>
public sealed class BadInputTests : IDisposable
{
    private readonly SimulatedCluster _cluster = new();
    private int _writes;
    private int _pods;
    private int _uids = 100;

    public void Dispose() => _cluster.Dispose();

    private void Plant(GroupResource resource, string apiVersion, string kind, string name, string rest) => _cluster.Plant(resource, $$"""
        { "apiVersion": "{{apiVersion}}", "kind": "{{kind}}",
          "metadata": { "namespace": "default", "name": "{{name}}", "uid": "00000000-0000-0000-0000-000000000{{++_uids}}", "creationTimestamp": "2029-12-31T00:00:00Z", "generation": 1 }, {{rest}} }
        """);

    private void Follow()
    {
        _cluster.Journal = entry =>
        {
            _writes += entry.Plural is "leases" or "events" ? 0 : 1;
            _pods += entry is { Plural: "pods", Added: not null } ? 1 : 0;
        };
    }

    private static string Template(string app, string restart) => $$"""{ "metadata": { "labels": { "app": "{{app}}" } }, "spec": { "restartPolicy": "{{restart}}", "containers": [ { "name": "c", "image": "c:1" } ] } }""";

    [Theory]
    [InlineData("apps", "replicasets", "apps/v1", "ReplicaSet", """ "selector": { "matchLabels": { "app": "other" } },""")]
    [InlineData("", "replicationcontrollers", "v1", "ReplicationController", """ "selector": { "app": "other" },""")]
    [InlineData("apps", "deployments", "apps/v1", "Deployment", """ "selector": { "matchLabels": { "app": "other" } }, "strategy": { "type": "RollingUpdate" },""")]
    [InlineData("apps", "daemonsets", "apps/v1", "DaemonSet", """ "selector": { "matchLabels": { "app": "other" } }, "updateStrategy": { "type": "RollingUpdate" },""")]
    [InlineData("apps", "statefulsets", "apps/v1", "StatefulSet", """ "selector": { "matchLabels": { "app": "other" } }, "serviceName": "x", "updateStrategy": { "type": "RollingUpdate" },""")]
    [InlineData("batch", "jobs", "batch/v1", "Job", """ "selector": { "matchLabels": { "app": "other" } }, "manualSelector": true, "parallelism": 2, "completions": 2, "backoffLimit": 6,""")]
    [InlineData("apps", "replicasets", "apps/v1", "ReplicaSet", """ "selector": { "matchLabels": { "app": "bad" }, "matchExpressions": [ { "key": "app", "operator": "DoesNotExist" } ] },""")]
    public void What_would_never_own_the_pods_it_makes_makes_none_and_says_why(string group, string plural, string apiVersion, string kind, string selector)
    {
        Follow();
        Plant(new GroupResource(group, plural), apiVersion, kind, "bad", $$""" "spec": { {{selector}} "replicas": 3, "template": {{Template("bad", kind == "Job" ? "Never" : "Always")}} } """);
        _cluster.Create(Deployments, Manifests.Deployment("web", 2));
        _cluster.Advance(TimeSpan.FromMinutes(30));
        Assert.Equal(2, _cluster.Get(Deployments, "web").Number("status", "availableReplicas"));
        Assert.Equal(2, _pods);
        Assert.InRange(_writes, 0, 150);
        Assert.Contains(_cluster.EventsOf("bad"), static e => e.StartsWith("FailedCreate", StringComparison.Ordinal) || e.StartsWith("ReplicaSetCreateError", StringComparison.Ordinal));
    }

    [Fact]
    public void Whoever_asks_for_two_billion_gets_what_the_quota_has_and_others_go_on()
    {
        Follow();
        _cluster.Create(Namespaces, """{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"greedy"}}""");
        _cluster.Create(ResourceQuotas, """{"apiVersion":"v1","kind":"ResourceQuota","metadata":{"namespace":"greedy","name":"q"},"spec":{"hard":{"pods":"4"}}}""");
        _cluster.Advance(TimeSpan.FromSeconds(10));
        _cluster.Create(StatefulSets, Manifests.StatefulSet("many", int.MaxValue, spec: """ "podManagementPolicy": "Parallel", """).Replace("\"default\"", "\"greedy\"", StringComparison.Ordinal));
        _cluster.Create(Deployments, Manifests.Deployment("most", int.MaxValue).Replace("\"default\"", "\"greedy\"", StringComparison.Ordinal));
        _cluster.Create(Jobs, Manifests.Job("more", """ "completions": 2147483647, "parallelism": 2147483647, """, "\"sleep\",\"1000000\"").Replace("\"default\"", "\"greedy\"", StringComparison.Ordinal));
        _cluster.Create(Deployments, Manifests.Deployment("web", 2));
        _cluster.Advance(TimeSpan.FromMinutes(30));
        Assert.Equal(2, _cluster.Get(Deployments, "web").Number("status", "availableReplicas"));
        Assert.InRange(_cluster.List(Pods, "greedy").Count(static p => p.Text("status", "phase") is not ("Succeeded" or "Failed")), 1, 4);
        Assert.InRange(_writes, 0, 4000);
        Assert.Contains(_cluster.EventsOf("many", "greedy"), static e => e.StartsWith("FailedCreate", StringComparison.Ordinal) && e.Contains("exceeded quota: q"));
    }

    [Theory]
    [InlineData("deployment-controller")]
    [InlineData("replicaset-controller")]
    [InlineData("statefulset-controller")]
    [InlineData("daemon-set-controller")]
    [InlineData("job-controller")]
    [InlineData("cronjob-controller")]
    [InlineData("endpointslice-controller")]
    [InlineData("generic-garbage-collector")]
    public void A_controller_whose_role_is_taken_away_backs_off_and_goes_on_when_it_has_it_again(string account)
    {
        var binding = _cluster.Get(ClusterRoleBindings, $"system:controller:{account}", "");
        _cluster.Delete(ClusterRoleBindings, "", $"system:controller:{account}");
        _cluster.Advance(TimeSpan.FromSeconds(5));
        var failures = Failures();
        _cluster.Create(Deployments, Manifests.Deployment("web", 2));
        _cluster.Create(StatefulSets, Manifests.StatefulSet("db", 2));
        _cluster.Create(DaemonSets, Manifests.DaemonSet("agent"));
        _cluster.Create(Jobs, Manifests.Job("once", """ "completions": 2, """));
        _cluster.Create(CronJobs, Manifests.CronJob("tick", "*/5 * * * *"));
        _cluster.Create(Services, """{"apiVersion":"v1","kind":"Service","metadata":{"namespace":"default","name":"web"},"spec":{"selector":{"app":"web"},"ports":[{"port":80}]}}""");
        _cluster.Advance(TimeSpan.FromMinutes(10));
        Assert.InRange(Failures() - failures, 0, 120);
        ((System.Text.Json.Nodes.JsonObject)binding["metadata"]!).Remove("resourceVersion");
        ((System.Text.Json.Nodes.JsonObject)binding["metadata"]!).Remove("uid");
        _cluster.Create(ClusterRoleBindings, binding.ToJsonString());
        _cluster.Advance(TimeSpan.FromMinutes(20));
        Assert.Equal((2, 2, 3), (_cluster.Get(Deployments, "web").Number("status", "availableReplicas"), _cluster.Get(StatefulSets, "db").Number("status", "availableReplicas"), _cluster.Get(DaemonSets, "agent").Number("status", "numberAvailable")));
        Assert.Equal(2, _cluster.Get(Jobs, "once").Number("status", "succeeded"));
        Assert.NotEmpty(_cluster.List(EndpointSlices));

        long Failures() => _cluster.Controllers.Sum(static c => c.Failures);
    }

    [Fact]
    public void In_a_namespace_that_goes_nothing_is_tried_for_long()
    {
        _cluster.Create(Namespaces, """{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"going"}}""");
        _cluster.Advance(TimeSpan.FromSeconds(5));
        _cluster.Create(ConfigMaps, """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"namespace":"going","name":"held","finalizers":["example.com/hold"]}}""");
        _cluster.Create(Deployments, Manifests.Deployment("web", 3).Replace("\"default\"", "\"going\"", StringComparison.Ordinal));
        _cluster.Create(StatefulSets, Manifests.StatefulSet("db", 3).Replace("\"default\"", "\"going\"", StringComparison.Ordinal));
        _cluster.Create(CronJobs, Manifests.CronJob("tick", "* * * * *").Replace("\"default\"", "\"going\"", StringComparison.Ordinal));
        _cluster.Advance(TimeSpan.FromSeconds(90));
        _cluster.Delete(Namespaces, "", "going");
        var failures = _cluster.Controllers.Sum(static c => c.Failures);
        _cluster.Advance(TimeSpan.FromMinutes(20));
        Assert.InRange(_cluster.Controllers.Sum(static c => c.Failures) - failures, 0, 60);
        Assert.Empty(_cluster.List(Pods, "going"));
        Assert.Contains(_cluster.Get(Namespaces, "going", "").Items("status", "conditions"), static c => c.Text("type") == "NamespaceFinalizersRemaining" && c.Text("status") == "True");
        _cluster.Patch(ConfigMaps, "going", "held", """{"metadata":{"finalizers":null}}""", Machinery.Client.PatchType.Merge);
        _cluster.Advance(TimeSpan.FromMinutes(2));
        Assert.DoesNotContain(_cluster.List(Namespaces, null), static n => n.Text("metadata", "name") == "going");
    }

    [Fact]
    public void An_autoscaler_without_metrics_says_so_and_looks_once_a_turn()
    {
        _cluster.Create(Deployments, Manifests.Deployment("web", 2));
        _cluster.Create(HorizontalPodAutoscalers, """{"apiVersion":"autoscaling/v2","kind":"HorizontalPodAutoscaler","metadata":{"namespace":"default","name":"web"},"spec":{"scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"web"},"minReplicas":1,"maxReplicas":5,"metrics":[{"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":50}}}]}}""");
        var controller = _cluster.Controllers.Single(static c => c.Name == "horizontal-pod-autoscaler-controller");
        _cluster.Advance(TimeSpan.FromMinutes(30));
        Assert.InRange(controller.Turns, 100, 300);
        Assert.Contains(_cluster.EventsOf("web"), static e => e.StartsWith("FailedGetResourceMetric: ", StringComparison.Ordinal));
        var active = _cluster.Get(HorizontalPodAutoscalers, "web").Items("status", "conditions").Single(static c => c.Text("type") == "ScalingActive");
        Assert.Equal(("False", "FailedGetResourceMetric"), (active.Text("status"), active.Text("reason")));
        Assert.Equal(2, _cluster.Get(Deployments, "web").Number("spec", "replicas"));
    }
}
