using ActorKube.Api.Errors;
using ActorKube.Controllers.Accounts;
using ActorKube.Controllers.Namespaces;
using ActorKube.Controllers.Tests.Harness;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;
using static ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Controllers.Tests;

public class NamespaceTests
{
    private readonly ControllerHarness _h = new();

    public NamespaceTests()
    {
        _h.Catalog.Serve("Pod", Pods).Serve("ConfigMap", ConfigMaps).Serve("Secret", Secrets).Serve("Namespace", WellKnownResources.Namespaces, namespaced: false).Serve("Node", WellKnownResources.Nodes, namespaced: false);
        _h.Cluster.Create(WellKnownResources.Namespaces, """{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"team"},"spec":{"finalizers":["kubernetes"]}}""");
    }

    private void Delete() => _h.Cluster.Delete(new ObjectAddress(WellKnownResources.Namespaces, "", "team"));

    private void Add(Api.Names.GroupVersionResource resource, string kind, string name, string extra = "") =>
        _h.Cluster.Create(resource, $$$"""{"apiVersion":"v1","kind":"{{{kind}}}","metadata":{"namespace":"team","name":"{{{name}}}"{{{extra}}}},"spec":{"nodeName":"n1","terminationGracePeriodSeconds":30}}""");

    [Fact]
    public void An_empty_namespace_is_gone_at_once()
    {
        _h.Run(new NamespaceReconciler());
        Delete();
        _h.Settle();
        Assert.Null(_h.Cluster.Find(WellKnownResources.Namespaces, "", "team"));
    }

    [Fact]
    public void A_namespace_in_use_is_left_alone()
    {
        _h.Run(new NamespaceReconciler()).Settle();
        Assert.DoesNotContain(_h.Cluster.Log, l => !l.StartsWith("create", StringComparison.Ordinal));
    }

    [Fact]
    public void Everything_in_it_is_deleted_and_pods_before_all_else()
    {
        _h.Run(new NamespaceReconciler());
        Add(Pods, "Pod", "p");
        Add(ConfigMaps, "ConfigMap", "c1");
        Add(ConfigMaps, "ConfigMap", "c2");
        Add(Secrets, "Secret", "s");
        Delete();
        _h.Settle();
        Assert.NotNull(_h.Cluster.Find(Pods, "team", "p")!.Head.Deleted);
        Assert.Equal(2, _h.Cluster[ConfigMaps].All.Count);
        var status = _h.Cluster.Json(WellKnownResources.Namespaces, "", "team")["status"];
        var remaining = status.Items("conditions").Single(c => c.Text("type") == "NamespaceContentRemaining");
        Assert.Equal("Some resources are remaining: configmaps. has 2 resource instances, pods. has 1 resource instances, secrets. has 1 resource instances", remaining.Text("message"));

        _h.Cluster.Vanish(Pods, "team", "p");
        _h.Advance(TimeSpan.FromSeconds(40));
        Assert.Null(_h.Cluster.Find(WellKnownResources.Namespaces, "", "team"));
        Assert.Empty(_h.Cluster[ConfigMaps].All);
        Assert.Empty(_h.Cluster[Secrets].All);
    }

    [Fact]
    public void A_finalizer_keeps_the_namespace_and_is_named_in_its_conditions()
    {
        _h.Run(new NamespaceReconciler());
        Add(ConfigMaps, "ConfigMap", "held", ",\"finalizers\":[\"example.com/hold\"]");
        Delete();
        _h.Advance(TimeSpan.FromSeconds(10));
        var condition = _h.Cluster.Json(WellKnownResources.Namespaces, "", "team").Items("status", "conditions").Single(c => c.Text("type") == "NamespaceFinalizersRemaining");
        Assert.Equal("Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances", condition.Text("message"));
        Assert.InRange(_h.Turns, 1, 60);
        _h.Cluster.Vanish(ConfigMaps, "team", "held");
        _h.Advance(TimeSpan.FromSeconds(2));
        Assert.Null(_h.Cluster.Find(WellKnownResources.Namespaces, "", "team"));
    }

    [Fact]
    public void A_failing_deletion_is_told_and_retried_with_back_off()
    {
        _h.Run(new NamespaceReconciler());
        Add(ConfigMaps, "ConfigMap", "c");
        _h.Cluster.Fault = (verb, address) => verb == "deletecollection" ? ApiErrors.Internal("disk on fire") : null;
        Delete();
        _h.Advance(TimeSpan.FromSeconds(5));
        var condition = _h.Cluster.Json(WellKnownResources.Namespaces, "", "team").Items("status", "conditions").Single(c => c.Text("type") == "NamespaceDeletionContentFailure");
        Assert.Contains("disk on fire", condition.Text("message"), StringComparison.Ordinal);
        Assert.InRange(_h.Cluster.Log.Count(l => l.StartsWith("deletecollection", StringComparison.Ordinal)), 3, 40);
        _h.Cluster.Fault = null;
        _h.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(_h.Cluster.Find(WellKnownResources.Namespaces, "", "team"));
    }

    [Fact]
    public void Every_active_namespace_has_a_default_service_account_again_and_again()
    {
        _h.Run(new ServiceAccountReconciler()).Settle();
        Assert.NotNull(_h.Cluster.Find(ServiceAccounts, "team", "default"));
        _h.Cluster.Vanish(ServiceAccounts, "team", "default");
        _h.Settle();
        Assert.NotNull(_h.Cluster.Find(ServiceAccounts, "team", "default"));
        Delete();
        _h.Cluster.Vanish(ServiceAccounts, "team", "default");
        _h.Settle();
        Assert.Null(_h.Cluster.Find(ServiceAccounts, "team", "default"));
    }

    [Fact]
    public void The_root_ca_is_published_and_put_right()
    {
        _h.Run(new RootCaPublisher("PEM")).Settle();
        Assert.Equal("PEM", _h.Cluster.Json(ConfigMaps, "team", "kube-root-ca.crt").Text("data", "ca.crt"));
        _h.Cluster.Change(ConfigMaps, "team", "kube-root-ca.crt", m => m["data"]!["ca.crt"] = "forged");
        _h.Settle();
        Assert.Equal("PEM", _h.Cluster.Json(ConfigMaps, "team", "kube-root-ca.crt").Text("data", "ca.crt"));
        _h.Cluster.Vanish(ConfigMaps, "team", "kube-root-ca.crt");
        _h.Settle();
        Assert.NotNull(_h.Cluster.Find(ConfigMaps, "team", "kube-root-ca.crt"));
    }
}
