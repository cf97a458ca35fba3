using System.Net;
using System.Text.Json.Nodes;
using ActorKube.ApiServer.Allocation;
using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Pipeline.Bootstrap;
using ActorKube.ApiServer.Pipeline.Servers;
using ActorKube.ApiServer.Tests.Fakes;
using ActorKube.Machinery.Client;
using Microsoft.Extensions.Logging.Abstractions;
using static ActorKube.ApiServer.Tests.Fakes.PipelineBench;

namespace ActorKube.ApiServer.Tests.Pipeline.Servers;

public sealed class ServerPresenceTests : IAsyncLifetime
{
    private readonly PipelineBench _bench = PipelineBench.Whole("10.96.0.0/12");

    public async ValueTask InitializeAsync()
    {
        foreach (var step in BootstrapSteps.InOrder(new AddressRange(IPNetwork.Parse("10.96.0.0/12")), 6443, _bench.Time))
            await step.RunAsync(_bench.Client, default);
    }

    [Fact]
    public async Task Servers_are_published_in_the_slice_and_in_the_endpoints()
    {
        await RenewAsync(Server("10.0.0.1"), Server("10.0.0.2"));
        var slice = await _bench.JsonAsync(Request(RequestVerb.Get, WellKnownResources.EndpointSlices, "kubernetes"));
        Assert.Equal(["10.0.0.1", "10.0.0.2"], slice["endpoints"]!.AsArray().Select(e => (string?)e!["addresses"]![0]));
        Assert.Equal(6443, (int)slice["ports"]![0]!["port"]!);
        Assert.Equal(["10.0.0.1", "10.0.0.2"], await PublishedAsync());
    }

    [Fact]
    public async Task A_server_that_died_is_taken_out_by_the_others()
    {
        var (first, second) = (Server("10.0.0.1"), Server("10.0.0.2"));
        await RenewAsync(first, second);
        await RenewAsync(first);
        await RenewAsync(first);
        Assert.Equal(["10.0.0.1", "10.0.0.2"], await PublishedAsync());
        await RenewAsync(first);
        Assert.Equal(["10.0.0.1"], await PublishedAsync());
        await RenewAsync(second);
        Assert.Equal(["10.0.0.1", "10.0.0.2"], await PublishedAsync());
    }

    [Fact]
    public async Task A_server_that_stops_takes_itself_out()
    {
        var (first, second) = (Server("10.0.0.1"), Server("10.0.0.2"));
        await first.EnterAsync(default);
        await second.EnterAsync(default);
        await first.DisposeAsync();
        Assert.Equal(["10.0.0.2"], await PublishedAsync());
        await second.DisposeAsync();
    }

    [Fact]
    public async Task Servers_with_another_port_are_told_apart()
    {
        await RenewAsync(Server("10.0.0.1"), Server("10.0.0.2"), Server("10.0.0.3", 7443));
        var endpoints = await _bench.JsonAsync(Request(RequestVerb.Get, WellKnownResources.Endpoints, "kubernetes"));
        Assert.Equal(["6443: 10.0.0.1 10.0.0.2", "7443: 10.0.0.3"], endpoints["subsets"]!.AsArray().Select(Describe));
    }

    [Fact]
    public async Task A_renewal_writes_the_lease_and_nothing_else()
    {
        var server = Server("10.0.0.1");
        await RenewAsync(server);
        var writes = _bench.Store.Writes;
        await RenewAsync(server);
        Assert.Equal(writes + 1, _bench.Store.Writes);
    }

    [Fact]
    public async Task A_server_that_fails_at_a_renewal_in_an_unforeseen_way_renews_the_next_time()
    {
        await using var server = Server("10.0.0.1");
        await server.EnterAsync(default);
        var failing = true;
        using var attempts = new SemaphoreSlim(0);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        _bench.Store.BeforeWrite = (_, _) =>
        {
            attempts.Release();
            return failing ? throw new InvalidOperationException("unforeseen") : default;
        };
        foreach (var broken in (bool[])[true, true, false])
        {
            failing = broken;
            // The wait is armed a moment after the round before has ended.
            while (!await attempts.WaitAsync(TimeSpan.FromMilliseconds(1), patience.Token))
                _bench.Time.Advance(TimeSpan.FromSeconds(1));
        }
    }

    private static string Describe(JsonNode? subset) =>
        $"{subset!["ports"]![0]!["port"]}: {string.Join(' ', subset["addresses"]!.AsArray().Select(a => (string?)a!["ip"]))}";

    private ServerPresence Server(string address, int port = 6443) => new(_bench.Client, new IPEndPoint(IPAddress.Parse(address), port), address, _bench.Time, NullLogger.Instance);

    private async Task RenewAsync(params ServerPresence[] servers)
    {
        _bench.Time.Advance(TimeSpan.FromSeconds(10));
        foreach (var server in servers)
            await server.RenewAsync(default);
    }

    private async Task<IEnumerable<string?>> PublishedAsync()
    {
        var endpoints = await _bench.JsonAsync(Request(RequestVerb.Get, WellKnownResources.Endpoints, "kubernetes"));
        return endpoints["subsets"]!.AsArray().SelectMany(s => s!["addresses"]!.AsArray().Select(a => (string?)a!["ip"]));
    }

    public ValueTask DisposeAsync() => default;
}
