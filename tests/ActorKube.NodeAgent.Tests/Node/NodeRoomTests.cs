using System.Text;
using System.Text.Json.Nodes;
using ActorKube.Api.Objects;
using ActorKube.Api.Pods;
using ActorKube.Machinery.Objects;
using ActorKube.NodeAgent.Node;
using ActorKube.NodeAgent.Pods;
using ActorKube.NodeAgent.Setup;
using ActorKube.NodeAgent.Tests.Support;

namespace ActorKube.NodeAgent.Tests.Node;

public sealed class NodeRoomTests
{
    private readonly NodeRoom _room = new(new NodeCapacity(2, 1_000_000, 500_000), maxPods: 3);

    [Theory]
    [InlineData("""{"cpu":"1500m"}""", """{"cpu":"500m"}""", null, null)]
    [InlineData("""{"cpu":"1500m"}""", """{"cpu":"501m"}""", "OutOfcpu", "Node didn't have enough resource: cpu, requested: 501, used: 1500, capacity: 2000")]
    [InlineData("""{"memory":"600k"}""", """{"memory":"401k"}""", "OutOfmemory", "Node didn't have enough resource: memory, requested: 401000, used: 600000, capacity: 1000000")]
    [InlineData("""{"ephemeral-storage":"500k"}""", """{"ephemeral-storage":"1"}""", "OutOfephemeral-storage", "Node didn't have enough resource: ephemeral-storage, requested: 1, used: 500000, capacity: 500000")]
    [InlineData("""{"cpu":"2","memory":"1M"}""", """{}""", null, null)]
    [InlineData("{}", """{"cpu":"1e26"}""", "OutOfcpu", "Node didn't have enough resource: cpu, requested: 2305843009213693952000, used: 0, capacity: 2000")]
    [InlineData("{}", """{"memory":"1e29"}""", "OutOfmemory", "Node didn't have enough resource: memory, requested: 2305843009213693952, used: 0, capacity: 1000000")]
    [InlineData("""{"cpu":"2","memory":"1M"}""", """{"cpu":"1","memory":"1M"}""", "OutOfcpu", "Node didn't have enough resource: cpu, requested: 1000, used: 2000, capacity: 2000")]
    public void A_pod_is_taken_on_where_the_others_leave_it_room(string there, string comes, string? reason, string? message)
    {
        Assert.Null(Enter(Pod("a", there), begun: false));
        var refusal = Enter(Pod("b", comes), begun: false);
        Assert.Equal((reason, message), (refusal?.Reason, refusal?.Message));
    }

    [Fact]
    public void No_more_pods_are_taken_on_than_the_node_says()
    {
        foreach (var name in new[] { "a", "b", "c" })
            Assert.Null(Enter(Pod(name), begun: false));
        var refusal = Enter(Pod("d"), begun: false);
        Assert.Equal(("OutOfpods", "Node didn't have enough resource: pods, requested: 1, used: 3, capacity: 3"), (refusal?.Reason, refusal?.Message));
    }

    [Fact]
    public void A_pod_that_ends_leaves_its_room_and_one_that_was_refused_has_none_to_leave()
    {
        Assert.Null(Enter(Pod("a", """{"cpu":"2"}"""), begun: false));
        Assert.NotNull(Enter(Pod("b", """{"cpu":"1"}"""), begun: false));
        _room.Leave(Uid("b"));
        Assert.NotNull(Enter(Pod("c", """{"cpu":"1"}"""), begun: false));
        _room.Leave(Uid("a"));
        Assert.Null(Enter(Pod("c", """{"cpu":"2"}"""), begun: false));
    }

    [Fact]
    public void A_pod_that_runs_stays_and_counts_whatever_the_node_has()
    {
        Assert.Null(Enter(Pod("a", """{"cpu":"3"}"""), begun: true));
        Assert.Null(Enter(Pod("a", """{"cpu":"3"}"""), begun: false));
        Assert.Equal("Node didn't have enough resource: cpu, requested: 1, used: 3000, capacity: 2000", Enter(Pod("b", """{"cpu":"1m"}"""), begun: false)?.Message);
        _room.Leave(Uid("a"));
        Assert.Null(Enter(Pod("b", """{"cpu":"2"}"""), begun: false));
    }

    [Theory]
    [InlineData("""{"containers":[{"name":"a"},{"name":"b","resources":{}}]}""")]
    [InlineData("""{"containers":[{"name":"a","resources":{"requests":{"cpu":"150m","memory":"1.5Mi","ephemeral-storage":"1k"}}},{"name":"b","resources":{"requests":{"cpu":"1u","memory":"3"},"limits":{"cpu":"1"}}}]}""")]
    [InlineData("""{"initContainers":[{"name":"i","resources":{"requests":{"cpu":"2"}}},{"name":"s","restartPolicy":"Always","resources":{"requests":{"cpu":"300m","memory":"1Mi"}}},{"name":"j","resources":{"requests":{"memory":"9Mi"}}}],"containers":[{"name":"a","resources":{"requests":{"cpu":"1","memory":"1Mi"}}}]}""")]
    [InlineData("""{"overhead":{"cpu":"10m","memory":"1Mi"},"containers":[{"name":"a","resources":{"requests":{"cpu":"1"}}}]}""")]
    [InlineData("""{"overhead":{"cpu":"10m"},"resources":{"requests":{"cpu":"700m","memory":"64Mi","ephemeral-storage":"1Gi"}},"containers":[{"name":"a","resources":{"requests":{"cpu":"100m","ephemeral-storage":"5k"}}}]}""")]
    [InlineData("""{"containers":[{"name":"a","resources":{"requests":{"cpu":"-5","memory":"-1Gi"}}}]}""")]
    public void What_a_pod_asks_for_is_what_the_scheduler_reckons_with(string spec)
    {
        var item = StoredObject.Parse(Encoding.UTF8.GetBytes($$"""{"metadata":{"name":"b","uid":"b"},"spec":{{spec}}}"""));
        var needs = PodNeeds.Requests(item.Edit());
        var pod = PodReader.Read(item);
        foreach (var (resource, scale) in new[] { ("cpu", 1000), ("memory", 1), ("ephemeral-storage", 1) })
        {
            var reckoned = needs.GetValueOrDefault(resource);
            Assert.Equal(Math.Max(0, scale == 1 ? reckoned.Value : reckoned.MilliValue), (Int128)Math.Max(0, Math.Ceiling(PodResources.Request(pod, resource) * scale)));
        }
    }

    [Theory]
    [InlineData("""{"hostPort":80}""", """{"hostPort":80}""", false)]
    [InlineData("""{"hostPort":80}""", """{"hostPort":81}""", true)]
    [InlineData("""{"hostPort":80}""", """{"hostPort":80,"protocol":"UDP"}""", true)]
    [InlineData("""{"hostPort":80,"hostIP":"10.0.0.1"}""", """{"hostPort":80,"hostIP":"10.0.0.2"}""", true)]
    [InlineData("""{"hostPort":80,"hostIP":"10.0.0.1"}""", """{"hostPort":80}""", false)]
    [InlineData("{}", "{}", true)]
    public void A_port_of_the_node_is_one_pods_at_a_time(string there, string comes, bool fits)
    {
        Assert.Null(Enter(WithPort("a", there), begun: false));
        var refusal = Enter(WithPort("b", comes), begun: false);
        Assert.Equal(fits ? null : new PodVerdict("NodePorts", "Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports"), refusal);
        _room.Leave(Uid("a"));
        Assert.Null(Enter(WithPort("b", comes), begun: false));
    }

    [Fact]
    public void Amounts_beyond_all_numbers_are_refused_and_summed()
    {
        var most = """{"cpu":"9000000000000000","memory":"9Ei"}""";
        Assert.Equal("OutOfcpu", Enter(Pod("a", most), begun: false)?.Reason);
        Assert.Null(Enter(Pod("a", most), begun: true));
        Assert.Null(Enter(Pod("b", most), begun: true));
        Assert.Equal("OutOfcpu", Enter(Pod("c", """{"cpu":"1m"}"""), begun: false)?.Reason);
        _room.Leave(Uid("a"));
        _room.Leave(Uid("b"));
        Assert.Null(Enter(Pod("c", """{"cpu":"2"}"""), begun: false));
    }

    private static StoredObject WithPort(string name, string port) =>
        StoredObject.Parse(Encoding.UTF8.GetBytes(TestPods.Pod(name, change: p => p["spec"]!["containers"]![0]!["ports"] = JsonNode.Parse($"[{port}]")).ToJsonString()));

    private PodVerdict? Enter(StoredObject pod, bool begun) => _room.Enter(pod, PodReader.Read(pod), begun);

    private static StoredObject Pod(string name, string requests = "{}") =>
        StoredObject.Parse(Encoding.UTF8.GetBytes(TestPods.Pod(name, change: p => p["spec"]!["containers"]![0]!["resources"] = JsonNode.Parse($$"""{"requests":{{requests}}}""")).ToJsonString()));

    private static string Uid(string name) => $"uid-{name}";
}
