using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Controllers.Services.Slices;
using ActorKube.Controllers.Tests.Harness;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;
using static ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Controllers.Tests;

public class EndpointSliceTests
{
    private static readonly GroupVersionResource ServiceResource = WellKnownResources.Services;
    private readonly ControllerHarness _h = new ControllerHarness().Run(new EndpointSliceReconciler(max: 5));

    private List<StoredObject> Slices => [.. _h.Cluster[EndpointSlices].All];

    private JsonObject Only => Assert.Single(Slices).Edit();

    public EndpointSliceTests() =>
        _h.Cluster.Create(WellKnownResources.Nodes, """{"apiVersion":"v1","kind":"Node","metadata":{"name":"n1","labels":{"topology.kubernetes.io/zone":"z1"}}}""");

    private void Service(string spec = "", string metadata = "", string families = "\"IPv4\"") => _h.Cluster.Create(ServiceResource,
        $$$"""{"apiVersion":"v1","kind":"Service","metadata":{"namespace":"default","name":"web"{{{metadata}}}},"spec":{"selector":{"app":"web"},"clusterIP":"10.0.0.1","ipFamilies":[{{{families}}}],"ports":[{"name":"http","port":80,"targetPort":8080,"protocol":"TCP"}]{{{spec}}}}}""");

    private void Pod(string name, string ips, bool ready = true, string extra = "")
    {
        _h.Cluster.Create(Pods, Manifests.Pod(name, "web", extra));
        _h.Cluster.MakeReady(_h.Cluster.Find(Pods, "default", name)!, _h.Time.GetUtcNow());
        _h.Cluster.Change(Pods, "default", name, p =>
        {
            p["status"]!["podIPs"] = new JsonArray([.. ips.Split(' ').Select(i => (JsonNode)new JsonObject { ["ip"] = i })]);
            if (!ready)
                p["status"]!["conditions"]![0]!["status"] = "False";
        });
    }

    private static string Addresses(JsonObject slice) => string.Join(' ', slice.Items("endpoints").Select(e => e.Items("addresses").Single().Text()));

    [Fact]
    public void A_service_without_pods_has_an_empty_slice()
    {
        Service(metadata: ",\"labels\":{\"team\":\"a\",\"kubernetes.io/service-name\":\"other\"}");
        _h.Settle();
        Assert.Matches("^web-[bcdfghjklmnpqrstvwxz2456789]{5}$", Only.Text("metadata", "name"));
        Assert.Equal("web-", Only.Text("metadata", "generateName"));
        Assert.Equal(
            [("endpointslice.kubernetes.io/managed-by", "endpointslice-controller.k8s.io"), ("kubernetes.io/service-name", "web"), ("team", "a")],
            Only.Strings("metadata", "labels").Select(l => (l.Key, l.Value)).Order());
        Assert.Equal("Service", Slices[0].Head.Controller!.Kind);
        Assert.Empty(Only.Items("endpoints"));
        Assert.Empty(Only.Items("ports"));
        Assert.Equal("2030-01-01T00:00:00Z", Only.Text("metadata", "annotations", "endpoints.kubernetes.io/last-change-trigger-time"));
        var writes = _h.Cluster.Log.Count;
        _h.Advance(TimeSpan.FromHours(1));
        Assert.Equal(writes, _h.Cluster.Log.Count);
    }

    [Fact]
    public void The_empty_slice_is_filled_when_pods_come_and_kept_when_they_go()
    {
        Service();
        _h.Settle();
        var name = Slices[0].Key;
        Pod("a", "10.1.0.1");
        _h.Settle();
        Assert.Equal((name, "10.1.0.1"), (Slices[0].Key, Addresses(Only)));
        Assert.Equal("""[{"name":"http","protocol":"TCP","port":8080}]""", Only["ports"]!.ToJsonString());
        _h.Cluster.Vanish(Pods, "default", "a");
        _h.Settle();
        Assert.Equal((name, ""), (Slices[0].Key, Addresses(Only)));
        Assert.Null(Only.At("metadata", "annotations", "endpoints.kubernetes.io/last-change-trigger-time"));
    }

    [Theory]
    [InlineData(true, false, false, true, true, false)]
    [InlineData(false, false, false, false, false, false)]
    [InlineData(true, true, false, false, true, true)]
    [InlineData(false, true, false, false, false, true)]
    [InlineData(false, false, true, true, false, false)]
    [InlineData(false, true, true, true, false, true)]
    public void Conditions_tell_whether_a_pod_is_ready_serves_and_leaves(bool podReady, bool leaving, bool publishAll, bool ready, bool serving, bool terminating)
    {
        Service(publishAll ? ",\"publishNotReadyAddresses\":true" : "");
        Pod("a", "10.1.0.1", podReady);
        if (leaving)
            _h.Cluster.Delete(new ObjectAddress(Pods, "default", "a"));
        _h.Settle();
        var endpoint = Assert.Single(Only.Items("endpoints"));
        Assert.Equal((ready, serving, terminating), (endpoint.Flag("conditions", "ready"), endpoint.Flag("conditions", "serving"), endpoint.Flag("conditions", "terminating")));
        Assert.Equal(("n1", "z1", "Pod", "a"), (endpoint.Text("nodeName"), endpoint.Text("zone"), endpoint.Text("targetRef", "kind"), endpoint.Text("targetRef", "name")));
    }

    [Fact]
    public void Finished_pods_pods_without_address_and_pods_of_unknown_nodes_are_left_out()
    {
        Service();
        Pod("done", "10.1.0.1");
        _h.Cluster.Change(Pods, "default", "done", p => p["status"]!["phase"] = "Succeeded");
        _h.Cluster.Create(Pods, Manifests.Pod("new", "web"));
        Pod("lost", "10.1.0.3");
        _h.Cluster.Change(Pods, "default", "lost", p => p["spec"]!["nodeName"] = "n2");
        _h.Settle();
        Assert.Equal("", Addresses(Only));
        Assert.Contains(_h.Events, e => e is { Warning: true, Reason: "FailedToUpdateEndpointSlices", Message: "Error updating Endpoint Slices for Service default/web: skipping Pod lost for Service default/web: Node n2 Not Found" });
        _h.Cluster.Create(WellKnownResources.Nodes, """{"apiVersion":"v1","kind":"Node","metadata":{"name":"n2"}}""");
        _h.Settle();
        Assert.Equal("10.1.0.3", Addresses(Only));
    }

    [Fact]
    public void Both_address_families_have_slices_of_their_own()
    {
        Service(families: "\"IPv4\",\"IPv6\"");
        Pod("a", "10.1.0.1 fd00:0::1");
        _h.Settle();
        Assert.Equal([("IPv4", "10.1.0.1"), ("IPv6", "fd00::1")], Slices.Select(s => s.Edit()).Select(s => (s.Text("addressType"), Addresses(s))).Order());
        _h.Cluster.Change(ServiceResource, "default", "web", s => s["spec"]!["ipFamilies"] = new JsonArray("IPv4"));
        _h.Settle();
        Assert.Equal("IPv4", Only.Text("addressType"));
    }

    [Fact]
    public void Pods_whose_named_port_is_another_number_have_a_slice_of_their_own()
    {
        Service(",\"publishNotReadyAddresses\":false");
        _h.Cluster.Change(ServiceResource, "default", "web", s => s["spec"]!["ports"]![0]!["targetPort"] = "www");
        foreach (var (name, ip, port) in new[] { ("a", "10.1.0.1", 80), ("b", "10.1.0.2", 8080), ("c", "10.1.0.3", 8080) })
        {
            Pod(name, ip);
            _h.Cluster.Change(Pods, "default", name, p => p["spec"]!["containers"] = JsonNode.Parse($$$"""[{"name":"c","ports":[{"name":"www","containerPort":{{{port}}},"protocol":"TCP"}]}]"""));
        }
        _h.Settle();
        Assert.Equal([(80L, "10.1.0.1"), (8080L, "10.1.0.2 10.1.0.3")],
            Slices.Select(s => s.Edit()).Select(s => (s["ports"]![0].Number("port")!.Value, Addresses(s))).Order());
    }

    [Fact]
    public void A_headless_service_needs_no_ports_and_its_slices_say_so()
    {
        _h.Cluster.Create(ServiceResource, """{"apiVersion":"v1","kind":"Service","metadata":{"namespace":"default","name":"db"},"spec":{"selector":{"app":"web"},"clusterIP":"None","ipFamilies":["IPv4"]}}""");
        Pod("a", "10.1.0.1");
        _h.Cluster.Change(Pods, "default", "a", p =>
        {
            p["spec"]!["hostname"] = "db-0";
            p["spec"]!["subdomain"] = "db";
        });
        _h.Settle();
        Assert.Equal("", Slices[0].Head.Labels["service.kubernetes.io/headless"]);
        Assert.Equal("db-0", Only["endpoints"]![0].Text("hostname"));
        Assert.Empty(Only.Items("ports"));
    }

    [Theory]
    [InlineData("selector", null)]
    [InlineData("type", "ExternalName")]
    public void Services_that_follow_no_pods_are_left_alone(string field, string? value)
    {
        Service();
        _h.Cluster.Change(ServiceResource, "default", "web", s => s["spec"]![field] = value);
        Pod("a", "10.1.0.1");
        _h.Settle();
        Assert.Empty(Slices);
    }

    [Fact]
    public void Slices_are_filled_up_and_no_slice_is_written_without_need()
    {
        Service();
        for (var i = 0; i < 12; i++)
            Pod($"p{i:D2}", $"10.1.0.{i + 1}");
        _h.Settle();
        Assert.Equal([2, 5, 5], Slices.Select(s => s.Edit().Items("endpoints").Count()).Order());
        var revisions = Slices.ToDictionary(s => s.Key, s => s.Revision);
        // One goes from a full slice: only that is written.
        _h.Cluster.Vanish(Pods, "default", "p00");
        _h.Settle();
        Assert.Equal([2, 4, 5], Slices.Select(s => s.Edit().Items("endpoints").Count()).Order());
        Assert.Single(Slices, s => s.Revision != revisions[s.Key]);
        // One that comes goes where it fits best, though others have more room.
        Pod("p99", "10.1.0.99");
        _h.Settle();
        Assert.Equal([2, 5, 5], Slices.Select(s => s.Edit().Items("endpoints").Count()).Order());
        Assert.Equal(3, _h.Cluster.Log.Count(l => l.StartsWith("create endpointslices", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("PreferClose", "z1", "")]
    [InlineData("PreferSameZone", "z1", "")]
    [InlineData("PreferSameNode", "z1", "n1")]
    [InlineData("", "", "")]
    public void Hints_follow_the_traffic_distribution(string distribution, string zones, string nodes)
    {
        Service();
        Pod("a", "10.1.0.1");
        Pod("b", "10.1.0.2", ready: false);
        _h.Settle();
        _h.Cluster.Change(ServiceResource, "default", "web", s => s["spec"]!["trafficDistribution"] = distribution);
        _h.Settle();
        var hints = Only.Items("endpoints").Single(e => e.Text("targetRef", "name") == "a")["hints"];
        Assert.Equal((zones, nodes), (string.Join(' ', hints.Items("forZones").Select(z => z.Text("name"))), string.Join(' ', hints.Items("forNodes").Select(n => n.Text("name")))));
        Assert.Null(Only.Items("endpoints").Single(e => e.Text("targetRef", "name") == "b")["hints"]);
        _h.Cluster.Change(ServiceResource, "default", "web", s => s["spec"]!.AsObject().Remove("trafficDistribution"));
        _h.Settle();
        Assert.All(Only.Items("endpoints"), e => Assert.Null(e["hints"]));
    }

    [Fact]
    public void A_changed_label_of_service_or_pod_is_followed()
    {
        Service();
        Pod("a", "10.1.0.1");
        _h.Settle();
        _h.Cluster.Change(ServiceResource, "default", "web", s => s.Child("metadata").Child("labels")["team"] = "b");
        _h.Settle();
        Assert.Equal("b", Slices[0].Head.Labels["team"]);
        _h.Cluster.Change(Pods, "default", "a", p => p["metadata"]!["labels"]!["app"] = "other");
        _h.Settle();
        Assert.Equal("", Addresses(Only));
    }

    [Fact]
    public void A_slice_that_somebody_changed_or_deleted_is_restored_and_foreign_slices_stay()
    {
        Service();
        Pod("a", "10.1.0.1");
        _h.Cluster.Create(EndpointSlices, """{"apiVersion":"discovery.k8s.io/v1","kind":"EndpointSlice","metadata":{"namespace":"default","name":"mine","labels":{"kubernetes.io/service-name":"web"}},"addressType":"IPv4","endpoints":[]}""");
        _h.Settle();
        var own = Slices.Single(s => s.Key.Name != "mine");
        _h.Cluster.Change(EndpointSlices, "default", own.Key.Name, s => s["endpoints"] = new JsonArray());
        _h.Settle();
        Assert.Equal("10.1.0.1", Addresses(Slices.Single(s => s.Key.Name != "mine").Edit()));
        _h.Cluster.Vanish(EndpointSlices, "default", own.Key.Name);
        _h.Settle();
        Assert.Equal(2, Slices.Count);
        Assert.Contains(Slices, s => s.Key.Name == "mine");
    }

    [Fact]
    public void A_refused_slice_is_told_in_an_event_and_tried_at_a_slowing_pace()
    {
        _h.Cluster.Fault = (verb, address) => verb == "create" && address.Resource == EndpointSlices ? ApiErrors.Forbidden(EndpointSlices.Resource, address.Name, "no") : null;
        Service();
        _h.Advance(TimeSpan.FromSeconds(1));
        Assert.InRange(_h.Cluster.Log.Count(l => l.StartsWith("create endpointslices", StringComparison.Ordinal)), 4, 9);
        Assert.Contains(_h.Events, e => e is { Warning: true, Reason: "FailedToUpdateEndpointSlices" } && e.Message.StartsWith("Error updating Endpoint Slices for Service default/web: failed to create EndpointSlice for Service default/web: ", StringComparison.Ordinal));
        _h.Cluster.Fault = null;
        _h.Advance(TimeSpan.FromSeconds(10));
        Assert.Single(Slices);
    }
}
