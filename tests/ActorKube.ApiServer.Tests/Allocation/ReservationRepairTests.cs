using System.Net;
using ActorKube.Api.Names;
using ActorKube.ApiServer.Allocation;
using ActorKube.ApiServer.Allocation.Repair;
using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Tests.Fakes;
using ActorKube.Protocol.Store;
using Microsoft.Extensions.Logging.Abstractions;
using static ActorKube.ApiServer.Tests.Fakes.PipelineBench;

namespace ActorKube.ApiServer.Tests.Allocation;

public sealed class ReservationRepairTests
{
    private static readonly GroupVersionResource Services = new("", "v1", "services");
    private static readonly GroupVersionResource Addresses = new("networking.k8s.io", "v1", "ipaddresses");
    private readonly PipelineBench _bench = WithAllocation("10.0.0.0/24", 30000, 32767);
    private readonly Reservations _reservations;

    public ReservationRepairTests() => _reservations = new Reservations(_bench.Store, _bench.Identities, _bench.Time);

    private Task ServiceAsync(string name, string ip, long port = 0) => _bench.RunAsync(Request(RequestVerb.Create, Services, body:
        $$$"""{"metadata":{"name":"{{{name}}}"},"spec":{"type":"NodePort","clusterIP":"{{{ip}}}","ports":[{"port":80,"nodePort":{{{port}}}}]}}"""));

    private Task AddressAsync(string ip, string parent, string labels = """{"ipaddress.kubernetes.io/managed-by":"ipallocator.k8s.io","ipaddress.kubernetes.io/ip-family":"IPv4"}""") =>
        _bench.RunAsync(Request(RequestVerb.Create, Addresses, body: $$$"""{"metadata":{"name":"{{{ip}}}","labels":{{{labels}}}},"spec":{"parentRef":{{{parent}}}}}"""));

    private static string Of(string service) => $$"""{"resource":"services","namespace":"default","name":"{{service}}"}""";

    /// <summary>Repairs a little later, and gives what people are told.</summary>
    private async Task<string[]> RepairAsync(string network = "10.0.0.0/24", int lastPort = 32767, int after = 300)
    {
        _bench.Time.Advance(TimeSpan.FromSeconds(after));
        var told = new List<string>();
        var ranges = new ServiceRanges(_bench.Store, new AddressRange(IPNetwork.Parse(network)));
        await new ReservationRepair(_bench.Store, _reservations, ranges, new PortRange(30000, lastPort), _bench.Time)
            .RunAsync("root", (_, e) => told.Add($"{e.About.Key.Name} {e.Type} {e.Reason}: {e.Message}"), default);
        return [.. told];
    }

    private async Task<string> HeldAsync(GroupResource resource) => string.Join(' ', (await _bench.Store.ReadAsync(ResourceId.Root(resource), ReadAt.Latest, default)).Range(null, null)
        .Select(r => $"{r.Key.Name}={Reservations.OwnerOf(r).Name}"));

    [Fact]
    public async Task What_fits_is_left_alone()
    {
        await ServiceAsync("a", "10.0.0.5", 30005);
        var before = _bench.Store.Content;
        Assert.Empty(await RepairAsync());
        Assert.Equal(before, _bench.Store.Content);
    }

    [Fact]
    public async Task What_is_used_and_not_reserved_is_reserved()
    {
        await ServiceAsync("a", "10.0.0.5", 30005);
        var key = new ObjectKey("default", "a");
        await _reservations.ReleaseAsync("root", Reservations.Addresses, "10.0.0.5", key, default);
        await _reservations.ReleaseAsync("root", Reservations.Ports, "30005", key, default);
        Assert.Equal(
            ["a Warning ClusterIPNotAllocated: Cluster IP [IPv4]: 10.0.0.5 is not allocated; repairing", "a Warning PortNotAllocated: Port 30005 is not allocated; repairing"], await RepairAsync());
        Assert.Equal(("10.0.0.5=a", "30005=a"), (await HeldAsync(Reservations.Addresses), await HeldAsync(Reservations.Ports)));
        Assert.Empty(await RepairAsync());
    }

    [Fact]
    public async Task What_is_reserved_and_not_used_is_given_back()
    {
        await ServiceAsync("a", "10.0.0.5", 30005);
        await AddressAsync("10.0.0.6", Of("gone"));
        await AddressAsync("10.0.0.7", Of("a"));
        await AddressAsync("10.0.0.8", """{"group":"example.com","resource":"widgets","name":"w"}""");
        await AddressAsync("10.0.0.9", Of("gone"), """{"ipaddress.kubernetes.io/managed-by":"somebody.else"}""");
        await _reservations.TryTakeAsync("root", Reservations.Ports, "30006", new ObjectKey("default", "gone"), default);
        Assert.Equal(
            [
                "10.0.0.6 Warning IPAddressNotAllocated: IPAddress: 10.0.0.6 for Service default/gone appears to have leaked: cleaning up",
                "10.0.0.7 Warning IPAddressWrongReference: IPAddress: 10.0.0.7 for Service default/a has a wrong reference; cleaning up",
                "10.0.0.8 Warning IPAddressNotAllocated: IPAddress 10.0.0.8 appears to have been modified, not referencing a Service &ParentReference{Group:example.com,Resource:widgets,Namespace:,Name:w,}: cleaning up",
            ],
            (await RepairAsync()).Order());
        Assert.Equal(("10.0.0.5=a 10.0.0.9=gone", "30005=a"), (await HeldAsync(Reservations.Addresses), await HeldAsync(Reservations.Ports)));
    }

    [Fact]
    public async Task A_young_reservation_may_belong_to_a_write_under_way()
    {
        await AddressAsync("10.0.0.6", Of("soon"));
        Assert.Empty(await RepairAsync(after: 30));
        Assert.Equal("10.0.0.6=soon", await HeldAsync(Reservations.Addresses));
    }

    [Theory]
    [InlineData("""{"resource":"widgets","name":"w"}""")]
    [InlineData("""{"resource":"services","namespace":"default","name":"gone"}""")]
    public async Task A_wrong_reference_is_replaced(string parent)
    {
        await ServiceAsync("a", "10.0.0.5", 30005);
        await _reservations.ReleaseAsync("root", Reservations.Addresses, "10.0.0.5", new ObjectKey("default", "a"), default);
        await AddressAsync("10.0.0.5", parent);
        Assert.Equal(["a Warning ClusterIPNotAllocated: the ClusterIP [IPv4]: 10.0.0.5 for Service default/a has a wrong reference; repairing"], await RepairAsync());
        Assert.Equal("10.0.0.5=a", await HeldAsync(Reservations.Addresses));
    }

    [Fact]
    public async Task An_address_that_is_said_to_be_anothers_who_does_not_use_it_is_given_to_its_user()
    {
        await ServiceAsync("a", "10.0.0.5", 30005);
        await ServiceAsync("b", "10.0.0.6", 30006);
        await _reservations.ReleaseAsync("root", Reservations.Addresses, "10.0.0.5", new ObjectKey("default", "a"), default);
        await AddressAsync("10.0.0.5", Of("b"));
        Assert.Equal(
            [
                "10.0.0.5 Warning IPAddressWrongReference: IPAddress: 10.0.0.5 for Service default/b has a wrong reference; cleaning up",
                "a Warning ClusterIPNotAllocated: Cluster IP [IPv4]: 10.0.0.5 is not allocated; repairing",
            ],
            await RepairAsync());
        Assert.Equal("10.0.0.5=a 10.0.0.6=b", await HeldAsync(Reservations.Addresses));
        Assert.Empty(await RepairAsync());
    }

    [Fact]
    public async Task Lost_labels_are_put_back_without_a_word()
    {
        await ServiceAsync("a", "10.0.0.5", 30005);
        await _bench.RunAsync(Request(RequestVerb.Patch, Addresses, "10.0.0.5", """{"metadata":{"labels":null}}""", "application/merge-patch+json"));
        Assert.Empty(await RepairAsync());
        var labels = (await _bench.JsonAsync(Request(RequestVerb.Get, Addresses, "10.0.0.5")))["metadata"]!["labels"]!;
        Assert.Equal("ipallocator.k8s.io", (string?)labels["ipaddress.kubernetes.io/managed-by"]);
    }

    [Fact]
    public async Task What_only_people_can_mend_is_told()
    {
        await ServiceAsync("a", "10.0.0.5", 30005);
        await ServiceAsync("b", "10.0.0.6", 30006);
        // As a restored backup could bring it: the same address and port twice.
        var stored = (await _bench.Store.ReadAsync(ResourceId.Root(Services.Resource), ReadAt.Latest, default)).Find(new ObjectKey("default", "b"))!;
        var tree = Decode(stored);
        tree["spec"]!["clusterIP"] = "10.0.0.5";
        tree["spec"]!["clusterIPs"]![0] = "10.0.0.5";
        tree["spec"]!["ports"]![0]!["nodePort"] = 30005;
        await _bench.Store.WriteAsync(ResourceId.Root(Services.Resource), new ReplaceObject(stored.Key, stored.Revision, Api.Json.ObjectEncoder.Encode(tree)), default);
        Assert.Contains("b Warning ClusterIPAlreadyAllocated: Cluster IP [IPv4]:10.0.0.5 was assigned to multiple services; please recreate service", await RepairAsync());
        Assert.Contains("b Warning PortAlreadyAllocated: Port 30005 was assigned to multiple services; please recreate service", await RepairAsync());
        Assert.Equal(
            [
                "a Warning ClusterIPOutOfRange: Cluster IP [IPv4]: 10.0.0.5 is not within any configured Service CIDR; please recreate service",
                "a Warning PortOutOfRange: Port 30005 is not within the port range 30000-30001; please recreate service",
            ],
            (await RepairAsync("10.1.0.0/24", 30001)).Where(t => t[0] == 'a'));
    }

    [Theory]
    [InlineData("deleted")]
    [InlineData("changed")]
    public async Task An_address_that_somebody_takes_away_from_its_service_is_put_right_at_once(string how)
    {
        await ServiceAsync("a", "10.0.0.5", 30005);
        await ServiceAsync("b", "10.0.0.6", 30006);
        var id = ResourceId.Root(Reservations.Addresses);
        var ranges = new ServiceRanges(_bench.Store, new AddressRange(IPNetwork.Parse("10.0.0.0/24")));
        var repair = new ReservationRepair(_bench.Store, _reservations, ranges, new PortRange(30000, 32767), _bench.Time);
        await using var loop = new ServiceRepairLoop(
            repair, new AddressWatch(_bench.Store, "root", _bench.Time, NullLogger.Instance), _bench.Client, TimeSpan.FromMinutes(3), _bench.Time, NullLogger.Instance);
        using var watch = await _bench.Store.WatchAsync(id, (await _bench.Store.ReadAsync(id, ReadAt.Latest, default)).Revision, Api.Objects.ObjectFilter.All, default);
        await _bench.RunAsync(Request(RequestVerb.Delete, Services, "b"));
        await _bench.RunAsync(how == "deleted"
            ? Request(RequestVerb.Delete, Addresses, "10.0.0.5")
            : Request(RequestVerb.Patch, Addresses, "10.0.0.5", """{"metadata":{"labels":null}}""", "application/merge-patch+json"));
        var seen = new List<string>();
        while (!seen.Contains("Added 10.0.0.5") && await watch.WaitAsync(TestContext.Current.CancellationToken))
            while (watch.TryRead(out var change))
                seen.Add($"{change.Type} {change.Object.Key.Name}");
        Assert.Equal(["Deleted 10.0.0.6", .. how == "changed" ? ["Modified 10.0.0.5"] : Array.Empty<string>(), "Deleted 10.0.0.5", "Added 10.0.0.5"], seen);
    }
}
