using System.Text.Json.Nodes;
using ActorKube.Api.Names;
using ActorKube.ApiServer.Admission.RuntimeClasses;
using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Tests.Fakes;
using static ActorKube.ApiServer.Tests.Fakes.PipelineBench;

namespace ActorKube.ApiServer.Tests.Admission;

public sealed class RuntimeClassTests
{
    private static readonly GroupVersionResource Classes = new("node.k8s.io", "v1", "runtimeclasses");
    private readonly PipelineBench _bench = PipelineBench.WithPlugins(static b => [new RuntimeClassAdmission(new(b.Store))]);

    private Task ClassAsync(string rest) => _bench.RunAsync(Request(RequestVerb.Create, Classes, body: $$"""{"metadata":{"name":"kata"},"handler":"kata"{{rest}}}"""));

    private static string Pod(string spec) => $$$$"""{"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i:1"}]{{{{spec}}}}}}""";

    private async Task<JsonNode> SpecAsync(string spec) => (await _bench.JsonAsync(Request(RequestVerb.Create, Pods, body: Pod(spec))))["spec"]!;

    private async Task<string?> RefusalAsync(string spec) => (await _bench.ErrorAsync(Request(RequestVerb.Create, Pods, body: Pod(spec)))).Message;

    [Fact]
    public async Task A_pod_costs_what_its_class_says()
    {
        await ClassAsync(""","overhead":{"podFixed":{"cpu":"250m","memory":"120Mi"}}""");
        Assert.Equal("""{"cpu":"250m","memory":"120Mi"}""", (await SpecAsync(""","runtimeClassName":"kata" """))["overhead"]!.ToJsonString());
    }

    [Fact]
    public async Task A_pod_may_say_the_same_in_other_words_and_nothing_else()
    {
        await ClassAsync(""","overhead":{"podFixed":{"cpu":"250m"}}""");
        Assert.Equal("pods \"p\" is forbidden: pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead", await RefusalAsync(""","runtimeClassName":"kata","overhead":{"cpu":"1"}"""));
        Assert.Equal("""{"cpu":"250m"}""", (await SpecAsync(""","runtimeClassName":"kata","overhead":{"cpu":"0.25"}"""))["overhead"]!.ToJsonString());
    }

    [Fact]
    public async Task Without_a_class_that_says_so_a_pod_costs_nothing()
    {
        await ClassAsync("");
        const string refusal = "pods \"p\" is forbidden: pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead";
        Assert.Equal(refusal, await RefusalAsync(""","overhead":{"cpu":"1"}"""));
        Assert.Equal(refusal, await RefusalAsync(""","runtimeClassName":"kata","overhead":{"cpu":"1"}"""));
        Assert.Null((await SpecAsync(""","runtimeClassName":"kata" """))["overhead"]);
    }

    [Fact]
    public async Task A_class_that_nobody_knows_is_refused() =>
        Assert.Equal("pods \"p\" is forbidden: pod rejected: RuntimeClass \"gvisor\" not found", await RefusalAsync(""","runtimeClassName":"gvisor" """));

    [Fact]
    public async Task A_pod_runs_where_its_class_runs()
    {
        await ClassAsync(""","scheduling":{"nodeSelector":{"kata":"yes"},"tolerations":[{"key":"kata","operator":"Exists"}]}""");
        var spec = await SpecAsync(""","runtimeClassName":"kata","nodeSelector":{"disk":"ssd"},"tolerations":[{"key":"a","operator":"Exists"}]""");
        Assert.Equal("""{"disk":"ssd","kata":"yes"}""", spec["nodeSelector"]!.ToJsonString());
        Assert.Equal("""[{"key":"a","operator":"Exists"},{"key":"kata","operator":"Exists"}]""", spec["tolerations"]!.ToJsonString());
        Assert.Equal("pods \"p\" is forbidden: conflict: runtimeClass.scheduling.nodeSelector[kata] = yes; pod.spec.nodeSelector[kata] = no", await RefusalAsync(""","runtimeClassName":"kata","nodeSelector":{"kata":"no"}"""));
    }

    [Theory]
    [InlineData("""[{"key":"a","operator":"Exists"}]""", """[{"key":"a","value":"b","operator":"Equal"}]""", """[{"key":"a","operator":"Exists"}]""")]
    [InlineData("""[{"key":"a","value":"b","operator":"Equal"}]""", """[{"operator":"Exists"}]""", """[{"operator":"Exists"}]""")]
    [InlineData("""[{"key":"a","operator":"Exists","effect":"NoSchedule"}]""", """[{"key":"a","operator":"Exists","effect":"NoExecute"}]""", """[{"key":"a","operator":"Exists","effect":"NoSchedule"},{"key":"a","operator":"Exists","effect":"NoExecute"}]""")]
    [InlineData("""[{"key":"a","operator":"Exists","effect":"NoExecute","tolerationSeconds":5}]""", """[{"key":"a","operator":"Exists","effect":"NoExecute","tolerationSeconds":9}]""", """[{"key":"a","operator":"Exists","effect":"NoExecute","tolerationSeconds":9}]""")]
    [InlineData("""[{"key":"a","operator":"Exists","effect":"NoExecute"}]""", """[{"key":"a","operator":"Exists","effect":"NoExecute","tolerationSeconds":9}]""", """[{"key":"a","operator":"Exists","effect":"NoExecute"}]""")]
    [InlineData("""[{"key":"a","value":"b"}]""", """[{"key":"a","value":"b"},{"key":"a","value":"c"}]""", """[{"key":"a","value":"b"},{"key":"a","value":"c"}]""")]
    public void Of_two_tolerations_the_wider_stays(string first, string second, string merged) => Assert.Equal(merged, TolerationMerge.Of(Objects(first), Objects(second)).ToJsonString());

    private static IEnumerable<JsonObject> Objects(string json) => JsonNode.Parse(json)!.AsArray().Cast<JsonObject>();
}
