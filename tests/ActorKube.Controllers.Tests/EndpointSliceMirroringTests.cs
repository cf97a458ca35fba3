using System.Text.Json.Nodes;
using ActorKube.Api.Names;
using ActorKube.Controllers.Services.Mirroring;
using ActorKube.Controllers.Tests.Harness;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;
using static ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Controllers.Tests;

public class EndpointSliceMirroringTests
{
    private static readonly GroupVersionResource ServiceResource = WellKnownResources.Services;
    private readonly ControllerHarness _h = new ControllerHarness().Run(new EndpointSliceMirroring(max: 3));

    public EndpointSliceMirroringTests() =>
        _h.Cluster.Create(ServiceResource, """{"apiVersion":"v1","kind":"Service","metadata":{"namespace":"default","name":"db"},"spec":{"clusterIP":"10.0.0.1","ports":[{"port":5432}]}}""");

    private void Write(string subsets, string metadata = "") => _h.Cluster.Create(Endpoints,
        $$$"""{"apiVersion":"v1","kind":"Endpoints","metadata":{"namespace":"default","name":"db"{{{metadata}}}},"subsets":{{{subsets}}}}""");

    private IEnumerable<string> Slices => _h.Cluster[EndpointSlices].All.Select(s => s.Edit()).Select(s =>
        $"{s.Text("addressType")} {string.Join(',', s.Items("ports").Select(p => p.Number("port")))} {string.Join(',', s.Items("endpoints").Select(e => $"{e["addresses"]![0].Text()}:{e.Flag("conditions", "ready")}"))}").Order();

    [Fact]
    public void Each_subset_and_family_becomes_a_slice_owned_by_the_endpoints()
    {
        Write("""[{"addresses":[{"ip":"1.1.1.1"},{"ip":"fd00::1"}],"notReadyAddresses":[{"ip":"1.1.1.2"}],"ports":[{"name":"pg","port":5432,"protocol":"TCP"}]}]""",
            ",\"labels\":{\"a\":\"b\"},\"annotations\":{\"c\":\"d\",\"kubectl.kubernetes.io/last-applied-configuration\":\"{}\"}");
        _h.Settle();
        Assert.Equal(["IPv4 5432 1.1.1.1:True,1.1.1.2:False", "IPv6 5432 fd00::1:True"], Slices);
        var slice = _h.Cluster[EndpointSlices].All.First();
        Assert.Equal(("Endpoints", "db"), (slice.Head.Controller!.Kind, slice.Head.Controller.Name));
        Assert.Equal(("b", "db", "endpointslicemirroring-controller.k8s.io"),
            (slice.Head.Labels["a"], slice.Head.Labels["kubernetes.io/service-name"], slice.Head.Labels["endpointslice.kubernetes.io/managed-by"]));
        Assert.Equal(["c"], slice.Edit().Strings("metadata", "annotations").Select(a => a.Key));
        var writes = _h.Cluster.Log.Count;
        _h.Advance(TimeSpan.FromHours(1));
        Assert.Equal(writes, _h.Cluster.Log.Count);
    }

    [Fact]
    public void Changes_are_followed_with_updates_of_the_same_slice()
    {
        Write("""[{"addresses":[{"ip":"1.1.1.1"}],"ports":[{"port":5432}]}]""");
        _h.Settle();
        _h.Cluster.Change(Endpoints, "default", "db", e => e["subsets"] = JsonNode.Parse("""[{"addresses":[{"ip":"2.2.2.2"}],"ports":[{"port":5433}]}]"""));
        _h.Settle();
        Assert.Equal(["IPv4 5433 2.2.2.2:True"], Slices);
        Assert.Single(_h.Cluster.Log, l => l.StartsWith("create endpointslices", StringComparison.Ordinal));
        _h.Cluster.Vanish(Endpoints, "default", "db");
        _h.Settle();
        Assert.Empty(Slices);
    }

    [Fact]
    public void Too_many_and_invalid_addresses_are_told()
    {
        Write("""[{"addresses":[{"ip":"x"},{"ip":"1.1.1.1"},{"ip":"1.1.1.2"},{"ip":"1.1.1.3"},{"ip":"1.1.1.4"}],"ports":[{"port":5432}]}]""");
        _h.Settle();
        Assert.Equal(["IPv4 5432 1.1.1.1:True,1.1.1.2:True,1.1.1.3:True"], Slices);
        Assert.Contains(_h.Events, e => e is { Reason: "InvalidIPAddress", Message: "Skipped 1 invalid IP addresses when mirroring to EndpointSlices" });
        Assert.Contains(_h.Events, e => e.Reason == "TooManyAddressesToMirror");
    }

    [Theory]
    [InlineData(",\"labels\":{\"endpointslice.kubernetes.io/skip-mirror\":\"true\"}", false)]
    [InlineData(",\"annotations\":{\"control-plane.alpha.kubernetes.io/leader\":\"{}\"}", false)]
    [InlineData("", true)]
    public void Endpoints_that_ask_not_to_be_mirrored_or_belong_to_a_selecting_service_are_not(string metadata, bool selector)
    {
        if (selector)
            _h.Cluster.Change(ServiceResource, "default", "db", s => s["spec"]!["selector"] = new JsonObject { ["a"] = "b" });
        Write("""[{"addresses":[{"ip":"1.1.1.1"}],"ports":[{"port":5432}]}]""", metadata);
        _h.Settle();
        Assert.Empty(Slices);
    }
}
