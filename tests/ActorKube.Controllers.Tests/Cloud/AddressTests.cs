using System.Net;
using System.Text.Json.Nodes;
using ActorKube.Controllers.Cloud;
using ActorKube.Controllers.Cloud.Providers.Addresses;
using ActorKube.Controllers.Hosting;
using ActorKube.Controllers.Tests.Harness;
using ActorKube.Testing.Fakes;
using Akka.Configuration;
using Microsoft.Extensions.Time.Testing;
using R = ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Controllers.Tests.Cloud;

public class AddressTests
{
    private static BalancedService Service(string spec = "", string annotations = "") => BalancedService.Project(Manifests.Object(
        $$$"""{"metadata":{"namespace":"default","name":"s","uid":"u","annotations":{{{{annotations}}}}},"spec":{"type":"LoadBalancer"{{{spec}}}}}"""));

    private static HashSet<IPAddress> Ips(string list) => [.. list.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(IPAddress.Parse)];

    [Theory]
    [InlineData("10.0.0.0/24", "10.0.0.1", "10.0.0.254")]
    [InlineData("10.0.0.4/31", "10.0.0.4", "10.0.0.5")]
    [InlineData("10.0.0.4/32", "10.0.0.4", "10.0.0.4")]
    [InlineData("10.0.0.7", "10.0.0.7", "10.0.0.7")]
    [InlineData("10.0.0.7 - 10.0.1.2", "10.0.0.7", "10.0.1.2")]
    [InlineData("fd00::/120", "fd00::1", "fd00::ff")]
    [InlineData("::/0", "::1", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")]
    public void A_range_is_a_network_two_ends_or_one_address(string text, string first, string last)
    {
        var range = AddressRange.Parse(text);
        Assert.Equal(first, range.LowestFree(Ips(""))!.ToString());
        Assert.True(range.Contains(IPAddress.Parse(last)));
    }

    [Theory]
    [InlineData("10.0.0.0/33")]
    [InlineData("10.0.0.9-10.0.0.1")]
    [InlineData("10.0.0.1-fd00::1")]
    [InlineData("1-2-3")]
    [InlineData("")]
    public void A_malformed_range_is_refused_by_its_text(string text)
    {
        Assert.Contains($"'{text}'", Assert.Throws<FormatException>(() => AddressRange.Parse(text)).Message);
        var refused = Assert.Throws<ConfigurationException>(() => ControllersOptions.From(ConfigurationFactory.ParseString($"actorkube.controllers.cloud.load-balancer-pools = [\"lan={text}\"]")));
        Assert.Contains("cloud.load-balancer-pools has to be a list of pools", refused.Message);
    }

    [Theory]
    // Lowest free one, whoever has others.
    [InlineData("", "", "", "10.0.0.1,10.0.0.2", "10.0.0.3")]
    // What it has stays, even though lower ones are free.
    [InlineData("", "", "10.0.0.9", "", "10.0.0.9")]
    // What it has and no pool has any more is replaced.
    [InlineData("", "", "172.16.0.1", "", "10.0.0.1")]
    // What another one has too is replaced.
    [InlineData("", "", "10.0.0.9", "10.0.0.9", "10.0.0.1")]
    [InlineData(",\"loadBalancerIP\":\"10.0.0.77\"", "", "10.0.0.9", "", "10.0.0.77")]
    [InlineData(",\"loadBalancerIP\":\"10.0.0.77\"", "\"cloud.actorkube.io/load-balancer-ips\":\"10.0.0.78\"", "", "", "10.0.0.78")]
    [InlineData(",\"loadBalancerIP\":\"10.0.0.77\"", "", "", "10.0.0.77", "!address 10.0.0.77 is taken by another service")]
    [InlineData(",\"loadBalancerIP\":\"172.16.0.1\"", "", "", "", "!address 172.16.0.1 is in no address pool")]
    [InlineData(",\"loadBalancerIP\":\"tomorrow\"", "", "", "", "!\"tomorrow\" is not an IP address")]
    [InlineData(",\"loadBalancerIP\":\"fd00::5\"", "", "", "", "!address fd00::5 is of a family that the service does not have")]
    [InlineData("", "\"cloud.actorkube.io/address-pool\":\"other\"", "10.0.0.9", "", "192.168.0.1")]
    [InlineData(",\"loadBalancerIP\":\"10.0.0.77\"", "\"cloud.actorkube.io/address-pool\":\"other\"", "", "", "!address 10.0.0.77 is not in pool \"other\"")]
    [InlineData("", "\"cloud.actorkube.io/address-pool\":\"none\"", "", "", "!there is no address pool \"none\"")]
    [InlineData("", "\"cloud.actorkube.io/address-pool\":\"other\"", "", "192.168.0.1,192.168.0.2", "!address pool \"other\" has no free address")]
    [InlineData(",\"ipFamilies\":[\"IPv6\",\"IPv4\"]", "", "", "", "fd00::1,10.0.0.1")]
    [InlineData(",\"ipFamilies\":[\"IPv6\",\"IPv4\"]", "\"cloud.actorkube.io/load-balancer-ips\":\"10.0.0.5,fd00::7\"", "", "", "fd00::7,10.0.0.5")]
    [InlineData(",\"ipFamilies\":[\"IPv4\",\"IPv6\"],\"ipFamilyPolicy\":\"PreferDualStack\"", "\"cloud.actorkube.io/address-pool\":\"other\"", "", "", "192.168.0.1")]
    [InlineData(",\"ipFamilies\":[\"IPv4\",\"IPv6\"],\"ipFamilyPolicy\":\"RequireDualStack\"", "\"cloud.actorkube.io/address-pool\":\"other\"", "", "", "!address pool \"other\" has no free address")]
    public void A_service_gets_what_it_asks_for_or_what_it_has_or_the_lowest_free_address(string spec, string annotations, string own, string taken, string expected)
    {
        var pools = AddressPools.Parse(["lan=10.0.0.0/24,fd00::/120", "other=192.168.0.1-192.168.0.2"]);
        string Choose() => string.Join(',', AddressChoice.Choose(pools, Service(spec, annotations), Ips(own), Ips(taken)));
        if (expected.StartsWith('!'))
            Assert.Equal(expected[1..], Assert.Throws<AddressException>(Choose).Message);
        else
            Assert.Equal(expected, Choose());
    }

    [Fact]
    public async Task Two_services_at_once_never_get_the_same_address_although_no_status_shows_it_yet()
    {
        var cluster = new MemoryCluster(new FakeTimeProvider());
        var balancers = new PooledBalancers(AddressPools.Parse(["10.0.0.0/24"]), cluster);
        var services = Enumerable.Range(0, 50).Select(i => Create(cluster, $"s{i}")).ToArray();
        var given = await Task.WhenAll(services.Select(s => Task.Run(() => balancers.EnsureAsync(s, [], default))));
        Assert.Equal(50, given.Select(g => g.Ingress.Single().Ip).Distinct().Count());
        Assert.Equal(given[7], await balancers.EnsureAsync(services[7], [], default));
    }

    [Fact]
    public async Task Where_two_services_show_the_same_address_the_older_one_keeps_it()
    {
        var time = new FakeTimeProvider();
        var cluster = new MemoryCluster(time);
        var balancers = new PooledBalancers(AddressPools.Parse(["10.0.0.0/24"]), cluster);
        Create(cluster, "older", "10.0.0.1");
        time.Advance(TimeSpan.FromSeconds(1));
        Create(cluster, "younger", "10.0.0.1");
        Assert.Equal("10.0.0.2", await EnsureAsync(cluster, balancers, "younger"));
        Assert.Equal("10.0.0.1", await EnsureAsync(cluster, balancers, "older"));
    }

    [Fact]
    public async Task An_address_is_free_again_when_its_service_is_gone()
    {
        var cluster = new MemoryCluster(new FakeTimeProvider());
        var balancers = new PooledBalancers(AddressPools.Parse(["10.0.0.1"]), cluster);
        Create(cluster, "a");
        Create(cluster, "b");
        Assert.Equal("10.0.0.1", await EnsureAsync(cluster, balancers, "a"));
        await Assert.ThrowsAsync<AddressException>(() => EnsureAsync(cluster, balancers, "b"));
        cluster.Vanish(R.Services, "default", "a");
        Assert.Equal("10.0.0.1", await EnsureAsync(cluster, balancers, "b"));
    }

    private static async Task<string> EnsureAsync(MemoryCluster cluster, PooledBalancers balancers, string name) =>
        (await balancers.EnsureAsync(BalancedService.Project(cluster.Find(R.Services, "default", name)!), [], default)).Ingress.Single().Ip;

    private static BalancedService Create(MemoryCluster cluster, string name, string? ip = null)
    {
        var item = cluster.Create(R.Services, $$$"""{"metadata":{"namespace":"default","name":"{{{name}}}"},"spec":{"type":"LoadBalancer"}}""");
        if (ip is not null)
            item = cluster.Change(R.Services, "default", name, s => s["status"] = new JsonObject { ["loadBalancer"] = new JsonObject { ["ingress"] = new JsonArray(new JsonObject { ["ip"] = ip }) } });
        return BalancedService.Project(item);
    }
}
