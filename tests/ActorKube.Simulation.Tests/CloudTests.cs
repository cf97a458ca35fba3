using ActorKube.Api.Names;
using ActorKube.Machinery.Objects;
using ActorKube.Testing.Simulation;
using static ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Simulation.Tests;

/// <summary>All controllers with those of the cloud, whose machines and calls follow annotations.</summary>
public sealed class CloudTests : IDisposable
{
    private readonly SimulatedCluster _cluster = new(new SimulationOptions { Cloud = true });

    public void Dispose()
    {
        Assert.Empty(_cluster.Strays);
        _cluster.Dispose();
    }

    [Fact]
    public void A_service_gets_its_load_balancer_when_the_cloud_has_stopped_failing_and_gives_it_back_when_it_goes()
    {
        Balancer("web", """ "simulated.actorkube.io/cloud-error": "quota exceeded" """);
        _cluster.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal("", Address("web"));
        Assert.Contains(_cluster.EventsOf("web"), e => e.StartsWith("SyncLoadBalancerFailed: Error syncing load balancer: failed to ensure load balancer: quota exceeded", StringComparison.Ordinal));
        // Five seconds that double.
        Assert.InRange(_cluster.Controllers.Single(c => c.Name == "service-lb-controller").Failures, 4, 10);

        Annotate(Services, "default", "web", """ "simulated.actorkube.io/cloud-error": null, "simulated.actorkube.io/cloud-delay": "20" """);
        _cluster.Advance(TimeSpan.FromMinutes(6));
        Assert.StartsWith("203.0.113.", Address("web"));
        Assert.Contains(_cluster.EventsOf("web"), e => e.StartsWith("EnsuredLoadBalancer: Ensured load balancer", StringComparison.Ordinal));

        Balancer("other", "");
        _cluster.Advance(TimeSpan.FromSeconds(5));
        Assert.NotEqual(Address("web"), Address("other"));
        var given = Address("web");
        _cluster.Delete(Services, "default", "web");
        _cluster.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(["kubernetes", "other"], _cluster.Stored(Services).Select(s => s.Key.Name));
        Balancer("next", "");
        _cluster.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(given, Address("next"));
    }

    [Fact]
    public void A_node_whose_machine_is_gone_goes_and_its_pods_run_elsewhere()
    {
        _cluster.Create(Deployments, Manifests.Deployment("web", 6));
        _cluster.Advance(TimeSpan.FromMinutes(1));
        var lost = _cluster.List(Pods)[0].Text("spec", "nodeName");
        Annotate(Nodes, "", lost, """ "simulated.actorkube.io/instance": "gone" """);
        _cluster.Advance(TimeSpan.FromMinutes(2));
        // The cloud is asked only about nodes that are not ready.
        Assert.Equal(3, _cluster.Stored(Nodes, null).Count);

        _cluster.SetAlive(lost, alive: false);
        _cluster.Advance(TimeSpan.FromMinutes(2));
        Assert.DoesNotContain(_cluster.Stored(Nodes, null), n => n.Key.Name == lost);
        Assert.Equal(6, _cluster.Get(Deployments, "web").Number("status", "availableReplicas"));
        Assert.DoesNotContain(_cluster.List(Pods), p => p.Text("spec", "nodeName") == lost);
        Assert.Contains(_cluster.EventsOf(lost), e => e.StartsWith("DeletingNode: Deleting node", StringComparison.Ordinal));
    }

    [Fact]
    public void A_node_whose_machine_is_switched_off_takes_no_pods_until_it_is_back()
    {
        Annotate(Nodes, "", "node-2", """ "simulated.actorkube.io/instance": "shutdown" """);
        _cluster.SetAlive("node-2", alive: false);
        _cluster.Advance(TimeSpan.FromMinutes(2));
        Assert.Contains("node.cloudprovider.kubernetes.io/shutdown", Taints("node-2"));
        Annotate(Nodes, "", "node-2", """ "simulated.actorkube.io/instance": null """);
        _cluster.SetAlive("node-2", alive: true);
        _cluster.Advance(TimeSpan.FromMinutes(2));
        Assert.Empty(Taints("node-2"));
    }

    private IEnumerable<string> Taints(string node) => _cluster.Get(Nodes, node, "").Items("spec", "taints").Select(t => t.Text("key"));

    private string Address(string service) => _cluster.Get(Services, service).Items("status", "loadBalancer", "ingress").FirstOrDefault().Text("ip");

    private void Annotate(GroupVersionResource resource, string ns, string name, string annotations) =>
        _cluster.Patch(resource, ns, name, $$"""{ "metadata": { "annotations": { {{annotations}} } } }""");

    private void Balancer(string name, string annotations) => _cluster.Create(Services, $$"""
        { "apiVersion": "v1", "kind": "Service", "metadata": { "namespace": "default", "name": "{{name}}", "annotations": { {{annotations}} } },
          "spec": { "type": "LoadBalancer", "selector": { "app": "web" }, "ports": [ { "port": 80 } ] } }
        """);
}
