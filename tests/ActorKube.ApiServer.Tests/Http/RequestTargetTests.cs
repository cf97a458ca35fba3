using ActorKube.ApiServer.Http.Routing;

namespace ActorKube.ApiServer.Tests.Http;

public sealed class RequestTargetTests
{
    [Theory]
    [InlineData("GET", "/api/v1/pods", false, "List")]
    [InlineData("GET", "/api/v1/pods", true, "Watch")]
    [InlineData("GET", "/api/v1/watch/pods", false, "Watch")]
    [InlineData("GET", "/api/v1/namespaces/a/pods/b", false, "Get")]
    [InlineData("GET", "/api/v1/namespaces/a/pods/b", true, "Get")]
    [InlineData("GET", "/api/v1/watch/namespaces/a/pods/b", false, "Watch")]
    [InlineData("POST", "/api/v1/namespaces/a/pods", false, "Create")]
    [InlineData("POST", "/api/v1/namespaces/a/pods/b", false, null)]
    [InlineData("POST", "/api/v1/namespaces/a/pods/b/eviction", false, "Create")]
    [InlineData("PUT", "/api/v1/namespaces/a/pods", false, null)]
    [InlineData("PUT", "/api/v1/namespaces/a/pods/b", false, "Update")]
    [InlineData("PATCH", "/api/v1/namespaces/a/pods", false, null)]
    [InlineData("PATCH", "/api/v1/namespaces/a/pods/b", false, "Patch")]
    [InlineData("DELETE", "/api/v1/namespaces/a/pods", false, "DeleteCollection")]
    [InlineData("DELETE", "/api/v1/namespaces/a/pods/b", false, "Delete")]
    [InlineData("get", "/api/v1/pods", false, null)]
    [InlineData("delete", "/api/v1/namespaces/a/pods/b", false, null)]
    [InlineData("BREW", "/api/v1/pods", false, null)]
    public void A_method_means_something_only_where_it_belongs(string method, string path, bool watch, string? verb)
    {
        Assert.True(ResourcePath.TryParse(path, out var target));
        Assert.Equal(verb, RequestTarget.Verb(method, target.Value, watch)?.ToString());
    }
}
