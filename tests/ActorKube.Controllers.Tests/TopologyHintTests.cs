using System.Text.Json.Nodes;
using ActorKube.Controllers.Services.Slices;
using ActorKube.Controllers.Services.Slices.Topology;
using ActorKube.Controllers.Tests.Harness;
using ActorKube.Machinery.Objects;
using static ActorKube.Machinery.Client.WellKnownResources;
using Known = ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Controllers.Tests;

public class TopologyHintTests
{
    private const string Auto = "service.kubernetes.io/topology-mode";
    private readonly ControllerHarness _h = new ControllerHarness().Run(new EndpointSliceReconciler(max: 3));
    private int _pods;

    private IEnumerable<string> Told => _h.Events.Where(e => e.Reason.StartsWith("Topology", StringComparison.Ordinal)).Select(e => $"{e.Type} {e.Reason}: {e.Message}");

    private IEnumerable<JsonNode> Endpoints => _h.Cluster[EndpointSlices].All.SelectMany(s => s.Edit().Items("endpoints"));

    /// <summary>Endpoints by the zone they are hinted to, as <c>a:2 b:1</c>.</summary>
    private string Hints => string.Join(' ', Endpoints.SelectMany(e => e.Items("hints", "forZones")).CountBy(z => z.Text("name")).OrderBy(z => z.Key, StringComparer.Ordinal).Select(z => $"{z.Key}:{z.Value}"));

    private void AddNode(string zone, string cpu, string labels = "", bool ready = true) => _h.Cluster.Create(Known.Nodes, $$$"""
        {"apiVersion":"v1","kind":"Node","metadata":{"name":"n-{{{zone}}}{{{labels.Length}}}","labels":{"topology.kubernetes.io/zone":"{{{zone}}}"{{{labels}}}}},
        "status":{"allocatable":{"cpu":"{{{cpu}}}"},"conditions":[{"type":"Ready","status":"{{{ready}}}"}]}}
        """);

    private void AddService(string mode = "Auto", string spec = "") => _h.Cluster.Create(Known.Services,
        $$$"""{"apiVersion":"v1","kind":"Service","metadata":{"namespace":"default","name":"web","annotations":{"{{{Auto}}}":"{{{mode}}}"}},"spec":{"selector":{"app":"web"},"clusterIP":"10.0.0.1","ipFamilies":["IPv4"],"ports":[{"port":80,"protocol":"TCP"}]{{{spec}}}}}""");

    private void AddPods(string zone, int count, bool ready = true)
    {
        for (; count > 0; count--)
        {
            var name = $"p{_pods++:D2}";
            _h.Cluster.Create(Pods, Manifests.Pod(name, "web"));
            _h.Cluster.MakeReady(_h.Cluster.Find(Pods, "default", name)!, _h.Time.GetUtcNow(), $"n-{zone}0");
            _h.Cluster.Change(Pods, "default", name, p =>
            {
                p["status"]!["podIP"] = $"10.1.0.{_pods}";
                if (!ready)
                    p["status"]!["conditions"]![0]!["status"] = "False";
            });
        }
    }

    [Theory]
    [InlineData("a:1", "")]
    [InlineData("a:1000 b:1000", "a:0.5 b:0.5")]
    [InlineData("a:4000 b:3000 c:1000", "a:0.5 b:0.375 c:0.125")]
    [InlineData("a:1000 b:1000 b:2000", "a:0.25 b:0.75")]
    [InlineData("a:1000 b:0", "")]
    [InlineData("a:1000 b:1000 :1000", "")]
    public void A_zone_counts_for_its_part_of_the_processors(string nodes, string expected) =>
        Assert.Equal(expected, string.Join(' ', ZoneAllocations.Ratios(nodes.Split(' ').Select(n => n.Split(':')).Select(n => new NodeCapacity { Zone = n[0], CpuMillis = long.Parse(n[1]), Counts = true }))
            .Select(r => FormattableString.Invariant($"{r.Key}:{r.Value}"))));

    [Theory]
    [InlineData("a:0.5 b:0.5", 2, "a:1/1 b:1/1", null)]
    [InlineData("a:0.5 b:0.5", 10, "a:5/5 b:5/5", null)]
    [InlineData("a:0.2 b:0.8", 20, "a:6/4 b:16/16", null)] // 4 and 14 at least: two are left
    [InlineData("a:0.5 b:0.5", 1, "", "Insufficient number of endpoints (1 endpoints, 2 zones)")]
    [InlineData("a:0.5 b:0.5", 3, "", "Unable to allocate minimum required endpoints to each zone without exceeding overload threshold (3 endpoints, 2 zones)")]
    [InlineData("", 3, "", "Insufficient Node information: allocatable CPU or zone not specified on one or more nodes")]
    public void Endpoints_are_shared_out_unless_one_would_have_too_much_to_do(string ratios, int endpoints, string expected, string? refusal)
    {
        var parts = new SortedDictionary<string, double>(ratios.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(r => r.Split(':')).ToDictionary(r => r[0], r => double.Parse(r[1])));
        var (shares, why) = ZoneAllocations.Of(parts, endpoints);
        Assert.Equal(refusal, why);
        Assert.Equal(expected, string.Join(' ', shares.Select(s => FormattableString.Invariant($"{s.Key}:{s.Value.Maximum}/{s.Value.Desired}"))));
    }

    [Theory]
    [InlineData("a:5 b:5", "a:7 b:3", "a:2", "b:2")]
    [InlineData("a:5 b:5", "a:5 b:5", "", "")]
    [InlineData("a:4.5 b:5.5", "a:5 b:5", "", "")]
    [InlineData("a:3.4 b:3.3 c:3.3", "a:6 b:4 c:0", "a:2 b:1", "c:3")]
    public void Zones_with_too_many_endpoints_give_to_those_with_too_few(string desired, string hinted, string giving, string receiving)
    {
        var shares = new SortedDictionary<string, ZoneShare>(desired.Split(' ').Select(d => d.Split(':')).ToDictionary(d => d[0], d => new ZoneShare(100, double.Parse(d[1]))));
        var moves = ZoneAllocations.Moves(shares, hinted.Split(' ').Select(d => d.Split(':')).ToDictionary(d => d[0], d => int.Parse(d[1])));
        Assert.Equal((giving, receiving), (string.Join(' ', moves.Giving.Select(m => $"{m.Key}:{m.Value}")), string.Join(' ', moves.Receiving.Select(m => $"{m.Key}:{m.Value}"))));
    }

    [Theory]
    [InlineData(3, 3, "a:3 b:3")]
    [InlineData(5, 1, "a:3 b:3")]
    [InlineData(4, 2, "a:3 b:3")]
    [InlineData(6, 0, "a:3 b:3")]
    public void Each_zone_gets_endpoints_for_its_processors_its_own_first(int a, int b, string hints)
    {
        AddNode("a", "4");
        AddNode("b", "4000m");
        AddNode("c", "8", ready: false);
        AddNode("d", "8", ",\"node-role.kubernetes.io/control-plane\":\"\"");
        AddService();
        AddPods("a", a);
        AddPods("b", b);
        AddPods("b", 1, ready: false);
        _h.Settle();
        Assert.Equal(hints, Hints);
        Assert.Equal(Math.Min(a, 3), Endpoints.Count(e => e.Text("zone") == "a" && e.Items("hints", "forZones").Single().Text("name") == "a"));
        Assert.Equal(["Normal TopologyAwareHintsEnabled: Topology Aware Hints has been enabled, addressType: IPv4"], Told);
        var writes = _h.Cluster.Log.Count;
        _h.Cluster.Change(Known.Services, "default", "web", s => s["metadata"]!["annotations"]!["look"] = "again");
        _h.Advance(TimeSpan.FromHours(1));
        Assert.Equal(writes, _h.Cluster.Log.Count);
        Assert.Single(Told);
    }

    [Fact]
    public void Hints_go_when_zones_cannot_be_served_evenly_and_come_back_when_they_can()
    {
        AddNode("a", "4");
        AddNode("b", "4");
        AddService();
        AddPods("a", 1);
        AddPods("b", 1);
        _h.Settle();
        Assert.Equal("a:1 b:1", Hints);
        AddPods("a", 1);
        _h.Settle();
        Assert.Equal("", Hints);
        Assert.Equal("Warning TopologyAwareHintsDisabled: Unable to allocate minimum required endpoints to each zone without exceeding overload threshold (3 endpoints, 2 zones), addressType: IPv4", Told.Last());
        AddPods("b", 1);
        _h.Settle();
        Assert.Equal("a:2 b:2", Hints);
        Assert.Equal("Normal TopologyAwareHintsEnabled: Topology Aware Hints has been enabled, addressType: IPv4", Told.Last());
    }

    [Fact]
    public void Other_processors_are_other_shares()
    {
        AddNode("a", "4");
        AddNode("b", "4");
        AddService();
        AddPods("a", 4);
        AddPods("b", 4);
        _h.Settle();
        Assert.Equal("a:4 b:4", Hints);
        _h.Cluster.Change(Known.Nodes, "", "n-a0", n => n["status"]!["allocatable"]!["cpu"] = "12");
        _h.Settle();
        var hints = Endpoints.SelectMany(e => e.Items("hints", "forZones")).CountBy(z => z.Text("name")).ToDictionary();
        Assert.Equal((8, true), (hints.Values.Sum(), hints["a"] >= 5));
        _h.Cluster.Change(Known.Nodes, "", "n-b0", n => n["status"]!["allocatable"] = new JsonObject());
        _h.Settle();
        Assert.Equal("", Hints);
        Assert.Equal("Warning TopologyAwareHintsDisabled: Insufficient Node information: allocatable CPU or zone not specified on one or more nodes, addressType: IPv4", Told.Last());
    }

    [Fact]
    public void A_service_that_asks_no_more_loses_its_hints_and_is_told_so()
    {
        AddNode("a", "4");
        AddNode("b", "4");
        AddService(spec: ",\"trafficDistribution\":\"PreferSameZone\"");
        AddPods("a", 2);
        _h.Settle();
        Assert.Equal("a:1 b:1", Hints);
        _h.Cluster.Change(Known.Services, "default", "web", s => s["metadata"]!["annotations"] = new JsonObject());
        _h.Settle();
        Assert.Equal("a:2", Hints);
        _h.Cluster.Change(Known.Services, "default", "web", s => s["spec"]!.AsObject().Remove("trafficDistribution"));
        _h.Settle();
        Assert.Equal("", Hints);
        Assert.Equal(["Normal TopologyAwareHintsEnabled: Topology Aware Hints has been enabled, addressType: IPv4", "Warning TopologyAwareHintsDisabled: Topology Aware Hints has been disabled, addressType: IPv4"], Told);
        // What a successor has to know to tell neither of it again.
        Assert.Equal(["zones", ""], _h.Memories);
    }
}
