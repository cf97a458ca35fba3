using System.Text.Json.Nodes;
using ActorKube.CommandLine;
using ActorKube.Explain;

namespace ActorKube.Tests.Explain;

public sealed class ResourceFinderTests
{
    private static readonly Dictionary<string, string> Served = new()
    {
        ["api/v1"] = """{"resources":[{"name":"pods","singularName":"pod","kind":"Pod","namespaced":true,"shortNames":["po"]},{"name":"pods/log","kind":"Pod"},{"name":"nodes","singularName":"node","kind":"Node","shortNames":["no"]}]}""",
        ["apis"] = """{"groups":[{"name":"apps","preferredVersion":{"groupVersion":"apps/v1"}},{"name":"demo.io","preferredVersion":{"groupVersion":"demo.io/v2"}}]}""",
        ["apis/apps/v1"] = """{"resources":[{"name":"deployments","singularName":"deployment","kind":"Deployment","namespaced":true,"shortNames":["deploy"]}]}""",
        ["apis/demo.io/v2"] = """{"resources":[{"name":"widgets","singularName":"widget","kind":"Widget","namespaced":true},{"name":"pods","singularName":"pod","kind":"Pod","namespaced":true}]}""",
    };

    private readonly ResourceFinder _finder = new((path, _) => Task.FromResult(JsonNode.Parse(Served[path])));

    [Theory]
    [InlineData("pod", "v1", "pods")]
    [InlineData("po", "v1", "pods")]
    [InlineData("Pod", "v1", "pods")]
    [InlineData("pods", "v1", "pods")]
    [InlineData("pods.demo.io", "demo.io/v2", "pods")]
    [InlineData("no", "v1", "nodes")]
    [InlineData("deploy", "apps/v1", "deployments")]
    [InlineData("deployments.apps", "apps/v1", "deployments")]
    [InlineData("widget", "demo.io/v2", "widgets")]
    public async Task Resources_are_found_by_every_name_they_have(string name, string apiVersion, string plural)
    {
        var found = await _finder.CalledAsync(name, TestContext.Current.CancellationToken);
        Assert.Equal((apiVersion, plural), (found.Resource.ApiVersion, found.Resource.Plural));
    }

    [Fact]
    public async Task Owners_are_found_by_kind()
    {
        Assert.Equal("widgets", (await _finder.OfKindAsync("demo.io/v2", "Widget", TestContext.Current.CancellationToken))!.Resource.Plural);
        Assert.Null(await _finder.OfKindAsync("v1", "Widget", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task An_unknown_name_says_where_to_look() =>
        Assert.Contains("kubectl api-resources", (await Assert.ThrowsAsync<UserError>(() => _finder.CalledAsync("gadget", TestContext.Current.CancellationToken))).Message);
}
