using System.Text.Json.Nodes;
using ActorKube.Api.Names;
using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Tests.Fakes;
using static ActorKube.ApiServer.Tests.Fakes.PipelineBench;

namespace ActorKube.ApiServer.Tests.Kinds;

public sealed class ConversionTests
{
    private static readonly GroupVersionResource V1 = new("autoscaling", "v1", "horizontalpodautoscalers");
    private static readonly GroupVersionResource V2 = new("autoscaling", "v2", "horizontalpodautoscalers");
    private const string Target = """ "scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"d"},"maxReplicas":5""";
    private readonly PipelineBench _bench = new();

    [Fact]
    public async Task The_cpu_target_is_a_field_in_v1_and_a_metric_in_v2()
    {
        var created = await _bench.JsonAsync(Request(RequestVerb.Create, V1, body: $$$$"""{"metadata":{"name":"h"},"spec":{{{{{Target}}}},"targetCPUUtilizationPercentage":70}}"""));
        Assert.Equal(("autoscaling/v1", 70), ((string?)created["apiVersion"], (int)created["spec"]!["targetCPUUtilizationPercentage"]!));
        var newer = await _bench.JsonAsync(Request(RequestVerb.Get, V2, "h"));
        Assert.Equal("autoscaling/v2", (string?)newer["apiVersion"]);
        Assert.Equal("""[{"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":70}}}]""", newer["spec"]!["metrics"]!.ToJsonString());
    }

    [Fact]
    public async Task What_v1_cannot_say_survives_a_round_trip_through_v1()
    {
        const string metrics = """[{"type":"Pods","pods":{"target":{"averageValue":"10","type":"AverageValue"},"metric":{"name":"q"}}},{"type":"Object","object":{"target":{"value":"3","type":"Value"},"describedObject":{"kind":"Service","name":"s","apiVersion":"v1"},"metric":{"name":"r"}}}]""";
        var created = await _bench.JsonAsync(Request(RequestVerb.Create, V2, body:
            $$$$"""{"metadata":{"name":"h"},"spec":{{{{{Target}}}},"metrics":{{{{metrics}}}},"behavior":{"scaleDown":{"stabilizationWindowSeconds":5} } } }"""));
        var older = await _bench.JsonAsync(Request(RequestVerb.Get, V1, "h"));
        older["spec"]!["maxReplicas"] = 9;
        await _bench.JsonAsync(Request(RequestVerb.Update, V1, "h", older.ToJsonString()));
        var again = await _bench.JsonAsync(Request(RequestVerb.Get, V2, "h"));
        Assert.Equal(9, (int)again["spec"]!["maxReplicas"]!);
        Assert.True(Api.Json.JsonEquality.Same(created["spec"]!["metrics"], again["spec"]!["metrics"]), again["spec"]!["metrics"]!.ToJsonString());
        Assert.True(Api.Json.JsonEquality.Same(created["spec"]!["behavior"], again["spec"]!["behavior"]), again["spec"]!["behavior"]?.ToJsonString());
        Assert.Null(again["metadata"]!["annotations"]);
    }

    [Theory]
    [InlineData("behavior", "{")]
    [InlineData("behavior", "7")]
    [InlineData("behavior", """{"scaleDown":{"stabilizationWindowSeconds":"long"}}""")]
    [InlineData("behavior", """{"scaleDown":{"policies":{}}}""")]
    [InlineData("metrics", "{}")]
    [InlineData("metrics", """["Pods"]""")]
    [InlineData("metrics", """[{"type":"Pods","pods":{"metricName":{"a":1},"targetAverageValue":"10"}}]""")]
    [InlineData("metrics", """[{"type":"Pods","pods":{"metricName":"q","targetAverageValue":"much"}}]""")]
    [InlineData("conditions", """[{"type":5}]""")]
    [InlineData("current-metrics", "true")]
    [InlineData("current-metrics", """[{"type":"Resource","resource":[]}]""")]
    public async Task What_is_not_of_the_fields_type_in_an_annotation_of_v1_is_nothing(string annotation, string text)
    {
        var body = new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = "h", ["annotations"] = new JsonObject { ["autoscaling.alpha.kubernetes.io/" + annotation] = text } },
            ["spec"] = JsonNode.Parse("{" + Target + ", \"targetCPUUtilizationPercentage\":70}"),
        };
        await _bench.JsonAsync(Request(RequestVerb.Create, V1, body: body.ToJsonString()));
        var newer = await _bench.JsonAsync(Request(RequestVerb.Get, V2, "h"));
        Assert.Equal((1, null, null, null), (newer["spec"]!["metrics"]!.AsArray().Count, newer["spec"]!["behavior"], newer["status"]?["conditions"], newer["metadata"]!["annotations"]));
        Assert.Null(newer["status"]?["currentMetrics"]);
    }

    [Fact]
    public async Task A_field_that_an_annotation_of_v1_names_twice_has_its_last_value()
    {
        const string behavior = """{\"scaleDown\":{\"stabilizationWindowSeconds\":5,\"stabilizationWindowSeconds\":6,\"selectPolicy\":\"Max\",\"policies\":[{\"type\":\"Pods\",\"value\":1,\"periodSeconds\":15}]}}""";
        await _bench.JsonAsync(Request(RequestVerb.Create, V1, body: $$$$"""{"metadata":{"name":"h","annotations":{"autoscaling.alpha.kubernetes.io/behavior":"{{{{behavior}}}}"}},"spec":{{{{{Target}}}}}}"""));
        var newer = await _bench.JsonAsync(Request(RequestVerb.Get, V2, "h"));
        Assert.Equal(6, (int)newer["spec"]!["behavior"]!["scaleDown"]!["stabilizationWindowSeconds"]!);
    }
}
