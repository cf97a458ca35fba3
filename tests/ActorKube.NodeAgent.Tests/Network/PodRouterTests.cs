using System.Text.Json.Nodes;
using ActorKube.NodeAgent.Network;
using ActorKube.NodeAgent.Runtimes.Simulated;
using ActorKube.NodeAgent.Tests.Containers;
using ActorKube.NodeAgent.Tests.Support;
using ActorKube.Testing.Containers;
using Microsoft.Extensions.Logging.Abstractions;

namespace ActorKube.NodeAgent.Tests.Network;

/// <summary>The router, and what carries the address of the API server, against the real kernel and its own programs, in a network namespace that is thrown away.</summary>
[Trait("needs", "containerd")]
public sealed class PodRouterTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string _namespace = $"ak-route-{Environment.ProcessId}";
    private readonly TempDirectory _directory = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _calls = new(0);
    private readonly List<string> _seen = [];
    private FakeCluster _cluster = null!;
    private SimulatedRuntime _runtime = null!;
    private Task _running = Task.CompletedTask;

    public async ValueTask InitializeAsync()
    {
        if (ContainerHost.SkipReason is not null)
            return;
        _cluster = new FakeCluster(TimeProvider.System);
        _runtime = new SimulatedRuntime(new SimulatedRuntimeOptions { Time = TimeProvider.System, IdSeed = 1 });
        await HostCommand.RunAsync("ip", "netns", "add", _namespace);
        await HostCommand.RunAsync("ip", "-n", _namespace, "link", "add", "eth0", "type", "veth", "peer", "name", "other");
        await HostCommand.RunAsync("ip", "-n", _namespace, "addr", "add", "172.16.0.1/24", "dev", "eth0");
        foreach (var device in (string[])["eth0", "other"])
            await HostCommand.RunAsync("ip", "-n", _namespace, "link", "set", device, "up");
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_runtime is not null)
            await _runtime.DisposeAsync();
        await HostCommand.TryAsync("ip", "netns", "del", _namespace);
        _directory.Dispose();
        _calls.Dispose();
        _stop.Dispose();
    }

    [Fact]
    public async Task Routes_follow_the_nodes_come_back_when_flushed_and_leave_those_of_others_alone()
    {
        ContainerdCollection.SkipWithoutContainerd();
        await HostCommand.RunAsync("ip", "-n", _namespace, "route", "add", "10.1.7.0/24", "via", "172.16.0.7");
        await HostCommand.RunAsync("ip", "-n", _namespace, "route", "add", "10.9.0.0/24", "via", "172.16.0.9", "proto", "107");
        Node("n1", "10.1.0.0/24", "172.16.0.1");
        Node("n2", "10.1.2.0/24", "172.16.0.2");
        Node("n7", "10.1.7.0/24", "172.16.0.8");
        Node("evil", "8.8.8.0/24", "172.16.0.6");
        await StartAsync();
        await RoutesAsync("10.1.2.0/24 via 172.16.0.2");
        Assert.Contains("10.1.7.0/24 via 172.16.0.7", await AllRoutesAsync());

        Node("n3", "10.1.3.0/24", "172.16.0.3");
        await RoutesAsync("10.1.2.0/24 via 172.16.0.2", "10.1.3.0/24 via 172.16.0.3");
        Node("n2", "10.1.2.0/24", "172.16.0.22");
        await RoutesAsync("10.1.2.0/24 via 172.16.0.22", "10.1.3.0/24 via 172.16.0.3");
        _cluster.Remove("nodes", "", "n3");
        await RoutesAsync("10.1.2.0/24 via 172.16.0.22");

        await HostCommand.RunAsync("ip", "-n", _namespace, "route", "flush", "proto", "107");
        await RoutesAsync("10.1.2.0/24 via 172.16.0.22");
    }

    [Fact]
    public async Task A_round_that_fails_in_an_unforeseen_way_is_followed_by_another()
    {
        using var directory = new TempDirectory();
        using var stop = new CancellationTokenSource();
        var cluster = new FakeCluster(TimeProvider.System);
        await using var runtime = new SimulatedRuntime(new SimulatedRuntimeOptions { Time = TimeProvider.System, IdSeed = 1 });
        var settings = TestPods.Settings(directory.Path) with { CniEnabled = true, RoutesEnabled = true, RoutesInterval = TimeSpan.FromMilliseconds(20), NodeIps = ["172.16.0.1"] };
        var calls = 0;
        var second = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<string> Garbled(string program, IReadOnlyList<string> arguments, string? input, CancellationToken cancel)
        {
            if (Interlocked.Increment(ref calls) == 2)
                second.SetResult();
            return Task.FromResult("no JSON");
        }

        var running = new PodRouter(cluster, settings, new NodeNetwork(runtime, settings, NullLogger.Instance), Garbled, TimeProvider.System, NullLogger.Instance).RunAsync(stop.Token);
        Assert.Same(second.Task, await Task.WhenAny(second.Task, running).WaitAsync(Patience, TestContext.Current.CancellationToken));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task Pods_are_masqueraded_towards_the_outside_and_not_towards_pods()
    {
        ContainerdCollection.SkipWithoutContainerd();
        Node("n1", "10.1.0.0/24", "172.16.0.1");
        Node("n2", "10.1.2.0/24", "172.16.0.2");
        await StartAsync();
        await UntilAsync(async () => (await ChainAsync()).Contains("-A ACTORKUBE-MASQ -d 10.1.2.0/24 -j RETURN"), "the rules");
        Node("n3", "10.1.3.0/24", "172.16.0.3");
        await UntilAsync(async () => (await ChainAsync()).Contains("-A ACTORKUBE-MASQ -d 10.1.3.0/24 -j RETURN"), "the new node");

        var lines = await ChainAsync();
        Assert.Equal(
            ["-d 10.1.0.0/24 -j RETURN", "-d 10.1.2.0/24 -j RETURN", "-d 10.1.3.0/24 -j RETURN", "-d 224.0.0.0/4 -j RETURN", "-j MASQUERADE"],
            lines.Where(l => l.StartsWith("-A ACTORKUBE", StringComparison.Ordinal)).Select(l => l["-A ACTORKUBE-MASQ ".Length..]));
        Assert.Single(lines, l => l.StartsWith("-A POSTROUTING -s 10.1.0.0/24", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_address_of_the_API_server_leads_to_the_servers_that_there_are()
    {
        ContainerdCollection.SkipWithoutContainerd();
        Kubernetes("services", """{"spec":{"clusterIP":"10.96.0.1","ports":[{"name":"https","port":443}]}}""");
        Servers("172.16.0.5");
        var settings = TestPods.Settings(_directory.Path) with { ApiServerAddressInterval = TimeSpan.FromMilliseconds(200) };
        _running = new ApiServerAddress(_cluster, settings, InNamespaceAsync, TimeProvider.System, NullLogger.Instance).RunAsync(_stop.Token);
        await UntilAsync(async () => (await ApiChainAsync()).Length == 1, "the rule");
        Assert.Equal("-d 10.96.0.1/32 -p tcp -m tcp --dport 443 -j DNAT --to-destination 172.16.0.5:6443", Assert.Single(await ApiChainAsync()));
        Servers("172.16.0.6");
        await UntilAsync(async () => (await ApiChainAsync())[0].EndsWith(" --to-destination 172.16.0.6:6443", StringComparison.Ordinal), "the other server");
        Assert.Equal(2, (await ChainAsync()).Count(static l => l.StartsWith("-A PREROUTING", StringComparison.Ordinal) || l.StartsWith("-A OUTPUT", StringComparison.Ordinal)));

        void Servers(string ip) => Kubernetes("endpoints", $$"""{"subsets":[{"addresses":[{"ip":"{{ip}}"}],"ports":[{"name":"https","port":6443}]}]}""");
    }

    [Fact]
    public async Task A_network_of_somebody_else_takes_our_routes_and_our_masquerading_away()
    {
        ContainerdCollection.SkipWithoutContainerd();
        Node("n1", "10.1.0.0/24", "172.16.0.1");
        Node("n2", "10.1.2.0/24", "172.16.0.2");
        await StartAsync();
        await RoutesAsync("10.1.2.0/24 via 172.16.0.2");
        await UntilAsync(async () => (await ChainAsync()).Contains("-A ACTORKUBE-MASQ -j MASQUERADE"), "the rules");
        await File.WriteAllTextAsync(_directory["cni/05-flannel.conflist"], "{}", TestContext.Current.CancellationToken);
        await RoutesAsync();
        await UntilAsync(async () => !(await ChainAsync()).Any(l => l.StartsWith("-A ACTORKUBE-MASQ", StringComparison.Ordinal)), "the end of the rules");
    }

    private async Task StartAsync()
    {
        var settings = TestPods.Settings(_directory.Path) with { CniEnabled = true, RoutesEnabled = true, RoutesInterval = TimeSpan.FromMilliseconds(200), NodeIps = ["172.16.0.1"], ClusterCidrs = ["10.1.0.0/16"] };
        var network = new NodeNetwork(_runtime, settings, NullLogger.Instance);
        await network.ApplyAsync(["10.1.0.0/24"], _stop.Token);
        _running = new PodRouter(_cluster, settings, network, InNamespaceAsync, TimeProvider.System, NullLogger.Instance).RunAsync(_stop.Token);
    }

    private async Task<string> InNamespaceAsync(string program, IReadOnlyList<string> arguments, string? input, CancellationToken cancel)
    {
        try
        {
            return await HostTools.RunAsync("nsenter", [$"--net=/run/netns/{_namespace}", "--", program, .. arguments], input, cancel);
        }
        finally
        {
            _calls.Release();
        }
    }

    private void Node(string name, string cidr, string address) => _cluster.Put("nodes", new JsonObject
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Node",
        ["metadata"] = new JsonObject { ["name"] = name },
        ["spec"] = new JsonObject { ["podCIDR"] = cidr, ["podCIDRs"] = new JsonArray(cidr) },
        ["status"] = new JsonObject { ["addresses"] = new JsonArray(new JsonObject { ["type"] = "InternalIP", ["address"] = address }) },
    });

    private void Kubernetes(string resource, string json)
    {
        var item = (JsonObject)JsonNode.Parse(json)!;
        item["metadata"] = new JsonObject { ["name"] = "kubernetes", ["namespace"] = "default" };
        _cluster.Put(resource, item);
    }

    private async Task<string[]> ApiChainAsync()
    {
        const string Beginning = "-A ACTORKUBE-API ";
        return [.. (await ChainAsync()).Where(static l => l.StartsWith(Beginning, StringComparison.Ordinal)).Select(static l => l[Beginning.Length..])];
    }

    private Task RoutesAsync(params string[] expected) => UntilAsync(
        async () =>
        {
            var lines = (await HostCommand.RunAsync("ip", "-n", _namespace, "route", "show", "proto", "107")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            _seen.Clear();
            _seen.AddRange(lines);
            return lines.Length == expected.Length && expected.All(e => lines.Any(l => l.StartsWith(e, StringComparison.Ordinal)));
        },
        $"the routes [{string.Join(", ", expected)}]");

    private async Task<string> AllRoutesAsync() => await HostCommand.RunAsync("ip", "-n", _namespace, "route", "show");

    private async Task<string[]> ChainAsync() =>
        (await HostTools.RunAsync("nsenter", [$"--net=/run/netns/{_namespace}", "--", "iptables", "-t", "nat", "-S"], null, _stop.Token)).Split('\n', StringSplitOptions.TrimEntries);

    // The kernel tells nobody; every call of a program by the router is a reason to look.
    private async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!await condition())
            try
            {
                await _calls.WaitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"Waited in vain for {what}; there is: {string.Join(", ", _seen)}");
            }
    }
}
