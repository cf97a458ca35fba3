using System.Net;
using ActorKube.Api.Names;
using ActorKube.ApiServer.Allocation;
using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Tests.Fakes;
using static ActorKube.ApiServer.Tests.Fakes.PipelineBench;

namespace ActorKube.ApiServer.Tests.Allocation;

public sealed class ServiceAllocatorTests
{
    private static readonly GroupVersionResource Services = new("", "v1", "services");
    private static readonly GroupVersionResource Addresses = new("networking.k8s.io", "v1", "ipaddresses");
    private readonly PipelineBench _bench = PipelineBench.WithAllocation("10.0.0.0/29", 30000, 30002);

    private static ApiRequest Create(string name, string spec = "") =>
        Request(RequestVerb.Create, Services, body: $$$"""{"metadata":{"name":"{{{name}}}"},"spec":{"ports":[{"port":80}]{{{spec}}}}}""");

    private async Task<string[]> TakenAsync(GroupResource resource) =>
        [.. (await _bench.Store.ReadAsync(Protocol.Store.ResourceId.Root(resource), Protocol.Store.ReadAt.Latest, default)).Range(null, null).Select(i => i.Key.Name)];

    [Fact]
    public async Task A_service_gets_an_address_that_is_reserved_in_its_name()
    {
        var spec = (await _bench.JsonAsync(Create("a")))["spec"]!;
        Assert.Equal(("10.0.0.4", "SingleStack", """["IPv4"]"""), ((string?)spec["clusterIP"], (string?)spec["ipFamilyPolicy"], spec["ipFamilies"]!.ToJsonString()));
        var reservation = await _bench.JsonAsync(Request(RequestVerb.Get, Addresses, "10.0.0.4"));
        Assert.Equal(("a", "default"), ((string?)reservation["spec"]!["parentRef"]!["name"], (string?)reservation["spec"]!["parentRef"]!["namespace"]));
    }

    [Fact]
    public async Task Every_address_is_given_once_until_the_range_is_full()
    {
        var given = new HashSet<string?>();
        for (var i = 0; i < 6; i++)
            Assert.True(given.Add((string?)(await _bench.JsonAsync(Create($"s{i}")))["spec"]!["clusterIP"]));
        var status = await _bench.ErrorAsync(Create("more"));
        Assert.Equal((500, "Internal error occurred: failed to allocate a serviceIP: range is full"), (status.Code, status.Message));
    }

    [Fact]
    public async Task Many_at_once_never_share_an_address()
    {
        var bench = PipelineBench.WithAllocation("10.0.0.0/24", 30000, 30002);
        var created = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Task.Run(() => bench.JsonAsync(Create($"s{i}")))));
        Assert.Equal(100, created.Select(s => (string?)s["spec"]!["clusterIP"]).Distinct().Count());
    }

    [Fact]
    public async Task A_deletion_gives_back_what_the_service_had()
    {
        await _bench.RunAsync(Create("a", ""","type":"NodePort" """));
        Assert.Single(await TakenAsync(Reservations.Ports));
        await _bench.RunAsync(Request(RequestVerb.Delete, Services, "a"));
        Assert.Empty(await TakenAsync(Reservations.Addresses));
        Assert.Empty(await TakenAsync(Reservations.Ports));
    }

    [Theory]
    [InlineData(""","clusterIP":"10.0.0.2" """, "Service \"b\" is invalid: spec.clusterIPs: Invalid value: [\"10.0.0.2\"]: failed to allocate IP 10.0.0.2: provided IP is already allocated")]
    [InlineData(""","clusterIP":"10.9.9.9" """, "Service \"b\" is invalid: spec.clusterIPs: Invalid value: [\"10.9.9.9\"]: failed to allocate IP 10.9.9.9: the provided network does not match the current range")]
    [InlineData(""","type":"NodePort","ports":[{"port":80,"nodePort":30001}]""", "Service \"b\" is invalid: spec.ports[0].nodePort: Invalid value: 30001: provided port is already allocated")]
    [InlineData(""","type":"NodePort","ports":[{"port":80,"nodePort":80}]""", "Service \"b\" is invalid: spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-30002")]
    [InlineData(""","ipFamilies":["IPv6"]""", "Service \"b\" is invalid: spec.ipFamilies[0]: Invalid value: \"IPv6\": not configured on this cluster")]
    public async Task What_cannot_be_had_is_a_422_and_takes_nothing(string spec, string message)
    {
        await _bench.RunAsync(Create("a", ""","type":"NodePort","clusterIP":"10.0.0.2","ports":[{"port":80,"nodePort":30001}]"""));
        var status = await _bench.ErrorAsync(Create("b", spec));
        Assert.Equal((422, message), (status.Code, status.Message));
        Assert.Equal(["10.0.0.2"], await TakenAsync(Reservations.Addresses));
        Assert.Equal(["30001"], await TakenAsync(Reservations.Ports));
    }

    [Fact]
    public async Task An_update_that_leaves_out_what_was_given_keeps_it()
    {
        var created = await _bench.JsonAsync(Create("a", ""","type":"NodePort" """));
        var updated = await _bench.JsonAsync(Request(RequestVerb.Update, Services, "a", """{"metadata":{"name":"a"},"spec":{"type":"NodePort","ports":[{"port":80,"name":"w"},{"port":81,"name":"x"}]}}"""));
        Assert.Equal((string?)created["spec"]!["clusterIP"], (string?)updated["spec"]!["clusterIP"]);
        Assert.Equal((int)created["spec"]!["ports"]![0]!["nodePort"]!, (int)updated["spec"]!["ports"]![0]!["nodePort"]!);
        Assert.Equal(2, (await TakenAsync(Reservations.Ports)).Length);
    }

    [Fact]
    public async Task A_service_that_becomes_internal_gives_its_node_port_back()
    {
        var service = await _bench.JsonAsync(Create("a", ""","type":"NodePort" """));
        service["spec"]!["type"] = "ClusterIP";
        var updated = await _bench.JsonAsync(Request(RequestVerb.Update, Services, "a", service.ToJsonString()));
        Assert.Null(updated["spec"]!["ports"]![0]!["nodePort"]);
        Assert.Empty(await TakenAsync(Reservations.Ports));
    }

    private const string Balanced = ""","type":"LoadBalancer","externalTrafficPolicy":"Local","allocateLoadBalancerNodePorts":false""";

    [Theory]
    [InlineData(""","type":"LoadBalancer" """, 1, "", 1)]
    [InlineData(""","type":"LoadBalancer","externalTrafficPolicy":"Local" """, 1, "any", 2)]
    [InlineData(Balanced, 0, "any", 1)]
    [InlineData(Balanced + ""","healthCheckNodePort":30001""", 0, "30001", 1)]
    [InlineData(Balanced + ""","ports":[{"port":80,"nodePort":30002}]""", 1, "any", 2)]
    [InlineData(Balanced + ""","ports":[{"port":80,"nodePort":30002,"name":"a"},{"port":81,"name":"b"}]""", 1, "any", 2)]
    [InlineData(""","type":"LoadBalancer","ports":[{"port":53,"name":"t"},{"port":53,"protocol":"UDP","name":"u"}]""", 2, "", 1)]
    public async Task A_load_balancer_service_gets_node_ports_unless_it_wants_none_and_a_health_check_port_for_local_traffic(string spec, int nodePorts, string health, int taken)
    {
        var made = (await _bench.JsonAsync(Create("a", spec)))["spec"]!;
        Assert.Equal(nodePorts, made["ports"]!.AsArray().Count(p => p!["nodePort"] is not null));
        var port = made["healthCheckNodePort"]?.ToString() ?? "";
        Assert.True(health == "any" ? port.Length > 0 : port == health, port);
        Assert.Equal(taken, (await TakenAsync(Reservations.Ports)).Length);
        await _bench.RunAsync(Request(RequestVerb.Delete, Services, "a"));
        Assert.Empty(await TakenAsync(Reservations.Ports));
    }

    [Theory]
    [InlineData("30001", "failed to allocate requested HealthCheck NodePort 30001: provided port is already allocated")]
    [InlineData("80", "failed to allocate requested HealthCheck NodePort 80: provided port is not in the valid range. The range of valid ports is 30000-30002")]
    public async Task A_health_check_port_that_cannot_be_had_is_an_error(string port, string message)
    {
        await _bench.RunAsync(Create("a", ""","type":"NodePort","ports":[{"port":80,"nodePort":30001}]"""));
        var status = await _bench.ErrorAsync(Create("b", $"{Balanced},\"healthCheckNodePort\":{port}"));
        Assert.Equal((500, $"Internal error occurred: {message}"), (status.Code, status.Message));
        Assert.Equal(["30001"], await TakenAsync(Reservations.Ports));
    }

    [Fact]
    public async Task A_health_check_port_stays_while_traffic_is_local_and_goes_with_it()
    {
        var service = await _bench.JsonAsync(Create("a", Balanced));
        var port = (long)service["spec"]!["healthCheckNodePort"]!;
        var kept = await _bench.JsonAsync(Request(RequestVerb.Update, Services, "a", $$$"""{"metadata":{"name":"a"},"spec":{"ports":[{"port":81}]{{{Balanced}}}}}"""));
        Assert.Equal(port, (long)kept["spec"]!["healthCheckNodePort"]!);
        kept["spec"]!["externalTrafficPolicy"] = "Cluster";
        var gone = await _bench.JsonAsync(Request(RequestVerb.Update, Services, "a", kept.ToJsonString()));
        Assert.Null(gone["spec"]!["healthCheckNodePort"]);
        Assert.Empty(await TakenAsync(Reservations.Ports));
    }

    [Fact]
    public async Task Node_ports_stay_when_a_load_balancer_service_wants_no_more_of_them()
    {
        var service = await _bench.JsonAsync(Create("a", ""","type":"LoadBalancer" """));
        var port = (long)service["spec"]!["ports"]![0]!["nodePort"]!;
        var updated = await _bench.JsonAsync(Request(
            RequestVerb.Update, Services, "a", """{"metadata":{"name":"a"},"spec":{"type":"LoadBalancer","allocateLoadBalancerNodePorts":false,"ports":[{"port":80,"name":"w"},{"port":81,"name":"x"}]}}"""));
        Assert.Equal(port, (long)updated["spec"]!["ports"]![0]!["nodePort"]!);
        Assert.Null(updated["spec"]!["ports"]![1]!["nodePort"]);
    }

    [Theory]
    [InlineData(""","clusterIP":"None" """)]
    [InlineData(""","type":"ExternalName","externalName":"example.com" """)]
    public async Task A_service_without_address_takes_none(string spec)
    {
        await _bench.RunAsync(Create("a", spec));
        Assert.Empty(await TakenAsync(Reservations.Addresses));
    }

    [Fact]
    public async Task A_dry_run_shows_an_address_and_takes_none()
    {
        var shown = await _bench.JsonAsync(Create("a") with { Query = new RequestQuery { DryRun = ["All"] } });
        Assert.Equal("10.0.0.4", (string?)shown["spec"]!["clusterIP"]);
        Assert.Equal(0, _bench.Store.Writes);
    }

    [Theory]
    [InlineData("True", 201)]
    [InlineData("Unknown", 422)]
    [InlineData("False", 422)]
    [InlineData("", 201)]
    public async Task A_range_that_nobody_calls_unready_gives_addresses_too(string ready, int expected)
    {
        var ranges = new GroupVersionResource("networking.k8s.io", "v1", "servicecidrs");
        await _bench.RunAsync(Request(RequestVerb.Create, ranges, body: """{"metadata":{"name":"more"},"spec":{"cidrs":["10.9.0.0/28"]}}"""));
        var status = Request(RequestVerb.Patch, ranges, "more", $$$"""{"status":{"conditions":[{"type":"Ready","status":"{{{ready}}}"}]}}""", "application/merge-patch+json");
        if (ready.Length > 0)
            await _bench.RunAsync(status with { Subresource = "status" });
        var create = Create("a", ""","clusterIP":"10.9.0.3" """);
        if (expected == 201)
            Assert.Equal("10.9.0.3", (string?)(await _bench.JsonAsync(create))["spec"]!["clusterIP"]);
        else
            Assert.Contains("the provided network does not match the current range", (await _bench.ErrorAsync(create)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10.96.0.0/12", "10.96.0.1", 1048574)]
    [InlineData("192.168.1.0/30", "192.168.1.1", 2)]
    public void A_range_leaves_out_the_networks_own_addresses(string network, string first, int count)
    {
        var range = new AddressRange(IPNetwork.Parse(network));
        Assert.Equal((first, count), (range.First, range.Count));
        Assert.True(range.Contains(range.At(count - 1)));
        Assert.False(range.Contains(network[..network.IndexOf('/')]));
    }

    [Theory]
    [InlineData("10.96.0.0/12", 256)]
    [InlineData("10.0.0.0/20", 256)]
    [InlineData("10.0.0.0/22", 64)]
    [InlineData("10.0.0.0/24", 16)]
    [InlineData("10.0.0.0/27", 16)]
    [InlineData("10.0.0.0/28", 0)]
    public void The_first_addresses_of_a_range_are_left_to_those_who_ask_for_them(string network, int count) => Assert.Equal(count, new AddressRange(IPNetwork.Parse(network)).StaticCount);

    [Theory]
    [InlineData(30000, 32767, 86)]
    [InlineData(1, 65535, 128)]
    [InlineData(30000, 30016, 16)]
    [InlineData(30000, 30015, 0)]
    public void The_first_ports_of_a_range_are_left_to_those_who_ask_for_them(int first, int last, int count) => Assert.Equal(count, new PortRange(first, last).StaticCount);

    [Fact]
    public async Task What_is_left_to_those_who_ask_is_given_away_when_the_rest_is_full()
    {
        var bench = PipelineBench.WithAllocation("10.0.0.0/27", 30000, 30017);
        var given = new List<(int Address, long Port)>();
        for (var i = 0; i < 15; i++)
        {
            var spec = (await bench.JsonAsync(Create($"s{i}", i < 3 ? ""","type":"NodePort" """ : "")))["spec"]!;
            given.Add((int.Parse(((string)spec["clusterIP"]!).Split('.')[3]), (long?)spec["ports"]![0]!["nodePort"] ?? 0));
        }
        Assert.All(given.Take(14), static g => Assert.InRange(g.Address, 17, 30));
        Assert.InRange(given[14].Address, 1, 16);
        Assert.Equal([30016, 30017], given.Take(2).Select(static g => g.Port).Order());
        Assert.InRange(given[2].Port, 30000, 30015);
    }
}
