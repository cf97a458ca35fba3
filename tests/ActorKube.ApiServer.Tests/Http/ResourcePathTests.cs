using ActorKube.ApiServer.Http.Routing;

namespace ActorKube.ApiServer.Tests.Http;

public sealed class ResourcePathTests
{
    [Theory]
    [InlineData("/api/v1/pods", "", "v1", "pods", "", "", "", "")]
    [InlineData("/api/v1/pods/", "", "v1", "pods", "", "", "", "")]
    [InlineData("/api/v1/namespaces", "", "v1", "namespaces", "", "", "", "")]
    [InlineData("/api/v1/namespaces/a", "", "v1", "namespaces", "", "a", "", "")]
    [InlineData("/api/v1/namespaces/a/finalize", "", "v1", "namespaces", "", "a", "finalize", "")]
    [InlineData("/api/v1/namespaces/a/status", "", "v1", "namespaces", "", "a", "status", "")]
    [InlineData("/api/v1/namespaces/a/pods", "", "v1", "pods", "a", "", "", "")]
    [InlineData("/api/v1/namespaces/a/pods/p", "", "v1", "pods", "a", "p", "", "")]
    [InlineData("/api/v1/namespaces/a/pods/p/log", "", "v1", "pods", "a", "p", "log", "")]
    [InlineData("/api/v1/namespaces/a/services/s/proxy/x/y", "", "v1", "services", "a", "s", "proxy", "x/y")]
    [InlineData("/apis/apps/v1/deployments", "apps", "v1", "deployments", "", "", "", "")]
    [InlineData("/apis/apps/v1/namespaces/a/deployments/d/scale", "apps", "v1", "deployments", "a", "d", "scale", "")]
    public void A_resource_path_is_split_as_upstream_splits_it(string path, string group, string version, string plural, string ns, string name, string subresource, string rest)
    {
        Assert.True(ResourcePath.TryParse(path, out var result));
        Assert.Equal(new ResourcePath(new(group, version, plural), ns, name, subresource, rest, IsWatch: false), result);
    }

    [Fact]
    public void The_old_form_of_watches_is_understood()
    {
        Assert.True(ResourcePath.TryParse("/api/v1/watch/namespaces/a/pods", out var result));
        Assert.True(result.Value.IsWatch);
        Assert.Equal("pods", result.Value.Resource.Plural);
        Assert.Equal("a", result.Value.Namespace);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/api")]
    [InlineData("/api/v1")]
    [InlineData("/apis/apps")]
    [InlineData("/apis/apps/v1")]
    [InlineData("/healthz")]
    [InlineData("/api//pods")]
    [InlineData("/api/v1//pods")]
    [InlineData("/api/v1/pods//x")]
    [InlineData("/api/v1/namespaces//pods")]
    [InlineData("/api/v1/namespaces/a/finalize/x")]
    [InlineData("/apis/apps/v1/namespaces/a")]
    public void Anything_else_is_no_resource_path(string path) => Assert.False(ResourcePath.TryParse(path, out _));
}
