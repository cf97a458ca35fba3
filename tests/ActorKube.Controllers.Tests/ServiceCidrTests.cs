using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Controllers.Services.Cidrs;
using ActorKube.Controllers.Tests.Harness;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;

namespace ActorKube.Controllers.Tests;

public class ServiceCidrTests
{
    private static readonly GroupVersionResource Ranges = new("networking.k8s.io", "v1", "servicecidrs");
    private static readonly GroupVersionResource Addresses = new("networking.k8s.io", "v1", "ipaddresses");
    private readonly ControllerHarness _h = new ControllerHarness().Run(new ServiceCidrReconciler());

    private void AddRange(string name, string cidr) =>
        _h.Cluster.Create(Ranges, $$$"""{"apiVersion":"networking.k8s.io/v1","kind":"ServiceCIDR","metadata":{"name":"{{{name}}}"},"spec":{"cidrs":["{{{cidr}}}"]}}""");

    private void AddAddress(string ip, string managedBy = "ipallocator.k8s.io") => _h.Cluster.Create(Addresses,
        $$$$"""{"apiVersion":"networking.k8s.io/v1","kind":"IPAddress","metadata":{"name":"{{{{ip}}}}","labels":{"ipaddress.kubernetes.io/managed-by":"{{{{managedBy}}}}"}}}""");

    private void Delete(string name) => _h.Cluster.Delete(new ObjectAddress(Ranges, "", name));

    private string Ready(string name)
    {
        var condition = _h.Cluster.Json(Ranges, "", name).Items("status", "conditions").Single();
        return $"{condition.Text("type")}={condition.Text("status")} {condition.Text("reason")}: {condition.Text("message")}";
    }

    [Fact]
    public void A_range_is_protected_and_ready()
    {
        AddRange("a", "10.1.0.0/24");
        _h.Settle();
        Assert.Equal("Ready=True : Kubernetes Service CIDR is ready", Ready("a"));
        Assert.Equal([ServiceCidrReconciler.Finalizer], _h.Cluster.Find(Ranges, "", "a")!.Head.Finalizers);
        var writes = _h.Cluster.Log.Count;
        AddAddress("10.1.0.9");
        _h.Advance(TimeSpan.FromHours(1));
        Assert.Equal(writes + 1, _h.Cluster.Log.Count);
    }

    [Fact]
    public void A_range_that_cannot_be_said_to_be_ready_is_told()
    {
        _h.Cluster.Fault = static (verb, address) => verb == "patch" && address.Subresource == "status" ? ApiErrors.ServiceUnavailable("down") : null;
        AddRange("a", "10.1.0.0/24");
        _h.Settle();
        Assert.Equal(
            "a Warning KubernetesServiceCIDRError: The ServiceCIDR Status can not be set to Ready=True",
            Assert.Single(_h.Events.Select(e => $"{e.About.Key.Name} {e.Type} {e.Reason}: {e.Message}").Distinct()));
        _h.Cluster.Fault = null;
        _h.Advance(TimeSpan.FromMinutes(1));
        Assert.StartsWith("Ready=True", Ready("a"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_range_stays_until_its_last_address_goes()
    {
        AddRange("a", "10.1.0.0/24");
        AddAddress("10.1.0.9");
        _h.Settle();
        Delete("a");
        _h.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("Ready=False Terminating: There are still IPAddresses referencing the ServiceCIDR, please remove them or create a new ServiceCIDR", Ready("a"));
        _h.Cluster.Vanish(Addresses, "", "10.1.0.9");
        _h.Settle();
        Assert.Null(_h.Cluster.Find(Ranges, "", "a"));
    }

    [Theory]
    [InlineData("10.0.0.0/8", true)]
    [InlineData("10.1.0.0/25", true)]
    [InlineData("10.1.0.128/25", false)]
    [InlineData("10.2.0.0/24", false)]
    public void Another_range_may_take_over_its_addresses(string other, bool goes)
    {
        AddRange("a", "10.1.0.0/24");
        AddRange("b", other);
        AddAddress("10.1.0.9");
        AddAddress("10.1.0.200", "somebody.else");
        _h.Settle();
        Delete("a");
        _h.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(goes, _h.Cluster.Find(Ranges, "", "a") is null);
    }

    [Fact]
    public void Allocators_are_given_time_to_notice()
    {
        AddRange("a", "10.1.0.0/24");
        _h.Settle();
        Delete("a");
        _h.Advance(TimeSpan.FromSeconds(9));
        Assert.NotNull(_h.Cluster.Find(Ranges, "", "a"));
        _h.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(_h.Cluster.Find(Ranges, "", "a"));
    }

    [Theory]
    [InlineData("10.1.0.0/24", "10.1.0.0", true)]
    [InlineData("10.1.0.0/24", "10.1.0.255", true)]
    [InlineData("10.1.0.0/24", "10.1.0.254", false)]
    [InlineData("fd00::/120", "fd00::", true)]
    [InlineData("fd00::/120", "fd00::ff", false)]
    public void An_address_that_no_service_is_given_keeps_no_range(string range, string address, bool goes)
    {
        AddRange("a", range);
        AddAddress(address);
        _h.Settle();
        Delete("a");
        _h.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(goes, _h.Cluster.Find(Ranges, "", "a") is null);
    }

    [Fact]
    public void An_address_that_comes_while_its_range_leaves_is_told_at_once()
    {
        AddRange("a", "10.1.0.0/24");
        _h.Settle();
        Delete("a");
        _h.Settle();
        AddAddress("10.1.0.9");
        _h.Settle();
        Assert.StartsWith("Ready=False Terminating", Ready("a"), StringComparison.Ordinal);
    }
}
