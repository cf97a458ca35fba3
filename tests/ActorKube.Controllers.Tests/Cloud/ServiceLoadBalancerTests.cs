using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Controllers.Cloud;
using ActorKube.Controllers.Cloud.Balancers;
using ActorKube.Controllers.Shell;
using ActorKube.Controllers.Tests.Harness;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Reconciling;
using R = ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Controllers.Tests.Cloud;

public class ServiceLoadBalancerTests
{
    private readonly CloudHarness _h = new();

    private CloudHarness Run()
    {
        _h.Kubernetes.Run(new ServiceLoadBalancers(), new ControllerSettings { MinInterval = TimeSpan.Zero, Backoff = CloudHarness.Options.BalancerBackoff });
        return _h;
    }

    private string[] Finalizers(string name) => [.. _h.Kubernetes.Cluster.Json(R.Services, "default", name).Items("metadata", "finalizers").Select(f => f.Text())];

    private void Change(string name, Action<JsonObject> change)
    {
        _h.Kubernetes.Cluster.Change(R.Services, "default", name, change);
        _h.Kubernetes.Settle();
    }

    [Fact]
    public void A_service_gets_a_finalizer_then_a_load_balancer_then_its_address()
    {
        Run().AddNode("n1");
        _h.AddService("web");
        _h.Kubernetes.Settle();
        Assert.Equal(["10.112.0.1 VIP"], _h.IngressOf("web"));
        Assert.Equal(["service.kubernetes.io/load-balancer-cleanup"], Finalizers("web"));
        Assert.Equal(["ensure-load-balancer default/web"], _h.Calls);
        Assert.Equal(["patch services/status default/web", "patch services/status default/web"], _h.Kubernetes.Cluster.Log.Where(l => l.StartsWith("patch", StringComparison.Ordinal)));
        Assert.Equal(["Normal EnsuringLoadBalancer: Ensuring load balancer", "Normal EnsuredLoadBalancer: Ensured load balancer"], _h.Events);
        var ensured = Assert.Single(_h.Kubernetes.Decisions, d => d.Writes.Any(w => w.Resource == "loadbalancers"));
        Assert.Equal(["ensure loadbalancers", "patch services/status"], ensured.Writes.Select(w => $"{w.Verb} {w.Resource}"));
    }

    [Fact]
    public void A_deleted_service_goes_when_its_load_balancer_has_gone()
    {
        Run().AddNode("n1");
        _h.AddService("web");
        _h.Kubernetes.Settle();
        _h.Kubernetes.Events.Clear();
        _h.Kubernetes.Cluster.Delete(new(R.Services, "default", "web"));
        _h.Kubernetes.Settle();
        Assert.Null(_h.Kubernetes.Cluster.Find(R.Services, "default", "web"));
        Assert.Equal(["Normal DeletingLoadBalancer: Deleting load balancer", "Normal DeletedLoadBalancer: Deleted load balancer"], _h.Events);
        Assert.Equal(["ensure-load-balancer default/web", "find-load-balancer default/web", "delete-load-balancer default/web"], _h.Calls);
        _h.AddService("next");
        _h.Kubernetes.Settle();
        Assert.Equal(["10.112.0.1 VIP"], _h.IngressOf("next"));
    }

    [Fact]
    public void What_somebody_else_gave_to_a_service_is_left_for_them_to_take_back()
    {
        Run().AddNode("n1");
        _h.AddService("web", ",\"loadBalancerClass\":\"example.com/other\"", ",\"finalizers\":[\"service.kubernetes.io/load-balancer-cleanup\"]");
        Change("web", static s => s["status"] = JsonNode.Parse("""{"loadBalancer":{"ingress":[{"ip":"192.0.2.1"}]}}"""));
        _h.Kubernetes.Cluster.Delete(new(R.Services, "default", "web"));
        _h.Kubernetes.Settle();
        Assert.Equal(["service.kubernetes.io/load-balancer-cleanup"], Finalizers("web"));
        Assert.Empty(_h.Calls);
    }

    [Fact]
    public void Services_of_one_uid_keep_no_other_from_its_address()
    {
        Run().AddNode("n1");
        foreach (var name in (ReadOnlySpan<string>)["a", "b"])
            _h.AddService(name, metadata: ",\"uid\":\"restored\"");
        _h.AddService("web");
        _h.Kubernetes.Settle();
        Assert.NotEmpty(_h.IngressOf("web"));
    }

    [Fact]
    public void A_service_of_another_type_loses_load_balancer_address_and_finalizer()
    {
        Run().AddNode("n1");
        _h.AddService("web");
        _h.Kubernetes.Settle();
        Change("web", s => s["spec"]!["type"] = "ClusterIP");
        Assert.Empty(_h.IngressOf("web"));
        Assert.Empty(Finalizers("web"));
        Change("web", s => s["spec"]!["type"] = "LoadBalancer");
        Assert.Equal(["10.112.0.1 VIP"], _h.IngressOf("web"));
    }

    [Theory]
    [InlineData("ClusterIP", "")]
    [InlineData("NodePort", "")]
    [InlineData("LoadBalancer", ",\"loadBalancerClass\":\"example.com/other\"")]
    public void A_service_that_wants_none_of_ours_is_left_alone(string type, string spec)
    {
        Run().AddNode("n1");
        _h.AddService("web", spec, type: type);
        _h.Kubernetes.Settle();
        Assert.Empty(_h.Calls);
        Assert.Empty(Finalizers("web"));
    }

    [Fact]
    public void What_does_not_concern_the_load_balancer_asks_nothing_of_the_cloud()
    {
        Run().AddNode("n1");
        _h.AddService("web");
        _h.Kubernetes.Settle();
        Change("web", s => s.Child("metadata").Child("labels")["a"] = "b");
        _h.Kubernetes.Cluster.Change(R.Nodes, "", "n1", n => n.Child("status")["heartbeat"] = "1");
        _h.Kubernetes.Advance(TimeSpan.FromHours(1));
        Assert.Single(_h.Calls);
    }

    [Theory]
    [InlineData("loadBalancerSourceRanges", "[\"10.0.0.0/8\"]")]
    [InlineData("externalTrafficPolicy", "\"Local\"")]
    [InlineData("healthCheckNodePort", "30999")]
    [InlineData("sessionAffinity", "\"ClientIP\"")]
    [InlineData("ports", "[{\"port\":81,\"nodePort\":30081}]")]
    public void A_change_of_the_spec_is_ensured_once(string field, string value)
    {
        Run().AddNode("n1");
        _h.AddService("web");
        _h.Kubernetes.Settle();
        Change("web", s => s["spec"]![field] = JsonNode.Parse(value));
        Assert.Equal(["ensure-load-balancer default/web", "ensure-load-balancer default/web"], _h.Calls);
    }

    [Fact]
    public void Nodes_that_come_and_go_are_told_to_the_load_balancer()
    {
        Run().AddNode("n1");
        _h.AddService("web");
        _h.Kubernetes.Settle();
        _h.AddNode("n2", ready: "False");
        _h.Kubernetes.Settle();
        Assert.Equal("update-load-balancer default/web", _h.Calls[^1]);
        Assert.Equal("Normal UpdatedLoadBalancer: Updated load balancer with new hosts", _h.Events.Last());
        _h.Kubernetes.Cluster.Change(R.Nodes, "", "n1", n => n.Child("metadata").Child("labels")["node.kubernetes.io/exclude-from-external-load-balancers"] = "");
        _h.Kubernetes.Cluster.Change(R.Nodes, "", "n2", n => n["spec"] = JsonNode.Parse("""{"taints":[{"key":"ToBeDeletedByClusterAutoscaler","effect":"NoSchedule"}]}"""));
        _h.Kubernetes.Settle();
        Assert.Equal("Warning UnAvailableLoadBalancer: There are no available nodes for LoadBalancer", _h.Events.Last());
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("true", false)]
    [InlineData("yes", false)]
    [InlineData("false", true)]
    [InlineData("0", true)]
    public void A_node_is_left_out_by_a_label_that_does_not_say_no(string label, bool balanced)
    {
        Run().AddNode("n1", metadata: $",\"labels\":{{\"node.kubernetes.io/exclude-from-external-load-balancers\":\"{label}\"}}");
        _h.AddService("web");
        _h.Kubernetes.Settle();
        Assert.Equal(!balanced, _h.Events.Contains("Warning UnAvailableLoadBalancer: There are no available nodes for LoadBalancer"));
    }

    [Fact]
    public void A_node_that_is_about_to_be_removed_is_told_with_the_next_change_so_that_connections_may_end()
    {
        Run().AddNode("n1");
        _h.AddNode("n2");
        _h.AddService("web");
        _h.Kubernetes.Settle();
        _h.Kubernetes.Cluster.Change(R.Nodes, "", "n2", n => n["spec"] = JsonNode.Parse("""{"taints":[{"key":"ToBeDeletedByClusterAutoscaler","effect":"NoSchedule"}]}"""));
        _h.Kubernetes.Settle();
        Assert.Single(_h.Calls);
        _h.AddNode("n3");
        _h.Kubernetes.Settle();
        Assert.Equal("update-load-balancer default/web", _h.Calls[^1]);
    }

    [Theory]
    [InlineData(1, "[n001 n002]", 2)]
    [InlineData(24, "[n001 n002 n003 n004 n005 n006 n007 n008 n009 n010 n011 n012 n013 n014 n015 n016 n017 n018 n019 n020 <5 more>]", 25)]
    public void A_load_balancer_that_cannot_be_told_of_nodes_is_ensured_for_them(int more, string names, int number)
    {
        Run().AddNode("n001");
        _h.AddService("web");
        _h.Kubernetes.Settle();
        _h.Faults = c => c.Name == "update-load-balancer" ? "busy" : null;
        for (var i = 2; i < 2 + more; i++)
            _h.AddNode($"n{i:000}");
        _h.Kubernetes.Settle();
        Assert.Contains($"Warning UpdateLoadBalancerFailed: Error updating load balancer with new hosts {names} [node names limited, total number of nodes: {number}], error: busy", _h.Events);
        Assert.Equal(["update-load-balancer default/web", "find-load-balancer default/web", "ensure-load-balancer default/web"], _h.Calls.Skip(1));
        _h.Kubernetes.Advance(TimeSpan.FromHours(1));
        Assert.Equal(4, _h.Calls.Count);
    }

    [Fact]
    public void A_load_balancer_that_has_vanished_is_made_again_without_a_warning()
    {
        var outside = _h.Kubernetes.Outside!;
        _h.Kubernetes.Outside = (call, cancel) => call is FindBalancer ? Task.FromResult(new OutsideAnswer(call, null, null)) : outside(call, cancel);
        _h.Faults = c => c.Name == "update-load-balancer" ? "no such load balancer" : null;
        Run().AddNode("n1");
        _h.AddService("web");
        _h.Kubernetes.Settle();
        _h.Kubernetes.Events.Clear();
        _h.AddNode("n2");
        _h.Kubernetes.Settle();
        Assert.Equal(["Normal EnsuringLoadBalancer: Ensuring load balancer", "Normal EnsuredLoadBalancer: Ensured load balancer"], _h.Events);
    }

    [Fact]
    public void A_service_that_went_without_waiting_leaves_no_load_balancer_behind()
    {
        Run().AddNode("n1");
        _h.AddService("web");
        _h.Kubernetes.Settle();
        _h.Kubernetes.Events.Clear();
        _h.Faults = c => c.Name == "delete-load-balancer" ? "busy" : null;
        _h.Kubernetes.Cluster.Vanish(R.Services, "default", "web");
        _h.Kubernetes.Settle();
        Assert.Equal(["Normal DeletingLoadBalancer: Deleting load balancer", "Warning DeleteLoadBalancerFailed: Error deleting load balancer: busy"], _h.Events);
        _h.Faults = _ => null;
        _h.Kubernetes.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("Normal DeletedLoadBalancer: Deleted load balancer", _h.Events.Last());
        var calls = _h.Calls.Count;
        _h.Kubernetes.Advance(TimeSpan.FromHours(1));
        Assert.Equal(calls, _h.Calls.Count);
    }

    [Fact]
    public void A_service_of_the_same_name_gets_a_load_balancer_of_its_own()
    {
        Run().AddNode("n1");
        _h.AddService("web");
        _h.Kubernetes.Settle();
        _h.Kubernetes.Cluster.Vanish(R.Services, "default", "web");
        _h.AddService("web");
        _h.Kubernetes.Settle();
        Assert.Equal(["ensure-load-balancer default/web", "delete-load-balancer default/web", "ensure-load-balancer default/web"], _h.Calls);
        Assert.NotEmpty(_h.IngressOf("web"));
    }

    [Fact]
    public void A_service_that_lost_its_finalizer_and_its_type_loses_its_load_balancer_too()
    {
        Run().AddNode("n1");
        _h.AddService("web");
        _h.Kubernetes.Settle();
        Change("web", static s =>
        {
            s["metadata"]!.AsObject().Remove("finalizers");
            s["spec"]!["type"] = "ClusterIP";
        });
        Assert.Empty(_h.IngressOf("web"));
        Assert.Equal("Normal DeletedLoadBalancer: Deleted load balancer", _h.Events.Last());
    }

    [Theory]
    [InlineData(0, "failed to add load balancer cleanup finalizer: down")]
    [InlineData(1, "failed to update load balancer status: down")]
    [InlineData(2, "failed to remove load balancer cleanup finalizer: down")]
    public void Writes_that_fail_are_told(int before, string message)
    {
        var writes = 0;
        Run().AddNode("n1");
        _h.AddService("web");
        _h.Kubernetes.Cluster.Fault = (verb, address) => verb == "patch" && address.Resource == R.Services && writes++ >= before ? ApiErrors.ServiceUnavailable("down") : null;
        _h.Kubernetes.Settle();
        _h.Kubernetes.Cluster.Delete(new(R.Services, "default", "web"));
        _h.Kubernetes.Settle();
        Assert.Contains($"Warning SyncLoadBalancerFailed: Error syncing load balancer: {message}", _h.Events);
    }

    [Fact]
    public void A_failing_cloud_is_asked_again_with_back_off_and_events_say_why()
    {
        _h.Faults = c => c.Name == "ensure-load-balancer" ? "quota exceeded" : null;
        Run().AddNode("n1");
        _h.AddService("web");
        _h.Kubernetes.Advance(TimeSpan.FromMinutes(10));
        // 5 s doubling to 5 min: tries at 0, 5, 15, 35, 75, 155, 315 and 615 s.
        Assert.Equal(7, _h.Calls.Count);
        Assert.Contains("Warning SyncLoadBalancerFailed: Error syncing load balancer: failed to ensure load balancer: quota exceeded", _h.Events);
        Assert.Contains(_h.Kubernetes.Decisions, d => d.Writes.Any(w => w is { Verb: "ensure", Error: "quota exceeded" }));
        _h.Faults = _ => null;
        _h.Kubernetes.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(["10.112.0.1 VIP"], _h.IngressOf("web"));
    }

    [Fact]
    public void A_service_stays_while_the_cloud_cannot_delete_its_load_balancer()
    {
        Run().AddNode("n1");
        _h.AddService("web");
        _h.Kubernetes.Settle();
        _h.Faults = c => c.Name == "delete-load-balancer" ? "busy" : null;
        _h.Kubernetes.Cluster.Delete(new(R.Services, "default", "web"));
        _h.Kubernetes.Advance(TimeSpan.FromSeconds(4));
        Assert.Contains("Warning SyncLoadBalancerFailed: Error syncing load balancer: failed to delete load balancer: busy", _h.Events);
        Assert.NotNull(_h.Kubernetes.Cluster.Find(R.Services, "default", "web"));
        _h.Faults = _ => null;
        _h.Kubernetes.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(_h.Kubernetes.Cluster.Find(R.Services, "default", "web"));
    }

    [Fact]
    public void Failing_writes_lead_to_few_attempts_and_no_second_load_balancer()
    {
        Run().AddNode("n1");
        _h.AddService("web");
        _h.Kubernetes.Cluster.Fault = (verb, address) =>
            verb == "patch" && address.Resource == R.Services && Finalizers("web").Length > 0 ? ApiErrors.ServiceUnavailable("down") : null;
        _h.Kubernetes.Advance(TimeSpan.FromMinutes(10));
        Assert.Single(_h.Calls);
        Assert.InRange(_h.Kubernetes.Cluster.Log.Count(l => l.StartsWith("patch services", StringComparison.Ordinal)), 5, 9);
        _h.Kubernetes.Cluster.Fault = null;
        _h.Kubernetes.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(["10.112.0.1 VIP"], _h.IngressOf("web"));
    }

    [Fact]
    public void A_controller_that_starts_anew_keeps_every_address()
    {
        Run().AddNode("n1");
        _h.AddService("a");
        _h.AddService("b");
        _h.Kubernetes.Settle();
        var before = (_h.IngressOf("a")[0], _h.IngressOf("b")[0]);
        var after = new CloudHarness();
        foreach (var item in _h.Kubernetes.Cluster[R.Services].All.OrderByDescending(s => s.Key))
            after.Kubernetes.Cluster.Create(R.Services, item.Edit().ToJsonString());
        after.Kubernetes.Run(new ServiceLoadBalancers());
        after.Kubernetes.Settle();
        Assert.Equal(before, (after.IngressOf("a")[0], after.IngressOf("b")[0]));
    }
}
