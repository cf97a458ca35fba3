using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Tests.Fakes;
using static ActorKube.ApiServer.Tests.Fakes.PipelineBench;

namespace ActorKube.ApiServer.Tests.Verbs;

public sealed class PatchVerbTests
{
    private const string Merge = "application/merge-patch+json";
    private const string Strategic = "application/strategic-merge-patch+json";
    private const string JsonPatch = "application/json-patch+json";
    private readonly PipelineBench _bench = new();

    [Theory]
    [InlineData(Merge, """{"data":{"k":null,"n":"1"}}""")]
    [InlineData(Strategic, """{"data":{"k":null,"n":"1"}}""")]
    [InlineData(JsonPatch, """[{"op":"remove","path":"/data/k"},{"op":"add","path":"/data/n","value":"1"}]""")]
    public async Task Each_kind_of_patch_changes_what_it_names(string type, string patch)
    {
        await _bench.CreateConfigMapAsync("a", """{"k":"v","o":"p"}""");
        var patched = await _bench.JsonAsync(Request(RequestVerb.Patch, ConfigMaps, "a", patch, type));
        Assert.Equal("""{"o":"p","n":"1"}""", patched["data"]!.ToJsonString());
    }

    [Fact]
    public async Task The_last_label_that_goes_leaves_nothing_behind()
    {
        var made = await _bench.CreateConfigMapAsync("a", metadata: ""","labels":{"k":"v"},"annotations":{},"finalizers":["example.com/x"],"ownerReferences":[]""");
        Assert.DoesNotContain("ownerReferences", System.Text.Encoding.UTF8.GetString(made.Json.Span));
        const string patch = """{"metadata":{"labels":{"k":null},"$deleteFromPrimitiveList/finalizers":["example.com/x"]}}""";
        var patched = await _bench.JsonAsync(Request(RequestVerb.Patch, ConfigMaps, "a", patch, Strategic));
        Assert.Equal(["creationTimestamp", "name", "namespace", "resourceVersion", "uid"], patched["metadata"]!.AsObject().Select(p => p.Key).Order());
    }

    [Fact]
    public async Task A_strategic_patch_merges_containers_by_name()
    {
        await _bench.StoredAsync(Request(RequestVerb.Create, Deployments, body:
            """{"metadata":{"name":"d"},"spec":{"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"},{"name":"e","image":"j"}]}}}}"""));
        var patched = await _bench.JsonAsync(Request(RequestVerb.Patch, Deployments, "d", """{"spec":{"template":{"spec":{"containers":[{"name":"e","image":"k"}]}}}}""", Strategic));
        Assert.Equal(["i", "k"], patched["spec"]!["template"]!["spec"]!["containers"]!.AsArray().Select(c => (string?)c!["image"]));
        Assert.Equal(2, (int)patched["metadata"]!["generation"]!);
    }

    [Theory]
    [InlineData("application/apply-patch+yaml")]
    [InlineData("application/json")]
    public async Task Other_types_of_patches_are_a_415(string type)
    {
        await _bench.CreateConfigMapAsync("a");
        var status = await _bench.ErrorAsync(Request(RequestVerb.Patch, ConfigMaps, "a", "{}", type));
        Assert.Equal(
            (415, "the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json"),
            (status.Code, status.Message));
    }

    [Fact]
    public async Task A_patch_of_nothing_is_a_404() =>
        Assert.Equal(404, (await _bench.ErrorAsync(Request(RequestVerb.Patch, ConfigMaps, "a", "{}", Merge))).Code);

    [Fact]
    public async Task An_empty_patch_writes_nothing()
    {
        await _bench.CreateConfigMapAsync("a");
        await _bench.StoredAsync(Request(RequestVerb.Patch, ConfigMaps, "a", "{}", Merge));
        Assert.Equal(1, _bench.Store.Writes);
    }

    [Fact]
    public async Task A_patch_with_an_old_resource_version_is_a_409()
    {
        await _bench.CreateConfigMapAsync("a");
        var status = await _bench.ErrorAsync(Request(RequestVerb.Patch, ConfigMaps, "a", """{"metadata":{"resourceVersion":"1"},"data":{"k":"v"}}""", Merge));
        Assert.Equal(409, status.Code);
    }

    [Theory]
    [InlineData("""{"kind":"Secret"}""", 422)]
    [InlineData("""{"metadata":{"name":"b"}}""", 400)]
    [InlineData("""{"metadata":{"uid":"b"}}""", 409)]
    [InlineData("""{"data":{"bad key":"v"}}""", 422)]
    [InlineData("""{"metadata":{"name":null}}""", 400)]
    [InlineData("""{"data":{"k":5}}""", 422)]
    [InlineData("[]", 400)]
    [InlineData("{", 400)]
    public async Task A_patch_that_makes_no_valid_object_is_refused(string patch, int code)
    {
        await _bench.CreateConfigMapAsync("a");
        Assert.Equal(code, (await _bench.ErrorAsync(Request(RequestVerb.Patch, ConfigMaps, "a", patch, Merge))).Code);
        Assert.Equal(1, _bench.Store.Writes);
    }

    [Theory]
    [InlineData("""{"data":{"k":5}}""", null, "ConfigMap in version \"v1\" cannot be handled as a ConfigMap: json: cannot unmarshal number 5 into Go struct field ConfigMap.data of type string")]
    [InlineData("""{"dat":{}}""", "Strict", "ConfigMap in version \"v1\" cannot be handled as a ConfigMap: strict decoding error: unknown field \"dat\"")]
    public async Task A_patch_whose_result_cannot_be_read_is_invalid_itself(string patch, string? validation, string why)
    {
        await _bench.CreateConfigMapAsync("a");
        var status = await _bench.ErrorAsync(Request(RequestVerb.Patch, ConfigMaps, "a", patch, Merge) with { Query = new RequestQuery { FieldValidation = validation } });
        Assert.Equal((422, "Invalid"), (status.Code, status.Reason));
        Assert.StartsWith(" \"\" is invalid: patch: Invalid value: \"{", status.Message, StringComparison.Ordinal);
        Assert.EndsWith(why, status.Message, StringComparison.Ordinal);
        Assert.Equal("patch", Assert.Single(status.Causes).Field);
    }

    [Fact]
    public async Task Of_many_writers_to_one_object_none_loses_his_change()
    {
        await _bench.CreateConfigMapAsync("a");
        var writers = Enumerable.Range(0, 16).Select(w => Task.Run(async () =>
        {
            for (var i = 0; i < 25; i++)
                await _bench.StoredAsync(Request(RequestVerb.Patch, ConfigMaps, "a", $$$"""{"data":{"w{{{w}}}-{{{i}}}":"x"}}""", Merge));
        }));
        await Task.WhenAll(writers);
        var data = (await _bench.JsonAsync(Request(RequestVerb.Get, ConfigMaps, "a")))["data"]!.AsObject();
        Assert.Equal(16 * 25, data.Count);
    }
}
