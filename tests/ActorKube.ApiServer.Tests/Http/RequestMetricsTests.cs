using ActorKube.ApiServer.Http;
using ActorKube.ApiServer.Http.Routing;
using ActorKube.ApiServer.Tests.Fakes;
using Microsoft.AspNetCore.Http;

namespace ActorKube.ApiServer.Tests.Http;

public sealed class RequestMetricsTests
{
    private readonly RequestMetrics _metrics = new(new PipelineBench().Services.Kinds);

    [Theory]
    [InlineData("GET", "/api/v1/namespaces/default/pods/web", "group=\"\",resource=\"pods\",scope=\"resource\",subresource=\"\",verb=\"GET\",version=\"v1\"")]
    [InlineData("GET", "/api/v1/pods", "group=\"\",resource=\"pods\",scope=\"cluster\",subresource=\"\",verb=\"LIST\",version=\"v1\"")]
    [InlineData("DELETE", "/apis/apps/v1/namespaces/default/deployments", "group=\"apps\",resource=\"deployments\",scope=\"namespace\",subresource=\"\",verb=\"DELETECOLLECTION\",version=\"v1\"")]
    [InlineData("POST", "/no/such/path", "group=\"\",resource=\"\",scope=\"\",subresource=\"\",verb=\"POST\",version=\"\"")]
    public void A_request_is_counted_under_what_it_asked_for(string method, string path, string labels)
    {
        Record(method, path);
        Assert.Contains($"apiserver_request_total{{code=\"200\",component=\"apiserver\",dry_run=\"\",{labels}}} 1\n", _metrics.Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void Whoever_sends_thousands_of_methods_keeps_nobody_elses_requests_from_being_counted()
    {
        for (var i = 0; i < 5_000; i++)
        {
            Record($"M{i}", "/api/v1/pods");
            Record($"M{i}", "/no/such/path");
        }
        Record("GET", "/api/v1/nodes");
        var text = _metrics.Text();
        Assert.Contains("resource=\"nodes\"", text, StringComparison.Ordinal);
        Assert.Contains("verb=\"other\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain("M17", text, StringComparison.Ordinal);
    }

    private void Record(string method, string path)
    {
        var context = new DefaultHttpContext();
        context.Request.Method = method;
        _metrics.Record(context, ResourcePath.TryParse(path, out var parsed) ? parsed : null, TimeSpan.FromMilliseconds(3));
    }
}
