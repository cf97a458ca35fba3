using System.Net;
using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Controllers.Hosting;
using ActorKube.Controllers.Nodes;
using ActorKube.Controllers.Tests.Harness;
using ActorKube.Machinery.Objects;
using Akka.Configuration;
using R = ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Controllers.Tests;

public class NodeIpamTests
{
    private readonly ControllerHarness _h = new();

    private static NodeIpam Ipam(string networks, string services = "10.96.0.0/12") =>
        new(ControllersOptions.From(ConfigurationFactory.ParseString($"actorkube.controllers.node-ipam.cluster-cidrs = [\"{networks.Replace(" ", "\", \"")}\"]")).NodeIpam, [IPNetwork.Parse(services)]);

    private void AddNode(string name, string part = "") =>
        _h.Cluster.Create(R.Nodes, $$"""{"apiVersion":"v1","kind":"Node","metadata":{"name":"{{name}}"},"spec":{{(part.Length > 0 ? $$"""{"podCIDR":"{{part}}","podCIDRs":["{{part}}"]}""" : "{}")}}}""");

    private void AddNodes(params string[] names)
    {
        foreach (var name in names)
            AddNode(name);
        _h.Settle();
    }

    private string PartOf(string node) => string.Join(' ', _h.Cluster.Json(R.Nodes, "", node).Items("spec", "podCIDRs").Select(c => c.Text()));

    private string[] Told(string status) => [.. _h.Events.Where(e => e.Reason == status).Select(e => $"{e.Type} {e.Message}").Distinct()];

    [Fact]
    public void Every_node_gets_a_part_of_the_pod_network_of_its_own()
    {
        AddNode("old", "10.244.1.0/24");
        _h.Run(Ipam("10.244.0.0/16"));
        AddNodes("a", "b", "c");
        Assert.Equal(["10.244.0.0/24", "10.244.2.0/24", "10.244.3.0/24"], new[] { "a", "b", "c" }.Select(PartOf));
        Assert.Equal("10.244.0.0/24", _h.Cluster.Json(R.Nodes, "", "a").Text("spec", "podCIDR"));
    }

    [Fact]
    public void Parts_are_given_in_turn_so_that_one_that_has_just_become_free_comes_last()
    {
        _h.Run(Ipam("10.0.0.0/22"));
        AddNodes("a", "b");
        _h.Cluster.Vanish(R.Nodes, "", "a");
        AddNodes("c");
        Assert.Equal("10.0.2.0/24", PartOf("c"));
        AddNodes("d", "e");
        Assert.Equal(("10.0.3.0/24", "10.0.0.0/24"), (PartOf("d"), PartOf("e")));
    }

    [Fact]
    public void What_was_given_last_is_remembered_for_those_who_come_after_a_restart()
    {
        _h.Run(Ipam("10.0.0.0/22 fd00::/48"));
        AddNodes("a", "b");
        Assert.Equal("10.0.1.0/24 fd00:0:0:1::/64", _h.Memories.Last());
    }

    [Theory]
    [InlineData("10.0.1.0/24", "10.0.2.0/24 10.0.3.0/24 10.0.0.0/24 10.0.1.0/24")]
    [InlineData("10.0.3.0/24", "10.0.0.0/24 10.0.1.0/24 10.0.2.0/24 10.0.3.0/24")]
    [InlineData("10.0.1.0/25", "10.0.0.0/24 10.0.1.0/24 10.0.2.0/24 10.0.3.0/24")]
    [InlineData("10.9.1.0/24", "10.0.0.0/24 10.0.1.0/24 10.0.2.0/24 10.0.3.0/24")]
    [InlineData("fd00:0:0:1::/64", "10.0.0.0/24 10.0.1.0/24 10.0.2.0/24 10.0.3.0/24")]
    public void A_pool_goes_on_after_the_part_that_was_given_last(string last, string parts)
    {
        var pool = new CidrPool(IPNetwork.Parse("10.0.0.0/22"), 24);
        pool.ContinueAfter(IPNetwork.Parse(last));
        Assert.Equal(parts.Split(' ').Append(""), Enumerable.Range(0, 5).Select(_ => pool.Next()?.ToString() ?? ""));
    }

    [Theory]
    [InlineData("10.0.0.0/24", "10.0.1.0/24 10.0.2.0/24 10.0.3.0/24")]
    [InlineData("10.0.1.128/25", "10.0.0.0/24 10.0.2.0/24 10.0.3.0/24")]
    [InlineData("10.0.2.0/23", "10.0.0.0/24 10.0.1.0/24")]
    [InlineData("10.0.0.0/22", "")]
    [InlineData("10.0.0.0/8", "")]
    [InlineData("10.0.4.0/24", "10.0.0.0/24 10.0.1.0/24 10.0.2.0/24 10.0.3.0/24")]
    [InlineData("fd00::/64", "10.0.0.0/24 10.0.1.0/24 10.0.2.0/24 10.0.3.0/24")]
    public void A_pool_gives_no_part_that_overlaps_with_what_is_used(string used, string parts)
    {
        var pool = new CidrPool(IPNetwork.Parse("10.0.0.0/22"), 24);
        pool.Occupy(IPNetwork.Parse(used));
        Assert.Equal(parts.Split(' ', StringSplitOptions.RemoveEmptyEntries), Enumerable.Range(0, 5).Select(_ => pool.Next()?.ToString()).OfType<string>());
    }

    [Fact]
    public void Two_families_give_each_node_two_parts_and_exhaustion_is_told()
    {
        _h.Run(Ipam("10.0.0.0/23 fd00::/48"));
        foreach (var node in (string[])["a", "b", "c", "d"])
            AddNode(node);
        _h.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(("10.0.1.0/24 fd00:0:0:1::/64", ""), (PartOf("b"), PartOf("c")));
        Assert.Equal(["Normal Node c status is now: CIDRNotAvailable", "Normal Node d status is now: CIDRNotAvailable"], Told("CIDRNotAvailable"));
        _h.Cluster.Vanish(R.Nodes, "", "a");
        _h.Settle();
        Assert.Equal("10.0.0.0/24 fd00:0:0:2::/64", PartOf("c"));
    }

    [Fact]
    public void A_part_that_cannot_be_written_down_is_told_and_given_again()
    {
        _h.Run(Ipam("10.0.0.0/22"));
        _h.Cluster.Fault = static (verb, address) => verb == "patch" && address.Name == "b" ? ApiErrors.ServiceUnavailable("down") : null;
        AddNodes("a", "b", "c");
        Assert.Equal(["Normal Node b status is now: CIDRAssignmentFailed"], Told("CIDRAssignmentFailed"));
        Assert.Equal(("10.0.0.0/24", "", "10.0.2.0/24"), (PartOf("a"), PartOf("b"), PartOf("c")));
        _h.Cluster.Fault = null;
        _h.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("10.0.1.0/24", PartOf("b"));
    }

    [Fact]
    public void A_node_that_is_being_deleted_keeps_its_part_until_it_is_gone()
    {
        _h.Run(Ipam("10.0.0.0/24"));
        AddNodes("a");
        _h.Cluster.Change(R.Nodes, "", "a", n => n["metadata"]!["finalizers"] = new JsonArray("example.com/kept"));
        _h.Cluster.Delete(new(R.Nodes, "", "a"));
        AddNodes("b");
        Assert.Equal("", PartOf("b"));
        _h.Cluster.Vanish(R.Nodes, "", "a");
        _h.Settle();
        Assert.Equal("10.0.0.0/24", PartOf("b"));
    }

    [Theory]
    [InlineData("10.0.0.0/25", "10.0.1.0/24")]
    [InlineData("10.0.0.0/16", "")]
    [InlineData("10.96.0.0/12", "10.0.0.0/24")]
    public void No_node_gets_what_overlaps_with_the_addresses_of_services(string services, string given)
    {
        _h.Run(Ipam("10.0.0.0/23", services));
        AddNode("a");
        _h.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(given, PartOf("a"));
    }

    [Theory]
    [InlineData("cluster-cidrs = [\"10.0.0.0/25\"]", "node-mask-ipv4 has to be a prefix length that a node's part of 10.0.0.0/25 can have; it is '24'")]
    [InlineData("cluster-cidrs = [\"fd00::/47\"]", "node-mask-ipv6 has to be a prefix length that a node's part of fd00::/47 can have; it is '64'")]
    [InlineData("cluster-cidrs = [\"10.0.0.0/16\", \"10.1.0.0/16\"]", "cluster-cidrs has to be at most one network of each address family")]
    [InlineData("cluster-cidrs = [\"10.0.0.0\"]", "cluster-cidrs has to be a list of networks")]
    [InlineData("service-cidrs = [\"10.96.0.0/12\"]", "node-ipam.service-cidrs is not a setting")]
    public void Networks_that_cannot_be_cut_are_refused_before_anything_starts(string setting, string message) => Assert.Contains(
        message,
        Assert.Throws<ConfigurationException>(() => ControllersOptions.From(ConfigurationFactory.ParseString($"actorkube.controllers.node-ipam.{setting}"))).Message,
        StringComparison.Ordinal);
}
