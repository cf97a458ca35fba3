using ActorKube.Scheduler.Framework;
using ActorKube.Scheduler.Indices;
using ActorKube.Scheduler.Plugins;
using static ActorKube.Scheduler.Tests.Harness.Objects;

namespace ActorKube.Scheduler.Tests.Plugins;

public sealed class ScorePluginTests
{
    [Theory]
    [InlineData("2", "4Gi", 100)]
    [InlineData("2", "", 75)]
    [InlineData("4", "", 50)]
    [InlineData("8", "8Gi", 100)]
    [InlineData("1", "6Gi", 75)]
    public void Nodes_used_evenly_are_preferred(string cpu, string memory, long score) =>
        Assert.Equal(score, new NodeResourcesBalancedAllocation(FitArguments.DefaultResources).Score(new CycleState(), Pod("p", cpu, memory), Filled(Node("n"))));

    [Fact]
    public void Pods_that_ask_for_nothing_are_not_balanced() =>
        Assert.Equal(StatusCode.Skip, new NodeResourcesBalancedAllocation(FitArguments.DefaultResources).PreScore(new CycleState(), Pod("p"), []).Code);

    [Fact]
    public void Three_resources_are_balanced_by_their_deviation()
    {
        var plugin = new NodeResourcesBalancedAllocation([new PluginUse("cpu", 1), new PluginUse("memory", 1), new PluginUse("ephemeral-storage", 1)]);
        // Shares 1, 0 and 0 of 4 CPU, 8 GiB and 10 Gi: mean 1/3, deviation sqrt(2)/3.
        Assert.Equal(52, plugin.Score(new CycleState(), Pod("p", "4"), Filled(Node("n", allocatable: """ "ephemeral-storage":"10Gi" """))));
    }

    [Theory]
    [InlineData("0:10 100:0", 0, 100, 100)]
    [InlineData("0:10 100:0", 30, 100, 70)]
    [InlineData("0:10 100:0", 100, 100, 0)]
    [InlineData("0:10 100:0", 101, 100, 0)]
    [InlineData("0:10 100:0", 0, 0, 0)]
    [InlineData("0:0 100:10", 30, 100, 30)]
    [InlineData("20:2 40:10 80:0", 10, 100, 20)]
    [InlineData("20:2 40:10 80:0", 30, 100, 60)]
    [InlineData("20:2 40:10 80:0", 60, 100, 50)]
    [InlineData("20:2 40:10 80:0", 90, 100, 0)]
    public void The_use_of_storage_scores_along_lines_between_points(string points, long requested, long capacity, long score) =>
        Assert.Equal(score, Shape(points).At(requested, capacity));

    [Fact]
    public void Soft_taints_are_avoided()
    {
        var pod = Pod("p", spec: """ "tolerations":[{"key":"a","operator":"Exists"}] """);
        long[] scores = [.. new[] { """{"key":"a","effect":"PreferNoSchedule"}""", """{"key":"b","effect":"PreferNoSchedule"}""", """{"key":"b","effect":"PreferNoSchedule"},{"key":"c","effect":"PreferNoSchedule"}""" }
            .Select(t => new TaintToleration().Score(new CycleState(), pod, Filled(Node("n", spec: $"\"taints\":[{t}]"))))];
        new TaintToleration().Normalize(scores);
        Assert.Equal([100, 50, 0], scores);
    }

    [Fact]
    public void Preferred_affinity_adds_up()
    {
        var pod = Pod("p", spec: """
            "affinity":{"nodeAffinity":{"preferredDuringSchedulingIgnoredDuringExecution":[
              {"weight":10,"preference":{"matchExpressions":[{"key":"disk","operator":"In","values":["ssd"]}]}},
              {"weight":30,"preference":{"matchExpressions":[{"key":"zone","operator":"In","values":["a"]}]}}]}}
            """);
        long[] scores = [.. new[] { """ "disk":"ssd" """, """ "disk":"ssd","zone":"a" """, """ "zone":"b" """ }
            .Select(l => new NodeAffinity(NodeAffinityRules.None).Score(new CycleState(), pod, Filled(Node("n", labels: l))))];
        Assert.Equal([10, 40, 0], scores);
        new NodeAffinity(NodeAffinityRules.None).Normalize(scores);
        Assert.Equal([25, 100, 0], scores);
        Assert.Equal(80, new NodeAffinity(pod.NodeAffinity).Score(new CycleState(), pod, Filled(Node("n", labels: """ "disk":"ssd","zone":"a" """))));
        Assert.Equal(StatusCode.Success, new NodeAffinity(pod.NodeAffinity).PreScore(new CycleState(), Pod("q"), []).Code);
    }

    [Fact]
    public void Without_wishes_affinity_does_not_score()
    {
        Assert.Equal(StatusCode.Skip, new NodeAffinity(NodeAffinityRules.None).PreScore(new CycleState(), Pod("p"), []).Code);
        Assert.Equal(StatusCode.Skip, new NodeAffinity(NodeAffinityRules.None).PreFilter(new CycleState(), Pod("p"), out _).Code);
    }

    // One image, one container: 23 MiB count as nothing, 1000 MiB as everything; two of the two nodes have it, or one.
    [Theory]
    [InlineData(500, true, 48)]
    [InlineData(500, false, 23)]
    [InlineData(20, true, 0)]
    [InlineData(2000, true, 100)]
    public void Nodes_that_have_the_image_are_preferred(long mebibytes, bool both, long score)
    {
        var index = new ClusterIndex();
        var image = $$$"""  "images":[{"names":["web:1"],"sizeBytes":{{{mebibytes * 1024 * 1024}}}}] """;
        index.SetNode(Node("a", status: image));
        index.SetNode(Node("b", status: both ? image : ""));
        var plugin = new ImageLocality(index);
        var state = new CycleState();
        var pod = Pod("p");
        Assert.True(plugin.PreScore(state, pod, index.Nodes).IsSuccess);
        Assert.Equal(score, plugin.Score(state, pod, index.Nodes[0]));
        Assert.Equal(both ? score : 0, plugin.Score(state, pod, index.Nodes[1]));
    }

    // Two images of 500 MiB each on both nodes: (1000 - 23) / (2000 - 23).
    [Fact]
    public void Images_that_are_volumes_count_as_well()
    {
        var index = new ClusterIndex();
        index.SetNode(Node("a", status: """ "images":[{"names":["web:1"],"sizeBytes":524288000},{"names":["data:latest"],"sizeBytes":524288000}] """));
        var plugin = new ImageLocality(index);
        var state = new CycleState();
        var pod = Pod("p", spec: """ "volumes":[{"name":"v","image":{"reference":"data"}}] """);
        Assert.True(plugin.PreScore(state, pod, index.Nodes).IsSuccess);
        Assert.Equal(49, plugin.Score(state, pod, index.Nodes[0]));
    }

    [Fact]
    public void Images_are_known_by_their_names_with_tag()
    {
        Assert.Equal("web:latest", ImageName.WithTag("web"));
        Assert.Equal("host:5000/web:latest", ImageName.WithTag("host:5000/web"));
        Assert.Equal("host:5000/web:2", ImageName.WithTag("host:5000/web:2"));
        Assert.Equal("web@sha256:ab", ImageName.WithTag("web@sha256:ab"));
    }

    [Fact]
    public void An_image_that_no_node_has_does_not_score()
    {
        var index = new ClusterIndex();
        index.SetNode(Node("a", status: """ "images":[{"names":["web:1"],"sizeBytes":1}] """));
        index.RemoveNode("a");
        index.SetNode(Node("b"));
        Assert.Equal(StatusCode.Skip, new ImageLocality(index).PreScore(new CycleState(), Pod("p"), index.Nodes).Code);
    }
}
