using ActorKube.Api.Names;
using ActorKube.ApiServer.Kinds;
using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Tests.Fakes;
using ActorKube.Machinery.Client;
using ActorKube.Protocol.Usage;

namespace ActorKube.ApiServer.Tests.Usage;

public sealed class MetricsVerbTests
{
    private static readonly GroupVersionResource PodMetrics = new("metrics.k8s.io", "v1beta1", "pods");
    private static readonly GroupVersionResource NodeMetrics = new("metrics.k8s.io", "v1beta1", "nodes");
    private readonly PipelineBench _bench = new();

    [Fact]
    public async Task Running_pods_with_figures_are_listed_with_their_labels()
    {
        await PodAsync("a", "Running");
        await PodAsync("b", "Pending");
        await PodAsync("c", "Running", known: false);
        Assert.Equal(
            """
            {"kind":"PodMetrics","apiVersion":"metrics.k8s.io/v1beta1","metadata":{"name":"a","namespace":"default","creationTimestamp":"NOW","labels":{"app":"a"}},"timestamp":"NOW","window":"14.8s",
            """.Replace("NOW", Api.Times.KubeTime.Format(_bench.Time.GetUtcNow()), StringComparison.Ordinal)
            + """
            "containers":[{"name":"app","usage":{"cpu":"250000000n","memory":"64Mi"}},{"name":"side","usage":{"cpu":"0","memory":"1k"}}]}
            """,
            Assert.Single(await ListAsync(PodMetrics)));
    }

    [Theory]
    [InlineData("app=b", null, "b")]
    [InlineData("app in (a,b)", null, "a b")]
    [InlineData(null, "metadata.name=b", "b")]
    [InlineData(null, "metadata.namespace=other", "")]
    public async Task Selectors_are_those_of_the_pods(string? labels, string? fields, string expected)
    {
        await PodAsync("a", "Running");
        await PodAsync("b", "Running");
        var list = await _bench.Client.ListAsync(PodMetrics, null, new ListOptions { LabelSelector = labels, FieldSelector = fields });
        Assert.Equal(expected, string.Join(' ', list.Items.Select(i => i.Key.Name)));
    }

    [Fact]
    public async Task A_pod_without_figures_is_not_found()
    {
        await PodAsync("c", "Running", known: false);
        var status = await _bench.ErrorAsync(PipelineBench.Request(RequestVerb.Get, PodMetrics, "c"));
        Assert.Equal((404, "pods.metrics.k8s.io \"default/c\" not found"), (status.Code, status.Message));
    }

    [Fact]
    public async Task A_node_shows_what_its_agent_reported()
    {
        await _bench.RunAsync(PipelineBench.Request(RequestVerb.Create, WellKnownResources.Nodes, body: """{"metadata":{"name":"n1"}}"""));
        Report("n1");
        var node = await _bench.JsonAsync(PipelineBench.Request(RequestVerb.Get, NodeMetrics, "n1"));
        Assert.Equal("""{"cpu":"1500000000n","memory":"2Gi"}""", node["usage"]!.ToJsonString());
        var status = await _bench.ErrorAsync(PipelineBench.Request(RequestVerb.Get, NodeMetrics, "n2"));
        Assert.Equal("nodes.metrics.k8s.io \"n2\" not found", status.Message);
    }

    [Theory]
    [InlineData(RequestVerb.Watch)]
    [InlineData(RequestVerb.Create)]
    [InlineData(RequestVerb.DeleteCollection)]
    public async Task Nothing_but_reading_is_possible(RequestVerb verb) => Assert.Equal(405, (await _bench.ErrorAsync(PipelineBench.Request(verb, PodMetrics))).Code);

    [Fact]
    public async Task The_table_sums_up_the_containers()
    {
        await PodAsync("a", "Running");
        var item = Assert.Single((await _bench.Client.ListAsync(PodMetrics, "default")).Items);
        var served = KindRegistry.BuiltIn(new KindOptions()).Find(PodMetrics)!;
        using var json = System.Text.Json.JsonDocument.Parse(item.Json);
        Assert.Equal(["a", "250m", "67109864", "14.8s"], served.Strategy.Columns.Select(c => c.Cell(json.RootElement, default).ToString()));
    }

    private async Task<IEnumerable<string>> ListAsync(GroupVersionResource resource) =>
        (await _bench.Client.ListAsync(resource, "default")).Items.Select(i => System.Text.Encoding.UTF8.GetString(i.Json.Span));

    private async Task PodAsync(string name, string phase, bool known = true)
    {
        var pod = await _bench.StoredAsync(PipelineBench.Request(RequestVerb.Create, WellKnownResources.Pods, body:
            $$$"""{"metadata":{"name":"{{{name}}}","labels":{"app":"{{{name}}}"}},"spec":{"nodeName":"n1","containers":[{"name":"app","image":"x"}]}}"""));
        await _bench.RunAsync(PipelineBench.Request(RequestVerb.Patch, WellKnownResources.Pods, name, $$$"""{"status":{"phase":"{{{phase}}}"}}""", "application/merge-patch+json") with { Subresource = "status" });
        if (known)
            _pods.Add(new PodUsage(pod.Key, pod.Head.Uid, _bench.Time.GetUtcNow(), TimeSpan.FromSeconds(14.8),
                [new ContainerUsage("app", new UsedAmounts(250_000_000, 1 << 26)), new ContainerUsage("side", new UsedAmounts(0, 1000))]));
        Report("n1");
    }

    private readonly List<PodUsage> _pods = [];

    private void Report(string node) =>
        _bench.Services.Usage.Take(node, new UsageReport(_bench.Time.GetUtcNow(), TimeSpan.FromSeconds(15), new UsedAmounts(1_500_000_000, 1L << 31), [.. _pods]));
}
