using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Controllers.Disruption;
using ActorKube.Controllers.Hosting;
using ActorKube.Controllers.Tests.Harness;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;
using static ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Controllers.Tests;

public class DisruptionTests
{
    private static readonly TimeSpan TwoMinutes = TimeSpan.FromMinutes(2);
    private readonly ControllerHarness _h = new ControllerHarness().Run(new DisruptionReconciler(new DisruptionOptions(TwoMinutes, TwoMinutes)));

    private JsonNode Status => _h.Cluster.Json(PodDisruptionBudgets, "default", "web")["status"]!;

    private JsonNode Allowed => Status.Items("conditions").Single(c => c.Text("type") == "DisruptionAllowed");

    private void Budget(string spec) => _h.Cluster.Create(PodDisruptionBudgets,
        $$$"""{"apiVersion":"policy/v1","kind":"PodDisruptionBudget","metadata":{"namespace":"default","name":"web"},"spec":{"selector":{"matchLabels":{"app":"web"}},{{{spec}}}}}""");

    private void Owner(GroupVersionResource resource, string kind, int replicas, string uid, string owner = "") => _h.Cluster.Create(resource,
        $$$"""{"apiVersion":"{{{resource.Group}}}/v1","kind":"{{{kind}}}","metadata":{"namespace":"default","name":"{{{uid}}}","uid":"{{{uid}}}"{{{owner}}}},"spec":{"replicas":{{{replicas}}}}}""");

    private static string OwnedBy(string apiVersion, string kind, string uid) =>
        $$$""","ownerReferences":[{"apiVersion":"{{{apiVersion}}}","kind":"{{{kind}}}","name":"{{{uid}}}","uid":"{{{uid}}}","controller":true}]""";

    private void Pods3(int ready, string owner) => PodsOf("web", 3, ready, owner);

    private void PodsOf(string app, int count, int ready, string owner)
    {
        for (var i = 0; i < count; i++)
        {
            var json = JsonNode.Parse(Manifests.Pod($"p{i}", app))!.AsObject();
            if (owner.Length > 0)
                json["metadata"]!["ownerReferences"] = JsonNode.Parse("{" + owner[1..] + "}")!["ownerReferences"]!.DeepClone();
            var pod = _h.Cluster.Create(new ObjectAddress(Pods, "default", $"p{i}"), json);
            if (i < ready)
                _h.Cluster.MakeReady(pod, _h.Time.GetUtcNow());
        }
    }

    private (long? Expected, long? Desired, long? Healthy, long? Allowed) Numbers =>
        (Status.Number("expectedPods"), Status.Number("desiredHealthy"), Status.Number("currentHealthy"), Status.Number("disruptionsAllowed"));

    [Theory]
    [InlineData("\"minAvailable\":2", 3, 3, 2, 1)]
    [InlineData("\"minAvailable\":2", 2, 3, 2, 0)]
    [InlineData("\"minAvailable\":5", 3, 3, 5, 0)]
    [InlineData("\"minAvailable\":\"50%\"", 3, 4, 2, 1)]
    [InlineData("\"minAvailable\":\"51%\"", 3, 4, 3, 0)]
    [InlineData("\"maxUnavailable\":1", 3, 4, 3, 0)]
    [InlineData("\"maxUnavailable\":2", 3, 4, 2, 1)]
    [InlineData("\"maxUnavailable\":\"30%\"", 3, 4, 2, 1)]
    [InlineData("\"maxUnavailable\":9", 3, 4, 0, 3)]
    public void What_may_be_disrupted_is_what_is_healthy_beyond_what_has_to_be(string spec, int ready, int expected, int desired, int allowed)
    {
        Owner(ReplicaSets, "ReplicaSet", 4, "rs");
        Pods3(ready, OwnedBy("apps/v1", "ReplicaSet", "rs"));
        Budget(spec);
        _h.Settle();
        Assert.Equal((expected, desired, ready, allowed), Numbers);
        Assert.Equal(1, Status.Number("observedGeneration"));
        Assert.Equal((allowed > 0 ? "True" : "False", allowed > 0 ? "SufficientPods" : "InsufficientPods", 1L), (Allowed.Text("status"), Allowed.Text("reason"), Allowed.Number("observedGeneration")));
        var writes = _h.Cluster.Log.Count;
        _h.Advance(TimeSpan.FromHours(1));
        Assert.Equal(writes, _h.Cluster.Log.Count);
    }

    [Fact]
    public void The_scale_is_that_of_the_deployment_above_the_sets_and_is_followed()
    {
        Owner(Deployments, "Deployment", 10, "d");
        Owner(ReplicaSets, "ReplicaSet", 4, "rs", OwnedBy("apps/v1", "Deployment", "d"));
        Pods3(3, OwnedBy("apps/v1", "ReplicaSet", "rs"));
        Budget("\"maxUnavailable\":\"80%\"");
        _h.Settle();
        Assert.Equal((10L, 2L, 3L, 1L), Numbers);
        _h.Cluster.Change(Deployments, "default", "d", d =>
        {
            d["spec"]!["replicas"] = 5;
            d["metadata"]!["generation"] = 2;
        });
        _h.Settle();
        Assert.Equal((5L, 1L, 3L, 2L), Numbers);
    }

    [Theory]
    [InlineData("apps/v1", "StatefulSet")]
    [InlineData("v1", "ReplicationController")]
    [InlineData("example.com/v1", "Widget")]
    public void Owners_of_other_kinds_have_a_scale_too(string apiVersion, string kind)
    {
        var widgets = new GroupVersionResource("example.com", "v1", "widgets");
        _h.Catalog.Serve("Widget", widgets);
        Owner(kind switch { "StatefulSet" => StatefulSets, "ReplicationController" => ReplicationControllers, _ => widgets }, kind, 3, "o");
        Pods3(3, OwnedBy(apiVersion, kind, "o"));
        Budget("\"maxUnavailable\":1");
        _h.Settle();
        Assert.Equal((3L, 2L, 3L, 1L), Numbers);
    }

    [Fact]
    public void A_budget_whose_pods_have_no_known_scale_allows_nothing()
    {
        _h.Catalog.Serve("ReplicaSet", ReplicaSets);
        Pods3(3, OwnedBy("apps/v1", "ReplicaSet", "gone"));
        Budget("\"maxUnavailable\":1");
        _h.Settle();
        Assert.Equal(("False", "SyncFailed", "found no controllers for pod \"p0\""), (Allowed.Text("status"), Allowed.Text("reason"), Allowed.Text("message")));
        Assert.Equal(0, Status.Number("disruptionsAllowed"));
        Assert.Null(Status.Number("observedGeneration"));
        Assert.Contains(_h.Events, e => e is { Warning: true, Reason: "CalculateExpectedPodCountFailed", Message: "Failed to calculate the number of expected pods: found no controllers for pod \"p0\"" });
        Assert.DoesNotContain(_h.Events, e => e.Reason == "NoControllers");
        // Looked at again at a growing distance, and told once.
        var (turns, told) = (_h.Turns, _h.Events.Count);
        _h.Advance(TimeSpan.FromHours(1));
        Assert.InRange(_h.Turns - turns, 2, 40);
        Assert.Equal(told, _h.Events.Count);
    }

    [Theory]
    [InlineData("batch/v1", "Job", "jobs.batch does not implement the scale subresource")]
    [InlineData("example.com/v1", "Unknown", "no matches for kind \"Unknown\" in version \"example.com/v1\"")]
    public void An_owner_that_cannot_be_scaled_is_named(string apiVersion, string kind, string why)
    {
        _h.Catalog.Serve("Job", Jobs);
        Owner(Jobs, "Job", 3, "o");
        _h.Cluster.Fault = (verb, address) => address.Subresource == "scale" ? ApiErrors.NoSuchPath() : null;
        Pods3(3, OwnedBy(apiVersion, kind, "o"));
        Budget("\"maxUnavailable\":1");
        _h.Settle();
        Assert.Equal(("SyncFailed", why), (Allowed.Text("reason"), Allowed.Text("message")));
        Assert.Contains(_h.Events, e => e is { Warning: true, Reason: "CalculateExpectedPodCountFailed" } && e.Message == $"Failed to calculate the number of expected pods: {why}");
    }

    [Fact]
    public void A_pod_under_several_budgets_is_told_of()
    {
        Budget("\"minAvailable\":1");
        _h.Cluster.Create(PodDisruptionBudgets, """{"apiVersion":"policy/v1","kind":"PodDisruptionBudget","metadata":{"namespace":"default","name":"all"},"spec":{"selector":{},"minAvailable":1}}""");
        PodsOf("web", 1, 1, "");
        _h.Cluster.Create(Pods, Manifests.Pod("alone", "other"));
        _h.Settle();
        Assert.Equal(["Pod \"default\"/\"p0\" matches multiple PodDisruptionBudgets.  Chose \"all\" arbitrarily."],
            _h.Events.Where(e => e is { Warning: true, Reason: "MultiplePodDisruptionBudgets" }).Select(e => e.Message).Distinct());
    }

    [Fact]
    public void Pods_without_a_controller_are_told_of()
    {
        Pods3(3, "");
        Budget("\"maxUnavailable\":1");
        _h.Settle();
        Assert.Equal((0L, 0L, 3L, 0L), Numbers);
        Assert.Contains(_h.Events, e => e.Reason == "UnmanagedPods"
            && e.Message.Contains("(selector: &LabelSelector{MatchLabels:map[string]string{app: web,},MatchExpressions:[]LabelSelectorRequirement{},})", StringComparison.Ordinal));
    }

    [Fact]
    public void A_budget_without_pods_allows_nothing()
    {
        Budget("\"minAvailable\":0");
        _h.Settle();
        Assert.Equal((0L, 0L, 0L, 0L), Numbers);
        Assert.Contains(_h.Events, e => e is { Reason: "NoPods", Message: "No matching pods found" });
    }

    [Fact]
    public void An_evicted_pod_counts_as_gone_until_it_is_or_two_minutes_have_passed()
    {
        Pods3(3, "");
        Budget("\"minAvailable\":1");
        _h.Settle();
        Assert.Equal((3L, 1L, 3L, 2L), Numbers);
        _h.Cluster.Change(PodDisruptionBudgets, "default", "web", b =>
            b["status"]!["disruptedPods"] = new JsonObject { ["p0"] = JsonWriting.Time(_h.Time.GetUtcNow()), ["nobody"] = JsonWriting.Time(_h.Time.GetUtcNow()) });
        _h.Settle();
        Assert.Equal((3L, 1L, 2L, 1L), Numbers);
        Assert.Equal(["p0"], Status.Strings("disruptedPods").Select(p => p.Key));
        _h.Advance(TwoMinutes + TimeSpan.FromSeconds(1));
        Assert.Equal((3L, 1L, 3L, 2L), Numbers);
        Assert.Contains(_h.Events, e => e is { Reason: "NotDeleted", Warning: true });

        _h.Cluster.Change(PodDisruptionBudgets, "default", "web", b => b["status"]!["disruptedPods"] = new JsonObject { ["p1"] = JsonWriting.Time(_h.Time.GetUtcNow()) });
        _h.Cluster.Vanish(Pods, "default", "p1");
        _h.Settle();
        Assert.Equal((2L, 1L, 2L, 1L), Numbers);
        Assert.Null(Status["disruptedPods"]);
    }

    [Theory]
    [InlineData("EvictionByEvictionAPI", true)]
    [InlineData("TerminationByKubelet", false)]
    public void A_disruption_that_does_not_happen_is_recalled(string reason, bool recalled)
    {
        Pods3(1, "");
        _h.Cluster.Change(Pods, "default", "p0", p => p["status"]!["conditions"]!.AsArray().Add(new JsonObject
        {
            ["type"] = "DisruptionTarget", ["status"] = "True", ["reason"] = reason, ["lastTransitionTime"] = JsonWriting.Time(_h.Time.GetUtcNow()),
        }));
        _h.Advance(TimeSpan.FromSeconds(119));
        Assert.DoesNotContain(_h.Cluster.Log, l => l.StartsWith("patch", StringComparison.Ordinal));
        _h.Advance(TimeSpan.FromSeconds(2));
        var target = _h.Cluster.Json(Pods, "default", "p0").Items("status", "conditions").Single(c => c.Text("type") == "DisruptionTarget");
        Assert.Equal((recalled ? "False" : "True", recalled ? "" : reason, recalled ? 1 : null), (target.Text("status"), target.Text("reason"), target.Number("observedGeneration")));
    }

    [Fact]
    public void A_refused_write_is_tried_at_a_slowing_pace()
    {
        Budget("\"minAvailable\":1");
        _h.Cluster.Fault = (verb, address) => verb == "update" && address.Resource == PodDisruptionBudgets ? ApiErrors.Forbidden(PodDisruptionBudgets.Resource, address.Name, "no") : null;
        _h.Advance(TimeSpan.FromSeconds(1));
        Assert.InRange(_h.Cluster.Log.Count(l => l.StartsWith("update poddisruptionbudgets/status ", StringComparison.Ordinal)), 4, 9);
        _h.Cluster.Fault = null;
        _h.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal((0L, 1L, 0L, 0L), Numbers);
    }
}
