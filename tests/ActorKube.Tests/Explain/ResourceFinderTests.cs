using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.CommandLine;
using ActorKube.Explain;

namespace ActorKube.Tests.Explain;

public sealed class ResourceFinderTests
{
    private static readonly Dictionary<string, string> Served = new()
    {
        ["api/v1"] = """{"resources":[{"name":"pods","singularName":"pod","kind":"Pod","namespaced":true,"shortNames":["po"]},{"name":"pods/log","kind":"Pod"},{"name":"nodes","singularName":"node","kind":"Node","shortNames":["no"]}]}""",
        ["apis"] = """{"groups":[{"name":"apps","preferredVersion":{"groupVersion":"apps/v1"}},{"name":"broken.io","preferredVersion":{"groupVersion":"broken.io/v1"}},{"name":"demo.io","preferredVersion":{"groupVersion":"demo.io/v2"},"versions":[{"groupVersion":"demo.io/v2"},{"groupVersion":"demo.io/v1"}]}]}""",
        ["apis/apps/v1"] = """{"resources":[{"name":"deployments","singularName":"deployment","kind":"Deployment","namespaced":true,"shortNames":["deploy"]}]}""",
        ["apis/demo.io/v2"] = """{"resources":[{"name":"widgets","singularName":"widget","kind":"Widget","namespaced":true},{"name":"pods","singularName":"pod","kind":"Pod","namespaced":true}]}""",
        ["apis/demo.io/v1"] = """{"resources":[{"name":"widgets","singularName":"widget","kind":"Widget","namespaced":true},{"name":"gears","singularName":"gear","kind":"Gear","namespaced":true}]}""",
    };

    // An aggregated API whose server is down is still announced.
    private readonly ResourceFinder _finder = new((path, _) => Served.TryGetValue(path, out var document) ? Task.FromResult(JsonNode.Parse(document)) : throw ApiErrors.ServiceUnavailable("nobody there"));

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
    [InlineData("gear", "demo.io/v1", "gears")]
    [InlineData("deployment.v1.apps", "apps/v1", "deployments")]
    [InlineData("widgets.v1.demo.io", "demo.io/v1", "widgets")]
    [InlineData("pods.v2.demo.io", "demo.io/v2", "pods")]
    [InlineData("pods.v1.", "v1", "pods")]
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

    [Theory]
    [InlineData("deployment.v2.apps")]
    [InlineData("pods.v1")]
    [InlineData("deployments.v1")]
    public async Task A_version_that_is_not_served_and_one_without_a_group_find_nothing(string name) =>
        await Assert.ThrowsAsync<UserError>(() => _finder.CalledAsync(name, TestContext.Current.CancellationToken));

    [Fact]
    public async Task An_unknown_name_says_where_to_look() =>
        Assert.Equal(
            "The API serves nothing called 'gadget'; 'kubectl api-resources' lists what there is. broken.io/v1 did not say what it serves.",
            (await Assert.ThrowsAsync<UserError>(() => _finder.CalledAsync("gadget", TestContext.Current.CancellationToken))).Message);
}
