using ActorKube.Api.Names;
using ActorKube.Api.Quotas;
using ActorKube.ApiServer.Admission.Quotas;
using ActorKube.ApiServer.Hosting;
using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Tests.Fakes;
using Akka.Configuration;
using static ActorKube.ApiServer.Tests.Fakes.PipelineBench;

namespace ActorKube.ApiServer.Tests.Admission;

public sealed class LimitedResourceTests
{
    private static readonly GroupVersionResource Quotas = new("", "v1", "resourcequotas");

    private readonly PipelineBench _bench = PipelineBench.WithAdmission(
        new LimitedResource(new GroupResource("", "configmaps"), ["configmaps"], []),
        new LimitedResource(new GroupResource("", "pods"), ["requests.cpu"], [new QuotaScope(QuotaScope.Terminating, QuotaScope.Exists, [])]));

    private async Task QuotaAsync(string hard, string used, string spec = "")
    {
        await _bench.RunAsync(Request(RequestVerb.Create, Quotas, body: $$$"""{"metadata":{"name":"q"},"spec":{"hard":{{{hard}}}{{{spec}}}}}"""));
        var status = Request(RequestVerb.Patch, Quotas, "q", $$$"""{"status":{"hard":{{{hard}}},"used":{{{used}}}}}""", "application/merge-patch+json");
        await _bench.RunAsync(status with { Subresource = "status" });
    }

    private async Task NamespaceAsync()
    {
        await _bench.RunAsync(Request(RequestVerb.Create, Namespaces, body: """{"metadata":{"name":"default"}}"""));
        await _bench.RunAsync(Request(RequestVerb.Create, new("", "v1", "serviceaccounts"), body: """{"metadata":{"name":"default"}}"""));
    }

    private static ApiRequest Map(string name) => Request(RequestVerb.Create, ConfigMaps, body: $$$"""{"metadata":{"name":"{{{name}}}"}}""");

    private static ApiRequest Pod(string resources = "{}", string spec = "") => Request(RequestVerb.Create, Pods, body:
        $$$"""{"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i","resources":{{{resources}}}}]{{{spec}}}}}""");

    [Fact]
    public async Task What_is_limited_needs_a_quota_that_counts_it()
    {
        await NamespaceAsync();
        var status = await _bench.ErrorAsync(Map("a"));
        Assert.Equal((403, "configmaps \"a\" is forbidden: insufficient quota to consume: configmaps,count/configmaps"), (status.Code, status.Message));
        await QuotaAsync("""{"configmaps":"1"}""", """{"configmaps":"0"}""");
        Assert.Equal("configmaps \"a\" is forbidden: insufficient quota to consume: count/configmaps", (await _bench.ErrorAsync(Map("a"))).Message);
    }

    [Fact]
    public async Task What_is_covered_is_charged_and_what_is_not_consumed_needs_no_quota()
    {
        await NamespaceAsync();
        await _bench.RunAsync(Request(RequestVerb.Create, new("", "v1", "services"), body: """{"metadata":{"name":"s"},"spec":{"ports":[{"port":80}]}}"""));
        await QuotaAsync("""{"configmaps":"1","count/configmaps":"5"}""", """{"configmaps":"0","count/configmaps":"0"}""");
        await _bench.RunAsync(Map("a"));
        Assert.StartsWith("configmaps \"b\" is forbidden: exceeded quota: q, requested: configmaps=1", (await _bench.ErrorAsync(Map("b"))).Message, StringComparison.Ordinal);
        await _bench.RunAsync(Pod());
    }

    [Theory]
    [InlineData("", "{}", 500, "insufficient quota to match these scopes: [{Terminating Exists []}]")]
    [InlineData("", """{"requests":{"cpu":"1"}}""", 403, "pods \"p\" is forbidden: insufficient quota to consume: requests.cpu")]
    [InlineData(""","scopes":["Terminating"]""", """{"requests":{"cpu":"1"}}""", 403, "pods \"p\" is forbidden: insufficient quota to consume: requests.cpu")]
    [InlineData(""","scopes":["Terminating"]""", "{}", 0, "")]
    public async Task Pods_that_satisfy_a_limited_scope_need_a_quota_of_that_scope(string scopes, string resources, int code, string message)
    {
        await NamespaceAsync();
        await QuotaAsync("""{"pods":"9"}""", """{"pods":"0"}""", scopes);
        var pod = Pod(resources, ""","activeDeadlineSeconds":9""");
        if (code == 0)
        {
            await _bench.RunAsync(pod);
            return;
        }
        var status = await _bench.ErrorAsync(pod);
        Assert.Equal((code, message), (status.Code, status.Message));
    }

    [Fact]
    public void They_are_read_from_the_settings()
    {
        Assert.Empty(ApiServerSettings.Options(Config.Empty).LimitedResources);
        Assert.Empty(ApiServerSettings.Options(ConfigurationFactory.ParseString("a = 1").WithFallback(ConfigurationFactory.ParseString("b = 1")).WithFallback(ApiServerSettings.Reference)).LimitedResources);
        var config = ConfigurationFactory.ParseString("""
            actorkube.api-server.quotas.limited-resources = [
              { resource = pods, match-scopes = [{ scope-name = PriorityClass, operator = In, values = [high, higher] }] },
              { api-group = apps, resource = deployments, match-contains = ["count/"] }
            ]
            """);
        var read = ApiServerSettings.Options(config).LimitedResources;
        Assert.Equal(["pods", "deployments.apps"], read.Select(static l => l.Resource.ToString()));
        Assert.Equal(("PriorityClass", "In", "high,higher"), (read[0].Scopes[0].Name, read[0].Scopes[0].Operator, string.Join(',', read[0].Scopes[0].Values)));
        Assert.Equal(["count/"], read[1].Contains);
    }

    [Theory]
    [InlineData("[{ resource = pods, matches = [a] }]", "[0].matches is not a setting.")]
    [InlineData("[{ resource = events }]", "[0].resource has to be a resource that quotas count; events is none.")]
    [InlineData("[{ resource = pods, match-scopes = [{ scope-name = PriorityClas }] }]",
        "[0].match-scopes[0].scope-name has to be one of Terminating, NotTerminating, BestEffort, NotBestEffort, PriorityClass, CrossNamespacePodAffinity, VolumeAttributesClass; it is 'PriorityClas'.")]
    [InlineData("[{ resource = pods, match-scopes = [{ scope-name = PriorityClass, operator = in, values = [a] }] }]", "[0].match-scopes[0].operator has to be one of In, NotIn, Exists, DoesNotExist; it is 'in'.")]
    [InlineData("[{ resource = pods, match-scopes = [{ scope-name = PriorityClass, operator = In }] }]", "[0].match-scopes[0].values has to be a list that is not empty for the operator In.")]
    [InlineData("[{ resource = pods, match-scopes = [{ scope-name = BestEffort, values = [a] }] }]", "[0].match-scopes[0].values has to be empty for the operator Exists.")]
    [InlineData("{ resource = pods }", ".resource is not a setting.")]
    public void A_limit_that_would_never_apply_is_refused(string setting, string problem)
    {
        var refusal = Assert.Throws<ConfigurationException>(() => ApiServerSettings.Options(ConfigurationFactory.ParseString($"actorkube.api-server.quotas.limited-resources = {setting}")));
        Assert.StartsWith("actorkube.api-server.quotas.limited-resources" + problem, refusal.Message, StringComparison.Ordinal);
    }
}
