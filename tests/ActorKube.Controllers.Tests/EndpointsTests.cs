using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Controllers.Services.Subsets;
using ActorKube.Controllers.Tests.Harness;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;
using static ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Controllers.Tests;

public class EndpointsTests
{
    private static readonly GroupVersionResource ServiceResource = WellKnownResources.Services;
    private readonly ControllerHarness _h = new ControllerHarness().Run(new EndpointsReconciler());

    private JsonObject Found => _h.Cluster.Json(Endpoints, "default", "web");

    private void Service(string spec = "") => _h.Cluster.Create(ServiceResource,
        $$$"""{"apiVersion":"v1","kind":"Service","metadata":{"namespace":"default","name":"web","labels":{"team":"a"}},"spec":{"selector":{"app":"web"},"clusterIP":"10.0.0.1","ipFamilies":["IPv4"],"ports":[{"name":"http","port":80,"targetPort":"www","protocol":"TCP"},{"name":"admin","port":81,"targetPort":8081,"protocol":"TCP"}]{{{spec}}}}}""");

    private void Pod(string name, string ip, int www = 80, bool ready = true)
    {
        var pod = _h.Cluster.Create(Pods, Manifests.Pod(name, "web"));
        _h.Cluster.MakeReady(pod, _h.Time.GetUtcNow());
        _h.Cluster.Change(Pods, "default", name, p =>
        {
            p["status"]!["podIPs"] = new JsonArray(new JsonObject { ["ip"] = ip });
            p["spec"]!["containers"] = JsonNode.Parse($$$"""[{"name":"c","ports":[{"name":"www","containerPort":{{{www}}},"protocol":"TCP"}]}]""");
            if (!ready)
                p["status"]!["conditions"]![0]!["status"] = "False";
        });
    }

    private IEnumerable<string> Subsets => Found.Items("subsets").Select(s =>
        $"{Ips(s, "addresses")}/{Ips(s, "notReadyAddresses")} {string.Join(',', s.Items("ports").Select(p => $"{p.Text("name")}={p.Number("port")}"))}");

    private static string Ips(JsonNode subset, string list) => string.Join(',', subset.Items(list).Select(a => a.Text("ip")));

    [Fact]
    public void Ports_with_the_same_addresses_share_a_subset()
    {
        Service();
        Pod("a", "10.1.0.1");
        Pod("b", "10.1.0.2", ready: false);
        _h.Settle();
        Assert.Equal(["10.1.0.1/10.1.0.2 admin=8081,http=80"], Subsets);
        Assert.Equal([("endpoints.kubernetes.io/managed-by", "endpoint-controller"), ("team", "a")], Found.Strings("metadata", "labels").Select(l => (l.Key, l.Value)).Order());
        Assert.Equal(("Pod", "a", "n1"), (Found["subsets"]![0]!["addresses"]![0].Text("targetRef", "kind"), Found["subsets"]![0]!["addresses"]![0].Text("targetRef", "name"), Found["subsets"]![0]!["addresses"]![0].Text("nodeName")));
        Assert.NotEqual("", Found.Text("metadata", "annotations", "endpoints.kubernetes.io/last-change-trigger-time"));
        var writes = _h.Cluster.Log.Count;
        _h.Cluster.Change(Pods, "default", "a", p => p.Child("metadata").Child("annotations")["x"] = "y");
        _h.Advance(TimeSpan.FromHours(1));
        Assert.Equal(writes, _h.Cluster.Log.Count);
    }

    [Fact]
    public void Ports_with_other_addresses_have_a_subset_of_their_own()
    {
        Service();
        Pod("a", "10.1.0.1", www: 80);
        Pod("b", "10.1.0.2", www: 8080);
        _h.Settle();
        Assert.Equal(["10.1.0.1,10.1.0.2/ admin=8081", "10.1.0.1/ http=80", "10.1.0.2/ http=8080"], Subsets.Order());
    }

    [Fact]
    public void Pods_on_their_way_out_are_left_out_unless_all_are_to_be_published()
    {
        Service();
        Pod("a", "10.1.0.1");
        Pod("b", "10.1.0.2", ready: false);
        _h.Cluster.Delete(new ObjectAddress(Pods, "default", "a"));
        _h.Settle();
        Assert.Equal(["/10.1.0.2 admin=8081,http=80"], Subsets);
        _h.Cluster.Change(ServiceResource, "default", "web", s => s["spec"]!["publishNotReadyAddresses"] = true);
        _h.Settle();
        Assert.Equal(["10.1.0.1,10.1.0.2/ admin=8081,http=80"], Subsets);
    }

    [Fact]
    public void A_service_without_pods_has_empty_endpoints_and_a_headless_one_says_so()
    {
        Service();
        _h.Cluster.Change(ServiceResource, "default", "web", s => s["spec"]!["clusterIP"] = "None");
        _h.Settle();
        Assert.Empty(Subsets);
        Assert.NotNull(Found.At("metadata", "labels", "service.kubernetes.io/headless"));
        _h.Cluster.Change(ServiceResource, "default", "web", s => s["spec"]!.AsObject().Remove("ports"));
        Pod("a", "10.1.0.1");
        _h.Settle();
        Assert.Equal(["10.1.0.1/ "], Subsets);
    }

    [Fact]
    public void A_thousand_addresses_are_the_most_and_those_not_ready_go_first()
    {
        Service();
        for (var i = 0; i < 1010; i++)
            Pod($"p{i:D4}", $"10.1.{i / 250}.{i % 250 + 1}", ready: i < 900);
        _h.Settle();
        var subset = Assert.Single(Found.Items("subsets"));
        Assert.Equal((900, 100), (subset.Items("addresses").Count(), subset.Items("notReadyAddresses").Count()));
        Assert.Equal("truncated", Found.Text("metadata", "annotations", "endpoints.kubernetes.io/over-capacity"));
        for (var i = 1000; i < 1010; i++)
            _h.Cluster.Vanish(Pods, "default", $"p{i:D4}");
        _h.Settle();
        Assert.Null(Found.At("metadata", "annotations", "endpoints.kubernetes.io/over-capacity"));
    }

    [Fact]
    public void Endpoints_go_with_their_service_and_those_of_others_are_not_touched()
    {
        Service();
        _h.Settle();
        _h.Cluster.Vanish(ServiceResource, "default", "web");
        _h.Cluster.Create(Endpoints, """{"apiVersion":"v1","kind":"Endpoints","metadata":{"namespace":"default","name":"early"},"subsets":[{"addresses":[{"ip":"1.2.3.4"}]}]}""");
        _h.Cluster.Create(ServiceResource, """{"apiVersion":"v1","kind":"Service","metadata":{"namespace":"default","name":"kubernetes"},"spec":{"clusterIP":"10.0.0.1","ports":[{"port":443}]}}""");
        _h.Cluster.Create(Endpoints, """{"apiVersion":"v1","kind":"Endpoints","metadata":{"namespace":"default","name":"kubernetes"},"subsets":[{"addresses":[{"ip":"1.2.3.4"}]}]}""");
        _h.Settle();
        Assert.Equal(["early", "kubernetes"], _h.Cluster[Endpoints].All.Select(e => e.Key.Name));
        Assert.DoesNotContain(_h.Cluster.Log, l => l.StartsWith("update", StringComparison.Ordinal));
    }

    [Fact]
    public void A_refused_write_is_tried_at_a_slowing_pace()
    {
        Service();
        _h.Cluster.Fault = (verb, address) => verb == "create" && address.Resource == Endpoints ? ApiErrors.Forbidden(Endpoints.Resource, address.Name, "no") : null;
        _h.Advance(TimeSpan.FromSeconds(1));
        Assert.InRange(_h.Cluster.Log.Count(l => l.StartsWith("create endpoints ", StringComparison.Ordinal)), 4, 9);
        Assert.Contains(_h.Events, e => e is { Warning: true, Reason: "FailedToCreateEndpoint" } && e.Message.StartsWith("Failed to create endpoint for service default/web: ", StringComparison.Ordinal));
        _h.Cluster.Fault = null;
        _h.Advance(TimeSpan.FromSeconds(10));
        Assert.Empty(Subsets);
    }
}
