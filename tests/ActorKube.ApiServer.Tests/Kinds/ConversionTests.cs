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
}
