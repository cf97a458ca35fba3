using System.Collections.Immutable;
using ActorKube.NodeAgent.Network;

namespace ActorKube.NodeAgent.Tests.Network;

public sealed class RoutePlannerTests
{
    /// <summary>Nodes are <c>name=range,range@address,address</c>, routes <c>range&gt;gateway</c>; the own node is <c>me=10.1.0.0/24@172.16.0.1</c>.</summary>
    [Theory]
    [InlineData("", "", "")]
    [InlineData("b=10.1.1.0/24@172.16.0.2", "", "+10.1.1.0/24>172.16.0.2")]
    [InlineData("b=10.1.1.0/24@172.16.0.2", "10.1.1.0/24>172.16.0.2", "")]
    [InlineData("b=10.1.1.0/24@172.16.0.3", "10.1.1.0/24>172.16.0.2", "~10.1.1.0/24>172.16.0.3")]
    [InlineData("", "10.1.1.0/24>172.16.0.2", "-10.1.1.0/24>172.16.0.2")]
    [InlineData("b=@172.16.0.2", "", "")]
    [InlineData("b=10.1.1.0/24,fd00:1::/64@172.16.0.2,fd00:f::2", "", "+10.1.1.0/24>172.16.0.2 +fd00:1::/64>fd00:f::2")]
    [InlineData("b=10.1.1.0/24@172.16.0.2 c=10.1.2.0/24@172.16.0.3", "10.1.1.0/24>172.16.0.2 10.1.9.0/24>172.16.0.9", "+10.1.2.0/24>172.16.0.3 -10.1.9.0/24>172.16.0.9")]
    [InlineData("twin=10.1.1.0/24@172.16.0.1", "", "")]
    [InlineData("me=10.1.0.0/24@172.16.0.1", "", "")]
    public void Every_pod_range_of_another_node_has_one_route_and_nothing_else_has(string nodes, string present, string expected) => Assert.Equal(expected, Describe(Plan(nodes, present)));

    [Theory]
    [InlineData("b=10.1.1.0/24@", "node b has no internal address that 10.1.1.0/24 can be reached by")]
    [InlineData("b=fd00:1::/64@172.16.0.2", "node b has no internal address that fd00:1::/64 can be reached by")]
    [InlineData("b=pods@172.16.0.2", "pods of node b is no range")]
    [InlineData("b=0.0.0.0/0@172.16.0.2", "0.0.0.0/0 of node b lies outside the pod networks (10.0.0.0/8, fd00::/16); the agent's settings name them (cni.routes.cluster-cidrs)")]
    [InlineData("b=8.8.8.0/24@172.16.0.2", "8.8.8.0/24 of node b lies outside the pod networks (10.0.0.0/8, fd00::/16); the agent's settings name them (cni.routes.cluster-cidrs)")]
    [InlineData("b=10.0.0.0/7@172.16.0.2", "10.0.0.0/7 of node b lies outside the pod networks (10.0.0.0/8, fd00::/16); the agent's settings name them (cni.routes.cluster-cidrs)")]
    [InlineData("b=10.200.0.0/16@10.200.0.2", "10.200.0.0/16 of node b contains addresses of nodes")]
    [InlineData("b=10.1.0.128/25@172.16.0.2", "10.1.0.128/25 of node b overlaps pods of another node")]
    [InlineData("b=10.1.1.0/24@172.16.0.2 c=10.1.0.0/16@172.16.0.3", "10.1.0.0/16 of node c overlaps pods of another node")]
    public void A_range_that_would_draw_others_traffic_is_refused(string nodes, string why) => Assert.Equal([why], Plan(nodes, "").Refused);

    [Fact]
    public void There_is_a_most()
    {
        var nodes = Enumerable.Range(0, RoutePlanner.Most + 2).Select(i => new PeerNode($"n{i:D5}", [$"10.{100 + i / 256}.{i % 256}.0/24"], [$"172.20.{i / 256}.{i % 256}"]));
        var plan = RoutePlanner.Plan(Own, nodes, [], Networks);
        Assert.Equal((RoutePlanner.Most, 2), (plan.Add.Length, plan.Refused.Length));
    }

    private static readonly string[] Networks = ["10.0.0.0/8", "fd00::/16"];

    private static PeerNode Own => Node("me=10.1.0.0/24@172.16.0.1");

    private static RoutePlan Plan(string nodes, string present) => RoutePlanner.Plan(Own, Words(nodes).Select(Node), Words(present).Select(Route), Networks);

    private static PeerNode Node(string text) => text.Split('=', '@') is [var name, var ranges, var addresses]
        ? new PeerNode(name, List(ranges), List(addresses))
        : throw new FormatException(text);

    private static PodRoute Route(string text) => text.Split('>') is [var destination, var gateway] ? new PodRoute(destination, gateway) : throw new FormatException(text);

    private static ImmutableArray<string> List(string text) => [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries)];

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static string Describe(RoutePlan plan) => string.Join(
        ' ',
        plan.Add.Select(r => $"+{r.Destination}>{r.Gateway}").Concat(plan.Replace.Select(r => $"~{r.Destination}>{r.Gateway}")).Concat(plan.Remove.Select(r => $"-{r.Destination}>{r.Gateway}")));
}
