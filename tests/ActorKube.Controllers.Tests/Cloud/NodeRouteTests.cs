using System.Net;
using System.Text.Json.Nodes;
using ActorKube.Controllers.Cloud;
using ActorKube.Controllers.Cloud.Routes;
using ActorKube.Machinery.Objects;
using R = ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Controllers.Tests.Cloud;

public class NodeRouteTests
{
    private readonly CloudHarness _h = new();

    public NodeRouteTests() => _h.Kubernetes.Run(new NodeRoutes([IPNetwork.Parse("10.244.0.0/16"), IPNetwork.Parse("fd00:244::/48")], TimeSpan.FromSeconds(10)));

    private void AddNode(string name, params string[] cidrs) => _h.AddNode(name, spec: $"\"podCIDRs\":[{string.Join(',', cidrs.Select(c => $"\"{c}\""))}]");

    private async Task<string[]> RoutesAsync() => [.. (await _h.Cloud.ListAsync(default)).Select(r => $"{r.TargetNode} {r.Cidr}").Order(StringComparer.Ordinal)];

    private string Condition(string node)
    {
        var condition = _h.Kubernetes.Cluster.Json(R.Nodes, "", node).Items("status", "conditions").FirstOrDefault(c => c.Text("type") == "NetworkUnavailable");
        return condition is null ? "" : $"{condition.Text("status")} {condition.Text("reason")} {condition.Text("message")}";
    }

    [Fact]
    public async Task Every_pod_range_gets_a_route_and_its_node_a_condition()
    {
        AddNode("n1", "10.244.0.0/24", "fd00:244::/64");
        AddNode("n2", "10.244.1.0/24");
        AddNode("n3");
        _h.Kubernetes.Settle();
        Assert.Equal(["n1 10.244.0.0/24", "n1 fd00:244::/64", "n2 10.244.1.0/24"], await RoutesAsync());
        Assert.Equal("False RouteCreated RouteController created a route", Condition("n1"));
        Assert.Equal("False RouteCreated RouteController created a route", Condition("n2"));
        Assert.Equal("", Condition("n3"));
        Assert.Equal(
            ["create n1", "create n1", "create n2"],
            _h.Kubernetes.Decisions.SelectMany(d => d.Writes).Where(w => w.Resource == "routes").Select(w => $"{w.Verb} {w.Object}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_route_goes_with_its_node_and_foreign_routes_stay()
    {
        await _h.Cloud.CreateAsync(new CloudRoute("x", "gone", "10.244.9.0/24"), default);
        await _h.Cloud.CreateAsync(new CloudRoute("y", "other", "172.16.0.0/24"), default);
        await _h.Cloud.CreateAsync(new CloudRoute("z", "n1", "10.244.0.0/24", Blackhole: true), default);
        AddNode("n1", "10.244.0.0/24");
        AddNode("n2", "10.244.1.0/24");
        _h.Kubernetes.Settle();
        Assert.DoesNotContain("gone 10.244.9.0/24", await RoutesAsync());
        _h.Kubernetes.Cluster.Vanish(R.Nodes, "", "n2");
        _h.Kubernetes.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(["n1 10.244.0.0/24", "other 172.16.0.0/24"], await RoutesAsync());
    }

    [Fact]
    public async Task A_node_that_is_being_deleted_is_reached_until_it_is_gone()
    {
        AddNode("n1", "10.244.0.0/24");
        _h.Kubernetes.Cluster.Change(R.Nodes, "", "n1", n => n["metadata"]!["finalizers"] = new JsonArray("example.com/kept"));
        _h.Kubernetes.Cluster.Delete(new(R.Nodes, "", "n1"));
        _h.Kubernetes.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(["n1 10.244.0.0/24"], await RoutesAsync());
    }

    [Fact]
    public async Task A_node_that_has_a_route_and_no_pods_of_its_own_is_not_reached()
    {
        await _h.Cloud.CreateAsync(new CloudRoute("x", "n1", "172.16.0.0/24"), default);
        AddNode("n1");
        AddNode("n2", "10.244.1.0/24");
        _h.Kubernetes.Settle();
        Assert.Equal("True NoRouteCreated RouteController failed to create a route", Condition("n1"));
    }

    [Fact]
    public async Task What_is_in_the_way_goes_before_anything_comes_in_its_place()
    {
        var h = new CloudHarness();
        await h.Cloud.CreateAsync(new CloudRoute("x", "gone", "10.244.0.0/24"), default);
        var rounds = new List<string>();
        var outside = h.Kubernetes.Outside!;
        h.Kubernetes.Outside = (call, cancel) =>
        {
            rounds.Add($"{h.Kubernetes.Turns} {call.Verb}");
            return outside(call, cancel);
        };
        h.Kubernetes.Run(new NodeRoutes([IPNetwork.Parse("10.244.0.0/16")], TimeSpan.FromSeconds(10)));
        h.AddNode("n1", spec: "\"podCIDRs\":[\"10.244.0.0/24\"]");
        h.Kubernetes.Settle();
        Assert.Equal(["0 list", "1 delete", "2 create"], rounds);
        Assert.Equal("n1", Assert.Single(await h.Cloud.ListAsync(default)).TargetNode);
    }

    [Fact]
    public void A_node_without_its_route_says_so_until_the_cloud_makes_it()
    {
        _h.Faults = c => c is { Name: "create-route", Subject: "n1" } ? "route table is full" : null;
        AddNode("n1", "10.244.0.0/24");
        AddNode("n2", "10.244.1.0/24");
        _h.Kubernetes.Settle();
        Assert.Equal("True NoRouteCreated RouteController failed to create a route", Condition("n1"));
        Assert.StartsWith("False", Condition("n2"), StringComparison.Ordinal);
        Assert.Contains(_h.Events, e => e.StartsWith("Warning FailedToCreateRoute: Could not create route uid-", StringComparison.Ordinal) && e.EndsWith(" 10.244.0.0/24 for node n1: route table is full", StringComparison.Ordinal));
        _h.Faults = _ => null;
        _h.Kubernetes.Advance(TimeSpan.FromSeconds(10));
        Assert.StartsWith("False RouteCreated", Condition("n1"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_cloud_that_lost_its_routes_gets_them_again_and_a_steady_one_is_only_listed()
    {
        AddNode("n1", "10.244.0.0/24");
        _h.Kubernetes.Settle();
        _h.Calls.Clear();
        _h.Kubernetes.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(Enumerable.Repeat("list-routes", 6), _h.Calls);
    }
}
