using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Controllers.Tests.Harness;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;
using static ActorKube.Controllers.Tests.Harness.AutoscaledTarget;

namespace ActorKube.Controllers.Tests;

public sealed class AutoscalerTests
{
    private readonly AutoscaledTarget _t = new();

    [Theory]
    [InlineData(3, 100, 3, "the load is what it should be")]
    [InlineData(3, 109, 3, "within the tolerance of a tenth")]
    [InlineData(3, 110, 3, "still within it")]
    [InlineData(3, 112, 4, "beyond it, rounded up")]
    [InlineData(3, 91, 3, "within it below")]
    [InlineData(3, 60, 2, "two could do it")]
    [InlineData(3, 1000, 6, "no more than doubled in one step")]
    [InlineData(1, 1000, 4, "but four are always allowed")]
    public void Replicas_follow_the_utilisation_of_what_is_requested(int replicas, int percent, int expected, string because)
    {
        Assert.NotEmpty(because);
        _t.Create(replicas, Cpu(utilization: 50), behavior: expected < replicas ? NoWindow : "");
        _t.Load(cpuMillis: percent / 2, request: 100);
        _t.Settle();
        Assert.Equal(expected, _t.Replicas);
    }

    [Fact]
    public void A_scaling_is_told_by_an_event_the_conditions_and_the_decision_log()
    {
        _t.Create(2, Cpu(utilization: 50));
        _t.Load(100, 100);
        _t.Settle();
        Assert.Equal(["SuccessfulRescale: New size: 4; reason: cpu resource utilization (percentage of request) above target"], _t.EventTexts);
        Assert.Equal(
            [
                "AbleToScale=True SucceededRescale: the HPA controller was able to update the target scale to 4",
                "ScalingActive=True ValidMetricFound: the HPA was able to successfully calculate a replica count from cpu resource utilization (percentage of request)",
                "ScalingLimited=False DesiredWithinRange: the desired count is within the acceptable range",
                "ScaledToZero=False NotScaledToZero: the HPA controller did not scale the workload to zero",
            ], _t.Conditions);
        Assert.Equal((2, 4), (_t.Status.Number("currentReplicas"), _t.Status.Number("desiredReplicas")));
        Assert.NotNull(_t.Status.Time("lastScaleTime"));
        Assert.Equal("""[{"type":"Resource","resource":{"name":"cpu","current":{"averageUtilization":100,"averageValue":"100m"}}}]""", _t.Status["currentMetrics"]!.ToJsonString());
        Assert.Contains("asks for 4 replicas", Assert.Single(_t.Harness.Decisions[^1].Reasons), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 2, 9, "Current number of replicas below Spec.MinReplicas", 2)]
    [InlineData(9, 1, 5, "Current number of replicas above Spec.MaxReplicas", 5)]
    public void Bounds_hold_without_metrics(int replicas, int min, int max, string reason, int expected)
    {
        _t.Create(replicas, Cpu(50), min: min, max: max);
        _t.Settle();
        Assert.Equal(expected, _t.Replicas);
        Assert.Equal([$"SuccessfulRescale: New size: {expected}; reason: {reason}"], _t.EventTexts);
    }

    [Fact]
    public void A_target_without_replicas_is_left_alone()
    {
        _t.Create(0, Cpu(50));
        _t.Settle();
        Assert.Equal(0, _t.Replicas);
        Assert.Contains("ScalingActive=False ScalingDisabled: scaling is disabled since the replica count of the target is zero", _t.Conditions);
    }

    [Fact]
    public void More_than_the_maximum_is_not_had()
    {
        _t.Create(3, Cpu(50), max: 5);
        _t.Load(100, 100);
        _t.Settle();
        Assert.Equal(5, _t.Replicas);
        Assert.Contains("ScalingLimited=True TooManyReplicas: the desired replica count is more than the maximum replica count", _t.Conditions);
    }

    [Fact]
    public void Less_than_the_minimum_is_not_had()
    {
        _t.Create(3, Cpu(50), min: 2, behavior: NoWindow);
        _t.Load(1, 100);
        _t.Settle();
        Assert.Equal(2, _t.Replicas);
        Assert.Contains("ScalingLimited=True TooFewReplicas: the desired replica count is less than the minimum replica count", _t.Conditions);
    }

    [Fact]
    public void Of_several_metrics_the_one_that_asks_for_most_counts()
    {
        _t.Create(2, Cpu(50), Memory(average: "100Ki"));
        _t.Load(50, 100, memoryBytes: 150 * 1024);
        _t.Settle();
        Assert.Equal(3, _t.Replicas);
        Assert.Equal(["SuccessfulRescale: New size: 3; reason: memory resource above target"], _t.EventTexts);
        // Memory is said as the metrics server says it.
        Assert.Equal("150Ki", _t.Status["currentMetrics"]![1]!.Text("resource", "current", "averageValue"));
    }

    [Fact]
    public void One_container_can_be_what_counts()
    {
        _t.Create(2, """{"type":"ContainerResource","containerResource":{"name":"cpu","container":"side","target":{"type":"Utilization","averageUtilization":50}}}""");
        _t.Load(90, 100, side: 75);
        _t.Settle();
        Assert.Equal(3, _t.Replicas);
        Assert.Equal("""[{"type":"ContainerResource","containerResource":{"name":"cpu","container":"side","current":{"averageUtilization":75,"averageValue":"75m"}}}]""", _t.Status["currentMetrics"]!.ToJsonString());
        Assert.Contains("SuccessfulRescale: New size: 3; reason: cpu container resource utilization (percentage of request) above target", _t.EventTexts);
    }

    [Fact]
    public void An_amount_of_one_container_is_named_like_one_of_the_pod()
    {
        _t.Create(2, """{"type":"ContainerResource","containerResource":{"name":"cpu","container":"side","target":{"type":"AverageValue","averageValue":"50m"}}}""");
        _t.Load(90, 100, side: 75);
        _t.Settle();
        Assert.Contains("SuccessfulRescale: New size: 3; reason: cpu resource above target", _t.EventTexts);
    }

    [Theory]
    [InlineData("cpu", "no metrics returned from resource metrics API")]
    [InlineData("fault", "unable to fetch metrics from resource metrics API: the server is currently unable to handle the request")]
    public void Without_metrics_nothing_happens_and_everybody_is_told(string how, string why)
    {
        _t.Create(3, Cpu(50));
        if (how == "fault")
            _t.Harness.Cluster.Fault = (verb, address) => verb == "list" && address.Resource.Group == "metrics.k8s.io" ? ApiErrors.ServiceUnavailable("the server is currently unable to handle the request") : null;
        _t.Settle();
        Assert.Equal(3, _t.Replicas);
        Assert.Equal(
            [
                $"FailedGetResourceMetric: failed to get cpu utilization: unable to get metrics for resource cpu: {why}",
                $"FailedComputeMetricsReplicas: invalid metrics (1 invalid out of 1), first error is: failed to get cpu resource metric value: failed to get cpu utilization: unable to get metrics for resource cpu: {why}",
            ], _t.EventTexts);
        Assert.Contains($"ScalingActive=False FailedGetResourceMetric: the HPA was unable to compute the replica count: failed to get cpu utilization: unable to get metrics for resource cpu: {why}", _t.Conditions);
        Assert.Equal(3, _t.Status.Number("currentReplicas"));
    }

    [Fact]
    public void Metrics_that_stay_away_cost_one_look_a_turn()
    {
        _t.Create(3, Cpu(50));
        _t.Settle();
        var turns = _t.Harness.Turns;
        _t.Harness.Advance(TimeSpan.FromMinutes(10));
        // Two reads and a decision every 15 seconds.
        Assert.InRange(_t.Harness.Turns - turns, 40, 125);
    }

    [Fact]
    public void Pods_that_are_all_starting_give_no_number()
    {
        _t.Create(1, Cpu(50));
        _t.Load(50, 100, unready: 1);
        _t.Settle();
        Assert.Contains("FailedGetResourceMetric: failed to get cpu utilization: did not receive metrics for targeted pods (pods might be unready)", _t.EventTexts);
    }

    [Theory]
    [InlineData("""{"resources":{"requests":{"cpu":"200m"}},"overhead":{"cpu":"50m"}}""", "cpu", 4, "")]
    [InlineData("""{"resources":{"requests":{"memory":"1Gi"}}}""", "cpu", 10, "")]
    [InlineData("""{"resources":{"requests":{"memory":"1Gi"}}}""", "hugepages-2Mi", 2, "missing pod-level request for hugepages-2Mi in Pod web-")]
    public void What_a_pod_requests_as_a_whole_counts_instead_of_its_containers(string pod, string resource, int expected, string fault)
    {
        _t.Create(2, Cpu(50).Replace("\"cpu\"", $"\"{resource}\"", StringComparison.Ordinal), behavior: """
            {"scaleUp":{"stabilizationWindowSeconds":0,"selectPolicy":"Max","policies":[{"type":"Pods","value":100,"periodSeconds":15}]},
             "scaleDown":{"stabilizationWindowSeconds":0,"selectPolicy":"Max","policies":[{"type":"Percent","value":100,"periodSeconds":15}]}}
            """);
        _t.Load(250, 50);
        for (var i = 0; i < 2; i++)
            _t.Harness.Cluster.Change(WellKnownResources.Pods, "default", $"web-{i}", p =>
            {
                foreach (var (field, value) in JsonNode.Parse(pod)!.AsObject())
                    p["spec"]![field] = value!.DeepClone();
            });
        if (resource != "cpu")
            for (var i = 0; i < 2; i++)
                _t.Harness.Cluster.Change(new("metrics.k8s.io", "v1beta1", "pods"), "default", $"web-{i}", m => m["containers"]![0]!["usage"]![resource] = "2Mi");
        _t.Settle();
        Assert.Equal(expected, _t.Replicas);
        if (fault.Length > 0)
            Assert.Contains(_t.EventTexts, t => t.StartsWith($"FailedGetResourceMetric: failed to get {resource} utilization: {fault}", StringComparison.Ordinal));
    }

    [Fact]
    public void A_container_that_a_pod_does_not_have_is_named()
    {
        _t.Create(2, """{"type":"ContainerResource","containerResource":{"name":"cpu","container":"side","target":{"type":"Utilization","averageUtilization":50}}}""");
        _t.Load(90, 100, side: 75);
        _t.Harness.Cluster.Change(WellKnownResources.Pods, "default", "web-1", p => p["spec"]!["containers"]!.AsArray().RemoveAt(1));
        _t.Settle();
        Assert.Contains("FailedGetContainerResourceMetric: failed to get cpu utilization: container side not found in Pod web-1", _t.EventTexts);
    }

    [Fact]
    public void A_pod_that_requests_nothing_is_named()
    {
        _t.Create(1, Cpu(50));
        _t.Load(50, request: 0);
        _t.Settle();
        Assert.Contains("FailedGetResourceMetric: failed to get cpu utilization: missing request for cpu in container app of Pod web-0", _t.EventTexts);
    }

    [Fact]
    public void While_one_metric_fails_another_may_scale_up_but_not_down()
    {
        var custom = """{"type":"Pods","pods":{"metric":{"name":"hits"},"target":{"type":"AverageValue","averageValue":"10"}}}""";
        _t.Create(2, Cpu(50), custom, behavior: NoWindow);
        _t.Load(10, 100);
        _t.Settle();
        Assert.Equal(2, _t.Replicas);
        const string Missing = "unable to get metric hits: unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered";
        Assert.Contains($"FailedGetPodsMetric: {Missing}", _t.EventTexts);
        Assert.Contains($"FailedComputeMetricsReplicas: invalid metrics (1 invalid out of 2), first error is: failed to get pods metric value: {Missing}", _t.EventTexts);
        _t.Load(100, 100);
        _t.Turn();
        Assert.Equal(4, _t.Replicas);
    }

    [Theory]
    [InlineData("""{"type":"External","external":{"metric":{"name":"queue"},"target":{"type":"Value","value":"10"}}}""", "FailedGetExternalMetric",
        "unable to get external metric default/queue/nil: unable to fetch metrics from external metrics API: the server could not find the requested resource (get queue.external.metrics.k8s.io)")]
    [InlineData("""{"type":"Object","object":{"describedObject":{"kind":"Service","name":"front","apiVersion":"v1"},"metric":{"name":"hits"},"target":{"type":"Value","value":"10"}}}""", "FailedGetObjectMetric",
        "unable to get metric hits: Service on default front/unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered")]
    public void Metrics_that_no_API_serves_fail_as_upstream_says(string metric, string reason, string message)
    {
        _t.Create(2, metric);
        _t.Load(10, 100);
        _t.Settle();
        Assert.Contains($"{reason}: {message}", _t.EventTexts);
        Assert.Contains($"ScalingActive=False {reason}: the HPA was unable to compute the replica count: {message}", _t.Conditions);
    }

    [Fact]
    public void Pods_without_a_sample_are_taken_for_idle_when_scaling_up_and_for_busy_when_scaling_down()
    {
        _t.Create(4, Cpu(50), behavior: NoWindow);
        _t.Load(100, 100, withoutSample: 2);
        _t.Settle();
        // Two at 100 % and two at nothing: half on average, which is the target.
        Assert.Equal(4, _t.Replicas);
        _t.Load(10, 100, withoutSample: 2);
        _t.Turn();
        // Two at 10 % and two at 100 %: more than the target, and so no reason to scale down.
        Assert.Equal(4, _t.Replicas);
        _t.Load(10, 100, withoutSample: 0);
        _t.Turn();
        Assert.Equal(1, _t.Replicas);
    }

    [Fact]
    public void Pods_that_are_starting_do_not_count_by_their_use_but_hold_back_a_scaling_up()
    {
        _t.Create(4, Cpu(50));
        _t.Load(120, 100, unready: 2);
        _t.Settle();
        // Two at 120 %, two taken for idle: 60 %, so five and not ten.
        Assert.Equal(5, _t.Replicas);
    }

    [Fact]
    public void Pods_that_fail_or_go_do_not_count()
    {
        _t.Create(2, Cpu(50));
        _t.Load(50, 100);
        _t.AddPod("old", "Failed");
        _t.Settle();
        Assert.Equal(2, _t.Replicas);
        Assert.Empty(_t.EventTexts);
    }

    [Fact]
    public void A_target_that_is_not_there_is_told_in_upstreams_words()
    {
        _t.Create(2, Cpu(50));
        _t.Harness.Cluster.Vanish(Deployments, "default", "web");
        _t.Settle();
        Assert.Equal(["FailedGetScale: deployments.apps \"web\" not found"], _t.EventTexts);
        Assert.Equal(["AbleToScale=False FailedGetScale: the HPA controller was unable to get the target's current scale: deployments.apps \"web\" not found"], _t.Conditions);
    }

    [Theory]
    [InlineData("apps/v1", "Gadget", "no matches for kind \"Gadget\" in group \"apps\"")]
    [InlineData("a/b/c", "Deployment", "unexpected GroupVersion string: a/b/c")]
    public void A_target_of_a_kind_that_is_not_served_is_told(string apiVersion, string kind, string fault)
    {
        _t.Create(2, Cpu(50));
        _t.Harness.Cluster.Change(Autoscalers, "default", "web", h => (h["spec"]!["scaleTargetRef"]!["apiVersion"], h["spec"]!["scaleTargetRef"]!["kind"]) = (apiVersion, kind));
        _t.Settle();
        Assert.Equal([$"FailedGetScale: {fault}"], _t.EventTexts);
    }

    [Fact]
    public void A_target_without_a_selector_cannot_be_measured()
    {
        _t.Create(2, Cpu(50));
        _t.Harness.Cluster.Change(Deployments, "default", "web", d => d["status"]!.AsObject().Remove("selector"));
        _t.Settle();
        Assert.Equal(["SelectorRequired: selector is required", "FailedComputeMetricsReplicas: selector is required"], _t.EventTexts);
        Assert.Contains("ScalingActive=False InvalidSelector: the HPA target's scale is missing a selector", _t.Conditions);
    }

    [Fact]
    public void Two_autoscalers_do_not_fight_over_one_target()
    {
        _t.Create(2, Cpu(50));
        _t.Create("other", Cpu(50));
        _t.Load(100, 100);
        _t.Settle();
        Assert.Equal(2, _t.Replicas);
        Assert.Contains("AmbiguousSelector: pods by selector app=web are controlled by multiple HPAs: [default/other default/web]", _t.EventTexts);
    }

    [Fact]
    public void A_scale_that_cannot_be_written_is_told_and_tried_again_in_the_next_turn()
    {
        _t.Create(2, Cpu(50));
        _t.Load(100, 100);
        var attempts = 0;
        _t.Harness.Cluster.Fault = (verb, address) => verb == "update" && address.Subresource == "scale" && ++attempts <= 2 ? ApiErrors.Forbidden(Deployments.Resource, "web", "quota") : null;
        _t.Settle();
        _t.Harness.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, attempts);
        Assert.StartsWith("FailedRescale: New size: 4; reason: cpu resource utilization (percentage of request) above target; error: ", Assert.Single(_t.EventTexts), StringComparison.Ordinal);
        Assert.StartsWith("AbleToScale=False FailedUpdateScale: the HPA controller was unable to update the target scale: ", _t.Conditions[0], StringComparison.Ordinal);
        Assert.StartsWith("ScalingActive=True ValidMetricFound: ", _t.Conditions[1], StringComparison.Ordinal);
        Assert.NotNull(_t.Status["currentMetrics"]);
        _t.Harness.Advance(TimeSpan.FromSeconds(40));
        Assert.Equal((3, 4), (attempts, _t.Replicas));
    }

    [Fact]
    public void Nothing_is_written_while_nothing_changes()
    {
        _t.Create(2, Cpu(50));
        _t.Load(50, 100);
        _t.Settle();
        var writes = _t.Harness.Cluster.Log.Count;
        for (var turn = 0; turn < 20; turn++)
        {
            _t.Load(50, 100);
            _t.Turn();
        }
        Assert.DoesNotContain(_t.Harness.Cluster.Log.Skip(writes), l => l.Contains("autoscalers", StringComparison.Ordinal) || l.Contains("scale", StringComparison.Ordinal));
    }
}
