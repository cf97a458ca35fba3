using System.Text.Json.Nodes;
using ActorKube.Api.Names;
using ActorKube.ApiServer.Admission.Limits;
using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Tests.Fakes;
using static ActorKube.ApiServer.Tests.Fakes.PipelineBench;

namespace ActorKube.ApiServer.Tests.Admission;

public sealed class LimitRangerTests
{
    private static readonly GroupVersionResource Ranges = new("", "v1", "limitranges");
    private static readonly GroupVersionResource Claims = new("", "v1", "persistentvolumeclaims");
    private readonly PipelineBench _bench = PipelineBench.WithAdmission();

    private async Task RangeAsync(string limits)
    {
        await _bench.RunAsync(Request(RequestVerb.Create, Namespaces, body: """{"metadata":{"name":"default"}}"""));
        await _bench.RunAsync(Request(RequestVerb.Create, new("", "v1", "serviceaccounts"), body: """{"metadata":{"name":"default"}}"""));
        await _bench.RunAsync(Request(RequestVerb.Create, Ranges, body: $$$"""{"metadata":{"name":"l"},"spec":{"limits":[{{{limits}}}]}}"""));
    }

    private static ApiRequest Pod(string containers, string spec = "") =>
        Request(RequestVerb.Create, Pods, body: $$$"""{"metadata":{"name":"p"},"spec":{"containers":[{{{containers}}}]{{{spec}}}}}""");

    [Fact]
    public async Task Containers_get_what_they_do_not_say_and_the_pod_tells()
    {
        await RangeAsync("""{"type":"Container","default":{"cpu":"1","memory":"1Gi"},"defaultRequest":{"cpu":"100m"}}""");
        var pod = await _bench.JsonAsync(Pod("""{"name":"a","image":"i"},{"name":"b","image":"i","resources":{"limits":{"cpu":"2"}}}""", ""","initContainers":[{"name":"c","image":"i"}]"""));
        Assert.Equal("LimitRanger plugin set: cpu, memory request for container a; cpu, memory limit for container a; memory request for container b; memory limit for container b; "
            + "cpu, memory request for init container c; cpu, memory limit for init container c", (string?)pod["metadata"]!["annotations"]![LimitDefaults.Annotation]);
        Assert.Equal("""{"cpu":"100m","memory":"1Gi"}""", pod["spec"]!["containers"]![0]!["resources"]!["requests"]!.ToJsonString());
        Assert.Equal("""{"cpu":"1","memory":"1Gi"}""", pod["spec"]!["initContainers"]![0]!["resources"]!["limits"]!.ToJsonString());
    }

    [Theory]
    [InlineData("""{"type":"Container","min":{"cpu":"200m"}}""", """{"requests":{"cpu":"100m"}}""", "minimum cpu usage per Container is 200m, but request is 100m")]
    [InlineData("""{"type":"Container","max":{"memory":"1Gi"}}""", """{"limits":{"memory":"2Gi"}}""", "maximum memory usage per Container is 1Gi, but limit is 2Gi")]
    [InlineData("""{"type":"Container","max":{"memory":"1Gi"},"min":{"memory":"512Mi"}}""", """{"limits":{"memory":"2Gi"},"requests":{"memory":"1Mi"}}""",
        "[minimum memory usage per Container is 512Mi, but request is 1Mi, maximum memory usage per Container is 1Gi, but limit is 2Gi]")]
    [InlineData("""{"type":"Container","maxLimitRequestRatio":{"cpu":"2"}}""", """{"requests":{"cpu":"300m"},"limits":{"cpu":"1"}}""",
        "cpu max limit to request ratio per Container is 2, but provided ratio is 3.333333")]
    [InlineData("""{"type":"Container","maxLimitRequestRatio":{"cpu":"2"}}""", """{"requests":{"cpu":"0"},"limits":{"cpu":"1"}}""",
        "cpu max limit to request ratio per Container is 2, but no request is specified or request is 0")]
    [InlineData("""{"type":"Container","maxLimitRequestRatio":{"cpu":"2"}}""", """{"requests":{"cpu":"1"}}""", "cpu max limit to request ratio per Container is 2, but no limit is specified or limit is 0")]
    [InlineData("""{"type":"Pod","max":{"cpu":"1"}}""", """{"requests":{"cpu":"1"}}""", "maximum cpu usage per Pod is 1.  No limit is specified")]
    [InlineData("""{"type":"Pod","min":{"cpu":"1"}}""", "{}", "minimum cpu usage per Pod is 1.  No request is specified")]
    [InlineData("""{"type":"Pod","max":{"cpu":"3"}}""", """{"limits":{"cpu":"4"}}""", "maximum cpu usage per Pod is 3, but limit is 4")]
    public async Task A_pod_out_of_bounds_is_refused(string limit, string resources, string why)
    {
        await RangeAsync(limit);
        var status = await _bench.ErrorAsync(Pod($$"""{"name":"a","image":"i","resources":{{resources}}}"""));
        Assert.Equal((403, $"pods \"p\" is forbidden: {why}"), (status.Code, status.Message));
    }

    [Fact]
    public async Task What_is_wrong_with_several_containers_alike_is_told_once()
    {
        await RangeAsync("""{"type":"Container","max":{"cpu":"1"}}""");
        var status = await _bench.ErrorAsync(Pod("""{"name":"a","image":"i","resources":{"limits":{"cpu":"2"}}},{"name":"b","image":"i","resources":{"limits":{"cpu":"2"}}}"""));
        Assert.Equal("pods \"p\" is forbidden: maximum cpu usage per Container is 1, but limit is 2", status.Message);
    }

    [Theory]
    [InlineData("1Gi", null)]
    [InlineData("512Mi", "minimum storage usage per PersistentVolumeClaim is 1Gi, but request is 512Mi")]
    [InlineData("3Gi", "maximum storage usage per PersistentVolumeClaim is 2Gi, but request is 3Gi")]
    public async Task A_claim_is_kept_within_bounds(string storage, string? why)
    {
        await RangeAsync("""{"type":"PersistentVolumeClaim","min":{"storage":"1Gi"},"max":{"storage":"2Gi"}}""");
        var create = Request(RequestVerb.Create, Claims, body:
            $$$$$"""{"metadata":{"name":"d"},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"{{{{{storage}}}}}"}}}}""");
        if (why is null)
            await _bench.RunAsync(create);
        else
            Assert.Equal($"persistentvolumeclaims \"d\" is forbidden: {why}", (await _bench.ErrorAsync(create)).Message);
    }

    [Fact]
    public void What_an_update_leaves_as_it_was_is_not_judged_again()
    {
        var pod = JsonNode.Parse("""{"spec":{"containers":[{"name":"a","resources":{"requests":{"cpu":"4"},"limits":{"cpu":"4"}}}]}}""")!.AsObject();
        var limit = JsonNode.Parse("""{"type":"Container","max":{"cpu":"1"}}""")!.AsObject();
        var same = new LimitCheck();
        same.Pod([limit], pod, (JsonObject)pod.DeepClone());
        Assert.Empty(same.Faults);
        var old = (JsonObject)pod.DeepClone();
        old["spec"]!["containers"]![0]!["resources"]!["limits"]!["cpu"] = "5";
        var changed = new LimitCheck();
        changed.Pod([limit], pod, old);
        Assert.Equal(["maximum cpu usage per Container is 1, but limit is 4"], changed.Faults);
    }
}
