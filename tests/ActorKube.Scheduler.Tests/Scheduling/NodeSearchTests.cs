using ActorKube.Scheduler.Framework;
using ActorKube.Scheduler.Indices;
using ActorKube.Scheduler.Scheduling;
using static ActorKube.Scheduler.Tests.Harness.Objects;

namespace ActorKube.Scheduler.Tests.Scheduling;

public sealed class NodeSearchTests
{
    private readonly ClusterIndex _index = new();

    [Theory]
    [InlineData(1, 0, 1)]
    [InlineData(99, 0, 99)]
    [InlineData(200, 0, 100)]
    [InlineData(1000, 0, 420)]
    [InlineData(5000, 0, 500)]
    [InlineData(6000, 0, 300)]
    [InlineData(1000, 100, 1000)]
    [InlineData(1000, 5, 100)]
    [InlineData(5000, 40, 2000)]
    public void Large_clusters_are_searched_in_part(int nodes, int percentage, int enough) => Assert.Equal(enough, NodeSampling.Enough(nodes, percentage));

    [Fact]
    public void Each_search_begins_where_the_last_one_ended()
    {
        for (var i = 0; i < 250; i++)
            _index.SetNode(Node($"n{i}"));
        var search = new NodeSearch(_index, 0, () => 0.5);
        var profile = Profile();
        var seen = new HashSet<string>();
        for (var i = 0; i < 3; i++)
        {
            var found = search.Run(profile, new CycleState(), Pod("p", "1"));
            Assert.Equal((120, 120), (found.Report.Evaluated, found.Report.Feasible));
            seen.Add(found.Winner!.Node);
        }
        Assert.Equal(3, seen.Count);
        Assert.Contains(seen, n => int.Parse(n[1..]) is >= 120 and < 240);
    }

    [Fact]
    public void Zones_take_turns()
    {
        foreach (var (name, zone) in new[] { ("a1", "a"), ("a2", "a"), ("a3", "a"), ("b1", "b"), ("c1", "c"), ("b2", "b") })
            _index.SetNode(Node(name, labels: $"\"topology.kubernetes.io/zone\":\"{zone}\""));
        Assert.Equal(["a1", "b1", "c1", "a2", "b2", "a3"], _index.Nodes.Select(n => n.Name));
    }

    [Fact]
    public void The_best_node_wins_and_the_next_is_remembered()
    {
        _index.SetNode(Node("small", cpu: "2", memory: "2Gi"));
        _index.SetNode(Node("large", cpu: "64", memory: "64Gi"));
        _index.SetNode(Node("middle", cpu: "16", memory: "16Gi"));
        var found = new NodeSearch(_index, 0, () => 0.5).Run(Profile(), new CycleState(), Pod("p", "1", "1Gi"));
        Assert.Equal(("large", "middle"), (found.Node!.Name, found.RunnerUp!.Node));
        Assert.Equal(["TaintToleration=300", "NodeResourcesFit=98", "NodeResourcesBalancedAllocation=100"], found.Winner!.Scores.Select(s => $"{s.Plugin}={s.Score}"));
        Assert.Equal(498, found.Winner.Total);
    }

    [Fact]
    public void Chance_decides_between_equals()
    {
        for (var i = 0; i < 4; i++)
            _index.SetNode(Node($"n{i}"));
        var random = new Random(7);
        var search = new NodeSearch(_index, 0, random.NextDouble);
        var chosen = Enumerable.Range(0, 400).Select(_ => search.Run(Profile(), new CycleState(), Pod("p")).Node!.Name).CountBy(n => n).ToArray();
        Assert.Equal(4, chosen.Length);
        Assert.All(chosen, c => Assert.InRange(c.Value, 60, 140));
    }

    [Fact]
    public void Named_nodes_are_looked_at_alone_and_the_others_are_said_to_be_left_out()
    {
        for (var i = 0; i < 4; i++)
            _index.SetNode(Node($"n{i}", cpu: "1"));
        var pod = Pod("p", "2", spec: """
            "affinity":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[{"matchFields":[{"key":"metadata.name","operator":"In","values":["n2"]}]}]}}}
            """);
        var found = new NodeSearch(_index, 0, () => 0.5).Run(Profile(), new CycleState(), pod);
        Assert.Null(found.Node);
        Assert.Equal(1, found.Report.Evaluated);
        Assert.Equal("0/4 nodes are available: 1 Insufficient cpu, 3 node(s) didn't satisfy plugin(s) [NodeAffinity].", found.Report.Message);
    }

    private SchedulingProfile Profile(ProfileSpec? spec = null) =>
        new(spec ?? new ProfileSpec(), new PluginRegistry(PluginRegistry.BuiltIn), new PluginContext(_index, new WaitingPods(), new PluginArguments()));
}
