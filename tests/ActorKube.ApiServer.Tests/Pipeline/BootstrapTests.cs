using System.Net;
using ActorKube.Api.Names;
using ActorKube.ApiServer.Allocation;
using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Pipeline.Bootstrap;
using ActorKube.ApiServer.Tests.Fakes;
using static ActorKube.ApiServer.Tests.Fakes.PipelineBench;

namespace ActorKube.ApiServer.Tests.Pipeline;

public sealed class BootstrapTests
{
    private readonly PipelineBench _bench = PipelineBench.Whole("10.96.0.0/12");

    private async Task RunAsync()
    {
        foreach (var step in BootstrapSteps.InOrder(new AddressRange(IPNetwork.Parse("10.96.0.0/12")), 6443))
            await step.RunAsync(_bench.Client, default);
    }

    [Fact]
    public async Task Every_cluster_has_its_namespaces_and_its_own_service()
    {
        await RunAsync();
        var service = await _bench.JsonAsync(Request(RequestVerb.Get, new GroupVersionResource("", "v1", "services"), "kubernetes"));
        Assert.Equal("10.96.0.1", (string?)service["spec"]!["clusterIP"]);
        var critical = await _bench.JsonAsync(Request(RequestVerb.Get, new GroupVersionResource("scheduling.k8s.io", "v1", "priorityclasses"), "system-node-critical"));
        Assert.Equal(2_000_001_000, (int)critical["value"]!);
        var names = ((ListResponse)await _bench.Pipeline.ExecuteAsync(Request(RequestVerb.List, Namespaces), default)).Items.Select(n => n.Key.Name);
        Assert.Equal(["default", "kube-node-lease", "kube-public", "kube-system"], names);
    }

    [Fact]
    public async Task A_second_start_writes_nothing()
    {
        await RunAsync();
        var writes = _bench.Store.Writes;
        await RunAsync();
        Assert.Equal(writes, _bench.Store.Writes);
    }
}
