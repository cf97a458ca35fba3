using System.Text.Json.Nodes;

namespace ActorKube.ApiServer.Tests.Kinds;

public sealed class AutoscalerTests
{
    private const string V2 = "autoscaling/v2/horizontalpodautoscalers";
    private const string V1 = "autoscaling/v1/horizontalpodautoscalers";
    private const string Target = """ "scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"web"} """;

    private static string Hpa(string spec) => $$$"""{"metadata":{"name":"web"},"spec":{{{{spec}}}}}""";

    private static string With(string rest) => Hpa($"{Target},\"maxReplicas\":5,{rest}");

    private static string Metric(string metric) => With($"\"metrics\":[{metric}]");

    [Fact]
    public void An_autoscaler_without_metrics_aims_at_eighty_percent_of_the_cpu()
    {
        var spec = KindBench.Defaulted(V2, Hpa($"{Target},\"maxReplicas\":5"))["spec"]!;
        Assert.Equal("""{"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":80}}}""", spec["metrics"]![0]!.ToJsonString());
        Assert.Equal(1, (int)spec["minReplicas"]!.GetValue<long>());
        Assert.Null(spec["behavior"]);
    }

    [Fact]
    public void What_a_behavior_leaves_out_is_filled_in_on_both_sides()
    {
        var spec = KindBench.Defaulted(V2, With("\"behavior\":{\"scaleDown\":{\"stabilizationWindowSeconds\":10}}"))["spec"]!;
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(
            """
            {"scaleDown":{"stabilizationWindowSeconds":10,"selectPolicy":"Max","policies":[{"type":"Percent","value":100,"periodSeconds":15}]},
             "scaleUp":{"stabilizationWindowSeconds":0,"selectPolicy":"Max","policies":[{"type":"Pods","value":4,"periodSeconds":15},{"type":"Percent","value":100,"periodSeconds":15}]}}
            """), JsonNode.Parse(spec["behavior"]!.ToJsonString())), spec["behavior"]!.ToJsonString());
    }

    [Fact]
    public void The_old_version_has_the_same_default() =>
        Assert.Equal(80, KindBench.Defaulted(V1, Hpa($"{Target},\"maxReplicas\":5"))["spec"]!["targetCPUUtilizationPercentage"]!.GetValue<int>());

    [Theory]
    [InlineData(V1)]
    [InlineData(V2)]
    public void Its_spec_has_generations(string resource) => Assert.True(KindBench.Strategy(resource).IsNewGeneration(
        KindBench.Defaulted(resource, Hpa($"{Target},\"maxReplicas\":5")), KindBench.Defaulted(resource, Hpa($"{Target},\"maxReplicas\":6"))));

    [Theory]
    [InlineData("\"maxReplicas\":0", "spec.maxReplicas: Required value", "spec.maxReplicas: Invalid value: 0: must be greater than or equal to `minReplicas`")]
    [InlineData("\"maxReplicas\":2,\"minReplicas\":3", "spec.maxReplicas: Invalid value: 2: must be greater than or equal to `minReplicas`")]
    [InlineData("\"maxReplicas\":2,\"minReplicas\":-1", "spec.minReplicas: Invalid value: -1: must be greater than or equal to 0")]
    public void Bad_bounds_are_refused_in_upstreams_words(string bounds, params string[] faults)
    {
        Assert.Equal(faults, KindBench.Faults(V2, Hpa($"{Target},{bounds}")));
        Assert.Equal(faults, KindBench.Faults(V1, Hpa($"{Target},{bounds}")));
    }

    [Theory]
    [InlineData("""{"apiVersion":"apps/v1","kind":"Deployment","name":"a/b"}""", "spec.scaleTargetRef.name: Invalid value: \"a/b\": may not contain '/'")]
    [InlineData("""{"apiVersion":"v1","kind":"Deployment","name":"a"}""", "spec.scaleTargetRef.apiVersion: Invalid value: \"v1\": apiVersion must specify API group")]
    [InlineData("""{"apiVersion":"a/b/c","kind":"Deployment","name":"a"}""", "spec.scaleTargetRef.apiVersion: Invalid value: \"a/b/c\": unexpected GroupVersion string: a/b/c")]
    public void A_bad_target_is_refused_in_upstreams_words(string target, string fault) => Assert.Equal([fault], KindBench.Faults(V2, Hpa($"\"scaleTargetRef\":{target},\"maxReplicas\":5")));

    [Theory]
    [InlineData("""{"apiVersion":"v1","kind":"ReplicationController","name":"a"}""")]
    [InlineData("""{"kind":"ReplicationController","name":"a"}""")]
    public void The_one_target_of_the_core_group_needs_no_group(string target) => Assert.Empty(KindBench.Faults(V2, Hpa($"\"scaleTargetRef\":{target},\"maxReplicas\":5")));

    [Fact]
    public void A_target_that_was_accepted_once_stays_accepted()
    {
        var before = Hpa("""  "scaleTargetRef":{"apiVersion":"v1","kind":"Deployment","name":"a"},"maxReplicas":5  """);
        Assert.Empty(KindBench.UpdateFaults(V2, before, before.Replace(":5", ":6", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("""{"type":"External","external":{"metric":{"name":"hits"},"target":{"type":"Value","value":"1"}}}""")]
    [InlineData("""{"type":"Object","object":{"describedObject":{"kind":"Service","name":"a","apiVersion":"v1"},"metric":{"name":"hits"},"target":{"type":"Value","value":"1"}}}""")]
    [InlineData("""{"type":"Pods","pods":{"metric":{"name":"hits"},"target":{"type":"AverageValue","averageValue":"1"}}}""", "spec.metrics: Forbidden: must specify at least one Object or External metric to support scaling to zero replicas")]
    [InlineData("", "spec.metrics: Forbidden: must specify at least one Object or External metric to support scaling to zero replicas")]
    public void No_replicas_at_all_need_a_metric_that_needs_no_pods(string metric, params string[] faults) =>
        Assert.Equal(faults, KindBench.Faults(V2, With($"\"minReplicas\":0,\"metrics\":[{metric}]")));

    [Fact]
    public void Described_objects_whose_version_was_bad_before_may_stay_so()
    {
        var before = Metric("""{"type":"Object","object":{"describedObject":{"kind":"Service","name":"a","apiVersion":"a/b/c"},"metric":{"name":"hits"},"target":{"type":"Value","value":"1"}}}""");
        Assert.Equal(["spec.metrics[0].object.describedObject.apiVersion: Invalid value: \"a/b/c\": unexpected GroupVersion string: a/b/c"], KindBench.Faults(V2, before));
        Assert.Empty(KindBench.UpdateFaults(V2, before, before.Replace("hits", "misses", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("""{"type":"Odd"}""", """spec.metrics[0].type: Unsupported value: "Odd": supported values: "ContainerResource", "External", "Object", "Pods", "Resource" """)]
    [InlineData("""{"type":"Resource"}""", "spec.metrics[0].resource: Required value: must populate information for the given metric source")]
    [InlineData("""{"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization"}}}""", "spec.metrics[0].resource.target.averageUtilization: Required value: must set either a target raw value or a target utilization")]
    [InlineData("""{"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":0}}}""", "spec.metrics[0].resource.target.averageUtilization: Invalid value: 0: must be greater than 0")]
    [InlineData("""{"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":5,"averageValue":"1"}}}""", "spec.metrics[0].resource.target.averageValue: Forbidden: may not set both a target raw value and a target utilization")]
    [InlineData("""{"type":"Resource","resource":{"name":"cpu","target":{"type":"Half","averageValue":"1"}}}""", "spec.metrics[0].resource.target.type: Invalid value: \"Half\": must be either Utilization, Value, or AverageValue")]
    [InlineData("""{"type":"Pods","pods":{"metric":{"name":"hits"},"target":{"type":"AverageValue"}}}""", "spec.metrics[0].pods.target.averageValue: Required value: must specify a positive target averageValue")]
    [InlineData("""{"type":"Pods","pods":{"metric":{"name":"a/b"},"target":{"type":"AverageValue","averageValue":"1"}}}""", "spec.metrics[0].pods.metric.name: Invalid value: \"a/b\": may not contain '/'")]
    [InlineData("""{"type":"Object","object":{"describedObject":{"kind":"Service","name":"a","apiVersion":"v1"},"metric":{"name":"hits"},"target":{"type":"Value"}}}""", "spec.metrics[0].object.target.averageValue: Required value: must set either a target value or averageValue")]
    [InlineData("""{"type":"Pods","pods":{"metric":{"name":"hits"},"target":{"type":"AverageValue","averageValue":"0"}}}""", "spec.metrics[0].pods.target.averageValue: Invalid value: \"0\": must be positive")]
    [InlineData("""{"type":"ContainerResource","containerResource":{"name":"apples","container":"A","target":{"type":"Utilization","averageUtilization":5}}}""",
        "spec.metrics[0].containerResource.name: Invalid value: \"apples\": must be a standard resource type or fully qualified", "spec.metrics[0].containerResource.name: Invalid value: \"apples\": must be a standard resource for containers",
        "spec.metrics[0].containerResource.container: Invalid value: \"A\": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')")]
    [InlineData("""{"type":"External","external":{"metric":{"name":"hits"},"target":{"type":"Value","value":"1","averageValue":"1"}}}""", "spec.metrics[0].external.target.value: Forbidden: may not set both a target value for metric and a per-pod target")]
    [InlineData("""{"type":"External","external":{"metric":{"name":"hits"},"target":{"type":"Value","value":"-1"}}}""", "spec.metrics[0].external.target.value: Invalid value: \"-1\": must be positive")]
    [InlineData("""{"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":5}},"pods":{"metric":{"name":"hits"},"target":{"type":"AverageValue","averageValue":"1"}}}""", "spec.metrics[0].pods: Forbidden: must populate the given metric source only")]
    public void A_bad_metric_is_refused_in_upstreams_words(string metric, params string[] faults) => Assert.Equal(faults.Select(f => f.Trim()), KindBench.Faults(V2, Metric(metric)));

    [Theory]
    [InlineData("""{"stabilizationWindowSeconds":-1}""", "stabilizationWindowSeconds: Invalid value: -1: must be greater than or equal to zero")]
    [InlineData("""{"stabilizationWindowSeconds":3601}""", "stabilizationWindowSeconds: Invalid value: 3601: must be less than or equal to 3600")]
    [InlineData("""{"selectPolicy":"Some"}""", """selectPolicy: Unsupported value: "Some": supported values: "Disabled", "Max", "Min" """)]
    [InlineData("""{"policies":[]}""", "policies: Required value: must specify at least one Policy")]
    [InlineData("""{"policies":[{"type":"Nodes","value":1,"periodSeconds":1}]}""", """policies[0].type: Unsupported value: "Nodes": supported values: "Percent", "Pods" """)]
    [InlineData("""{"policies":[{"type":"Pods","value":0,"periodSeconds":1}]}""", "policies[0].value: Invalid value: 0: must be greater than zero")]
    [InlineData("""{"policies":[{"type":"Pods","value":1,"periodSeconds":1801}]}""", "policies[0].periodSeconds: Invalid value: 1801: must be less than or equal to 1800")]
    [InlineData("""{"tolerance":"-100m"}""", "tolerance: Invalid value: \"-100m\": must be greater than or equal to 0")]
    public void A_bad_behavior_is_refused_in_upstreams_words(string rules, string fault)
    {
        foreach (var direction in (string[])["scaleUp", "scaleDown"])
            Assert.Equal([$"spec.behavior.{direction}.{fault.Trim()}"], KindBench.Faults(V2, With($"\"behavior\":{{\"{direction}\":{rules}}}")));
    }

    [Fact]
    public void Counts_in_the_status_are_not_negative() => Assert.Equal(
        ["status.currentReplicas: Invalid value: -1: must be greater than or equal to 0"],
        KindBench.UpdateFaults(V2, With("\"minReplicas\":1"), With("\"minReplicas\":1").Insert(1, """ "status":{"currentReplicas":-1,"desiredReplicas":0}, """), "status"));
}
