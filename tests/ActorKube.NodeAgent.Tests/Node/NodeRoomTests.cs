using System.Text;
using System.Text.Json.Nodes;
using ActorKube.Api.Objects;
using ActorKube.NodeAgent.Node;
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
    [InlineData("""{"cpu":"2","memory":"1M"}""", """{"cpu":"1","memory":"1M"}""", "OutOfcpu", "Node didn't have enough resource: cpu, requested: 1000, used: 2000, capacity: 2000")]
    public void A_pod_is_taken_on_where_the_others_leave_it_room(string there, string comes, string? reason, string? message)
    {
        Assert.Null(_room.Enter(Pod("a", there), begun: false));
        var refusal = _room.Enter(Pod("b", comes), begun: false);
        Assert.Equal((reason, message), (refusal?.Reason, refusal?.Message));
    }

    [Fact]
    public void No_more_pods_are_taken_on_than_the_node_says()
    {
        foreach (var name in new[] { "a", "b", "c" })
            Assert.Null(_room.Enter(Pod(name), begun: false));
        var refusal = _room.Enter(Pod("d"), begun: false);
        Assert.Equal(("OutOfpods", "Node didn't have enough resource: pods, requested: 1, used: 3, capacity: 3"), (refusal?.Reason, refusal?.Message));
    }

    [Fact]
    public void A_pod_that_ends_leaves_its_room_and_one_that_was_refused_has_none_to_leave()
    {
        Assert.Null(_room.Enter(Pod("a", """{"cpu":"2"}"""), begun: false));
        Assert.NotNull(_room.Enter(Pod("b", """{"cpu":"1"}"""), begun: false));
        _room.Leave(Uid("b"));
        Assert.NotNull(_room.Enter(Pod("c", """{"cpu":"1"}"""), begun: false));
        _room.Leave(Uid("a"));
        Assert.Null(_room.Enter(Pod("c", """{"cpu":"2"}"""), begun: false));
    }

    [Fact]
    public void A_pod_that_runs_stays_and_counts_whatever_the_node_has()
    {
        Assert.Null(_room.Enter(Pod("a", """{"cpu":"3"}"""), begun: true));
        Assert.Null(_room.Enter(Pod("a", """{"cpu":"3"}"""), begun: false));
        Assert.Equal("Node didn't have enough resource: cpu, requested: 1, used: 3000, capacity: 2000", _room.Enter(Pod("b", """{"cpu":"1m"}"""), begun: false)?.Message);
        _room.Leave(Uid("a"));
        Assert.Null(_room.Enter(Pod("b", """{"cpu":"2"}"""), begun: false));
    }

    [Theory]
    [InlineData("""{"metadata":{"name":"b","uid":"b"},"spec":"requests"}""")]
    [InlineData("""{"metadata":{"name":"b","uid":"b"},"spec":{"overhead":[1],"containers":[null,5,{"resources":{"requests":[]}},{"resources":5},{"resources":{"requests":{"cpu":{},"memory":"x"}}}]},"status":7}""")]
    [InlineData("""{"metadata":{"name":"b","uid":"b"},"spec":{"containers":[{"resources":{"requests":{"cpu":"-5","memory":"-1Gi"}}}]}}""")]
    public void A_pod_that_makes_no_sense_asks_for_nothing_and_makes_no_room(string pod)
    {
        Assert.Null(_room.Enter(Pod("a", """{"cpu":"2"}"""), begun: false));
        Assert.Null(_room.Enter(StoredObject.Parse(Encoding.UTF8.GetBytes(pod)), begun: false));
        Assert.NotNull(_room.Enter(Pod("c", """{"cpu":"1m"}"""), begun: false));
    }

    [Fact]
    public void Amounts_beyond_all_numbers_are_refused_and_summed()
    {
        var most = """{"cpu":"9000000000000000","memory":"9Ei"}""";
        Assert.Equal("OutOfcpu", _room.Enter(Pod("a", most), begun: false)?.Reason);
        Assert.Null(_room.Enter(Pod("a", most), begun: true));
        Assert.Null(_room.Enter(Pod("b", most), begun: true));
        Assert.Equal("OutOfcpu", _room.Enter(Pod("c", """{"cpu":"1m"}"""), begun: false)?.Reason);
        _room.Leave(Uid("a"));
        _room.Leave(Uid("b"));
        Assert.Null(_room.Enter(Pod("c", """{"cpu":"2"}"""), begun: false));
    }

    private static StoredObject Pod(string name, string requests = "{}") =>
        StoredObject.Parse(Encoding.UTF8.GetBytes(TestPods.Pod(name, change: p => p["spec"]!["containers"]![0]!["resources"] = JsonNode.Parse($$"""{"requests":{{requests}}}""")).ToJsonString()));

    private static string Uid(string name) => $"uid-{name}";
}
