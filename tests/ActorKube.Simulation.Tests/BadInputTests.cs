using ActorKube.Api.Names;
using ActorKube.Machinery.Objects;
using ActorKube.Testing.Simulation;
using static ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Simulation.Tests;

/// <summary>Objects that no server would take today, put into the store as one with other rules may have: each is told about, costs little, and holds nobody else up.</summary>
public sealed class BadInputTests : IDisposable
{
    private readonly SimulatedCluster _cluster = new();
    private readonly Dictionary<string, int> _seen = [];
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
            _seen[entry.Plural] = _seen.GetValueOrDefault(entry.Plural) + 1;
            if (_writes > 3000)
                throw new InvalidOperationException("hot loop: " + string.Join(", ", _seen));
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
}
