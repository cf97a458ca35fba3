using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Controllers.Tests.Harness;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;
using static ActorKube.Controllers.Tests.Harness.AutoscaledTarget;

namespace ActorKube.Controllers.Tests;

/// <summary>Metrics that come from APIs beside the cluster's own.</summary>
public class AutoscalerMetricsTests
{
    private const string Custom = "custom.metrics.k8s.io";
    private const string External = "external.metrics.k8s.io";

    private readonly AutoscaledTarget _t = new();
    private readonly List<string> _asked = [];
    private readonly Dictionary<string, string> _values = [];

    public AutoscalerMetricsTests()
    {
        _t.Harness.Catalog.Serve("MetricValueList", new GroupVersionResource(Custom, "v1beta2", "pods/hits"));
        _t.Harness.Catalog.Serve("ExternalMetricValueList", new GroupVersionResource(External, "v1beta1", "queue"));
        _t.Harness.Catalog.Serve("Namespace", WellKnownResources.Namespaces, namespaced: false);
        _t.Harness.Cluster.Reading = Answer;
    }

    private JsonObject? Answer(ObjectAddress address, ReadOptions? options)
    {
        if (address.Resource.Group is not (Custom or External))
            return null;
        var path = $"{address.Resource.Group}/{address.Resource.Version}/{address.Namespace}/{string.Join('/', new[] { address.Resource.Plural, address.Name, address.Subresource }.Where(p => p.Length > 0))}";
        _asked.Add($"{path}?{options?.LabelSelector}&{options?.MetricLabelSelector}");
        if (!_values.TryGetValue(address.Resource.Plural, out var values))
            throw ApiErrors.NotFound(address.Resource.Resource, address.Name);
        var items = values.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select((v, i) => $$$"""{"describedObject":{"kind":"Pod","name":"web-{{{i}}}"},"timestamp":"{{{JsonWriting.Time(_t.Harness.Time.GetUtcNow())}}}","value":"{{{v}}}"}""");
        return JsonNode.Parse($$"""{"kind":"MetricValueList","apiVersion":"{{address.Resource.Group}}/{{address.Resource.Version}}","metadata":{},"items":[{{string.Join(',', items)}}]}""")!.AsObject();
    }

    [Theory]
    // Of pods: the average.
    [InlineData("pods", "20 40", """{"type":"Pods","pods":{"metric":{"name":"hits"},"target":{"type":"AverageValue","averageValue":"20"}}}""", 3,
        "custom.metrics.k8s.io/v1beta2/default/pods/*/hits?app=web&", "pods metric hits", """{"metric":{"name":"hits"},"current":{"averageValue":"30"}}""")]
    [InlineData("pods", "20 40", """{"type":"Pods","pods":{"metric":{"name":"hits","selector":{"matchLabels":{"verb":"GET"}}},"target":{"type":"AverageValue","averageValue":"15"}}}""", 4,
        "custom.metrics.k8s.io/v1beta2/default/pods/*/hits?app=web&verb=GET", "pods metric hits", """{"metric":{"name":"hits","selector":{"matchLabels":{"verb":"GET"}}},"current":{"averageValue":"30"}}""")]
    // Of another object: its value, or each pod's share of it.
    [InlineData("services", "30", """{"type":"Object","object":{"describedObject":{"kind":"Service","name":"front","apiVersion":"v1"},"metric":{"name":"hits","selector":{"matchExpressions":[{"key":"verb","operator":"In","values":["PUT","GET"]}]}},"target":{"type":"Value","value":"20"}}}""", 3,
        "custom.metrics.k8s.io/v1beta2/default/services/front/hits?&verb in (GET,PUT)", "Service metric hits", """{"metric":{"name":"hits","selector":{"matchExpressions":[{"key":"verb","operator":"In","values":["PUT","GET"]}]}},"current":{"value":"30"},"describedObject":{"kind":"Service","name":"front","apiVersion":"v1"}}""")]
    [InlineData("services", "30", """{"type":"Object","object":{"describedObject":{"kind":"Service","name":"front","apiVersion":"v1"},"metric":{"name":"hits"},"target":{"type":"AverageValue","averageValue":"10"}}}""", 3,
        "custom.metrics.k8s.io/v1beta2/default/services/front/hits?&", "external metric hits(nil)", """{"metric":{"name":"hits"},"current":{"averageValue":"15"},"describedObject":{"kind":"Service","name":"front","apiVersion":"v1"}}""")]
    // Of the namespace.
    [InlineData("metrics", "30", """{"type":"Object","object":{"describedObject":{"kind":"Namespace","name":"default"},"metric":{"name":"hits"},"target":{"type":"Value","value":"20"}}}""", 3,
        "custom.metrics.k8s.io/v1beta2/default/metrics/hits?&", "Namespace metric hits", """{"metric":{"name":"hits"},"current":{"value":"30"},"describedObject":{"kind":"Namespace","name":"default"}}""")]
    // Of something outside: the sum of all series.
    [InlineData("queue", "10 20", """{"type":"External","external":{"metric":{"name":"queue","selector":{"matchLabels":{"topic":"a"}}},"target":{"type":"AverageValue","averageValue":"10"}}}""", 3,
        "external.metrics.k8s.io/v1beta1/default/queue?topic=a&",
        "external metric queue(&LabelSelector{MatchLabels:map[string]string{topic: a,},MatchExpressions:[]LabelSelectorRequirement{},})",
        """{"metric":{"name":"queue","selector":{"matchLabels":{"topic":"a"}}},"current":{"averageValue":"15"}}""")]
    [InlineData("queue", "1500m", """{"type":"External","external":{"metric":{"name":"queue"},"target":{"type":"Value","value":"1"}}}""", 3,
        "external.metrics.k8s.io/v1beta1/default/queue?&", "external metric queue(nil)", """{"metric":{"name":"queue"},"current":{"value":"1500m"}}""")]
    public void A_target_is_scaled_by_what_an_API_of_metrics_answers(string resource, string values, string metric, int replicas, string asked, string name, string current)
    {
        _values[resource] = values;
        _t.Create(2, metric);
        _t.Settle();
        Assert.Equal(replicas, _t.Replicas);
        Assert.Equal(asked, _asked[0]);
        Assert.Contains($"ScalingActive=True ValidMetricFound: the HPA was able to successfully calculate a replica count from {name}", _t.Conditions);
        Assert.Contains($"SuccessfulRescale: New size: {replicas}; reason: {name} above target", _t.EventTexts);
        var status = Assert.Single(_t.Status.Items("currentMetrics"));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(current), status.AsObject().Single(f => f.Key != "type").Value), status.ToJsonString());
    }

    [Fact]
    public void Two_targets_that_share_pods_are_not_scaled()
    {
        _t.Create(2, Cpu(50));
        _t.Harness.Cluster.Create(Deployments, """{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"namespace":"default","name":"half"},"spec":{"replicas":1},"status":{"replicas":1,"selector":"app in (web,api)"}}""");
        _t.Harness.Cluster.Create(Autoscalers, $$$"""{"apiVersion":"autoscaling/v2","kind":"HorizontalPodAutoscaler","metadata":{"namespace":"default","name":"half"},"spec":{"scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"half"},"minReplicas":1,"maxReplicas":9,"metrics":[{{{Cpu(50)}}}]}}""");
        _t.Load(50, 100);
        _t.Settle();
        _t.Load(100, 100);
        _t.Turn();
        Assert.Equal(2, _t.Replicas);
        Assert.Contains("AmbiguousSelector: pods by selector app=web are controlled by multiple HPAs: [default/half default/web]", _t.EventTexts);
        Assert.Contains("AmbiguousSelector: pods by selector app in (web,api) are controlled by multiple HPAs: [default/half default/web]", _t.EventTexts);
        // Alone again, it goes on.
        _t.Harness.Cluster.Vanish(Autoscalers, "default", "half");
        _t.Turn();
        Assert.Equal(4, _t.Replicas);
    }

    [Fact]
    public void A_container_that_is_not_there_is_named()
    {
        _t.Create(1, """{"type":"ContainerResource","containerResource":{"name":"cpu","container":"side","target":{"type":"Utilization","averageUtilization":50}}}""");
        _t.Load(50, 100);
        _t.Settle();
        Assert.Contains(_t.EventTexts, e => e.StartsWith("FailedComputeMetricsReplicas: invalid metrics (1 invalid out of 1), first error is: failed to get side container metric value: failed to get cpu utilization: ", StringComparison.Ordinal));
    }

    private const string Queue = """{"type":"External","external":{"metric":{"name":"queue"},"target":{"type":"AverageValue","averageValue":"10"}}}""";
    private const string AtZero = "ScaledToZero=True ScaledToZero: the HPA controller scaled the workload to zero";
    private const string NotAtZero = "ScaledToZero=False NotScaledToZero: the HPA controller did not scale the workload to zero";
    private const string Disabled = "ScalingActive=False ScalingDisabled: scaling is disabled since the replica count of the target is zero";

    [Fact]
    public void A_queue_takes_a_target_to_zero_and_brings_it_back()
    {
        _values["queue"] = "0";
        _t.Create(2, Queue, min: 0, behavior: NoWindow);
        _t.Settle();
        Assert.Equal(0, _t.Replicas);
        Assert.Equal(["SuccessfulRescale: New size: 0; reason: All metrics below target"], _t.EventTexts);
        Assert.Contains(AtZero, _t.Conditions);
        _t.Turn();
        Assert.Contains(AtZero, _t.Conditions);
        _values["queue"] = "25";
        _t.Turn();
        Assert.Equal(3, _t.Replicas);
        Assert.Contains("SuccessfulRescale: New size: 3; reason: external metric queue(nil) above target", _t.EventTexts);
        Assert.Contains(NotAtZero, _t.Conditions);
    }

    [Fact]
    public void A_target_does_not_go_to_zero_before_it_is_written_down_that_the_autoscaler_wanted_it()
    {
        _values["queue"] = "0";
        _t.Create(2, Queue, min: 0, behavior: NoWindow);
        _t.Harness.Cluster.Fault = static (verb, address) => verb != "get" && address is { Subresource: "status", Resource.Plural: "horizontalpodautoscalers" } ? ApiErrors.Modified(address.Resource.Resource, address.Name) : null;
        _t.Turn();
        Assert.Equal(2, _t.Replicas);
        _t.Harness.Cluster.Fault = null;
        _t.Turn();
        Assert.Equal(0, _t.Replicas);
        _values["queue"] = "25";
        _t.Turn();
        Assert.Equal(3, _t.Replicas);
    }

    [Fact]
    public void Who_brings_a_target_back_himself_may_take_it_to_zero_himself()
    {
        _values["queue"] = "0";
        _t.Create(2, Queue, min: 0, behavior: NoWindow);
        _t.Settle();
        (_values["queue"], _t.Replicas) = ("30", 3);
        _t.Turn();
        Assert.Contains(NotAtZero, _t.Conditions);
        _t.Replicas = 0;
        _t.Turn();
        Assert.Equal(0, _t.Replicas);
        Assert.Contains(Disabled, _t.Conditions);
    }

    [Fact]
    public void A_target_that_somebody_else_took_to_zero_stays_there()
    {
        _values["queue"] = "25";
        _t.Create(0, Queue, min: 0, behavior: NoWindow);
        _t.Settle();
        Assert.Equal(0, _t.Replicas);
        Assert.Contains(Disabled, _t.Conditions);
        Assert.Empty(_t.EventTexts);
    }

    [Theory]
    [InlineData("0", 2, "Current number of replicas below Spec.MinReplicas")]
    [InlineData("10", 2, "external metric queue(nil) above target")]
    public void A_minimum_that_is_raised_while_there_are_none_holds(string queue, int expected, string reason)
    {
        _values["queue"] = "0";
        _t.Create(1, Queue, min: 0, behavior: NoWindow);
        _t.Settle();
        Assert.Equal(0, _t.Replicas);
        _values["queue"] = queue;
        _t.Harness.Cluster.Change(Autoscalers, "default", "web", a => a["spec"]!["minReplicas"] = 2);
        _t.Settle();
        Assert.Equal(expected, _t.Replicas);
        Assert.Contains($"SuccessfulRescale: New size: {expected}; reason: {reason}", _t.EventTexts);
        Assert.Contains(NotAtZero, _t.Conditions);
    }

    [Fact]
    public void An_object_metric_of_which_the_wrong_amount_is_given_is_refused()
    {
        _values["services"] = "30";
        _t.Create(2, """{"type":"Object","object":{"describedObject":{"kind":"Service","name":"front","apiVersion":"v1"},"metric":{"name":"hits"},"target":{"type":"AverageValue","value":"20"}}}""");
        _t.Settle();
        Assert.Contains("FailedGetObjectMetric: invalid object metric source: neither a value target nor an average value target was set", _t.EventTexts);
    }

    [Fact]
    public void What_an_API_says_it_does_not_have_is_passed_on()
    {
        _t.Create(2, """{"type":"Pods","pods":{"metric":{"name":"hits"},"target":{"type":"AverageValue","averageValue":"20"}}}""");
        _t.Settle();
        Assert.Contains("FailedGetPodsMetric: unable to get metric hits: unable to fetch metrics from custom metrics API: pods.custom.metrics.k8s.io \"*\" not found", _t.EventTexts);
        Assert.Equal("""[{"type":""}]""", _t.Status["currentMetrics"]!.ToJsonString());
    }

    [Fact]
    public void A_value_without_pods_to_divide_it_is_told()
    {
        _values["queue"] = "30";
        _t.Create(2, """{"type":"External","external":{"metric":{"name":"queue"},"target":{"type":"Value","value":"10"}}}""");
        foreach (var pod in (string[])["web-0", "web-1"])
            _t.Harness.Cluster.Vanish(WellKnownResources.Pods, "default", pod);
        _t.Settle();
        Assert.Contains("FailedGetExternalMetric: unable to calculate ready pods: no pods returned by selector while calculating replica count", _t.EventTexts);
    }

    [Theory]
    [InlineData("""{"type":"Pods","pods":{"metric":{"name":"hits"},"target":{"type":"AverageValue","averageValue":"10"}}}""", "FailedGetPodsMetric",
        "unable to get metric hits: no metrics returned from custom metrics API")]
    [InlineData("""{"type":"External","external":{"metric":{"name":"queue"},"target":{"type":"Value","value":"10"}}}""", "FailedGetExternalMetric",
        "unable to get external metric default/queue/nil: no metrics returned from external metrics API")]
    [InlineData("""{"type":"External","external":{"metric":{"name":"queue","selector":{"matchExpressions":[{"key":"a","operator":"Near"}]}},"target":{"type":"Value","value":"10"}}}""", "FailedGetExternalMetric",
        "\"Near\" is not a valid label selector operator")]
    public void An_API_that_has_no_figures_is_said_to_have_none(string metric, string reason, string message)
    {
        (_values["pods"], _values["queue"]) = ("", "");
        _t.Create(2, metric);
        _t.Settle();
        Assert.Equal(2, _t.Replicas);
        Assert.Contains($"{reason}: {message}", _t.EventTexts);
        Assert.Contains($"ScalingActive=False {reason}: the HPA was unable to compute the replica count: {message}", _t.Conditions);
    }
}
