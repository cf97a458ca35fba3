using ActorKube.Scheduler.Indices;
using static ActorKube.Scheduler.Tests.Harness.Objects;

namespace ActorKube.Scheduler.Tests.Indices;

public sealed class ClusterIndexTests
{
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly ClusterIndex _index = new();

    [Fact]
    public void A_confirmed_pod_counts_once()
    {
        _index.SetNode(Node("n"));
        _index.Assume(Pod("p", "1"), "n");
        Assert.False(_index.SetPod(Pod("p", "1", spec: """ "nodeName":"n" """)));
        Assert.Equal((1, 1000L, false), (_index.PodCount, Single("n").Requested.MilliCpu, _index.IsAssumed("uid-p")));
        _index.FinishBinding("uid-p", Now);
        Assert.Empty(_index.Expire(Now));
    }

    [Fact]
    public void A_pod_confirmed_elsewhere_moves_there()
    {
        _index.SetNode(Node("a"));
        _index.SetNode(Node("b"));
        _index.Assume(Pod("p", "1"), "a");
        _index.SetPod(Pod("p", "1", spec: """ "nodeName":"b" """));
        Assert.Equal((0, 1), (Single("a").Pods.Count, Single("b").Pods.Count));
    }

    [Fact]
    public void An_assumed_pod_expires_only_after_its_binding_has_finished()
    {
        _index.SetNode(Node("n"));
        _index.Assume(Pod("p", "1"), "n");
        Assert.Null(_index.NextExpiry);
        Assert.Empty(_index.Expire(Now.AddYears(1)));
        _index.FinishBinding("uid-p", Now);
        Assert.Equal("p", Assert.Single(_index.Expire(Now)).Key.Name);
        Assert.Equal(0, Single("n").Requested.MilliCpu);
    }

    [Fact]
    public void Pods_are_counted_before_their_node_is_known_and_after_it_is_gone()
    {
        _index.SetPod(Pod("p", "1", spec: """ "nodeName":"n" """));
        Assert.Equal(0, _index.NodeCount);
        _index.SetNode(Node("n"));
        Assert.Equal(1000, Single("n").Requested.MilliCpu);
        _index.RemoveNode("n");
        Assert.False(_index.TryFind("n", out _));
        _index.SetNode(Node("n"));
        Assert.Single(Single("n").Pods);
    }

    [Fact]
    public void Ports_are_taken_and_given_back()
    {
        var port = """ "ports":[{"hostPort":80}] """;
        _index.SetNode(Node("n"));
        _index.Assume(Pod("p", container: port), "n");
        Assert.True(Single("n").HasConflict(Pod("q", container: port).HostPorts));
        Assert.True(_index.Forget("uid-p"));
        Assert.False(Single("n").HasConflict(Pod("q", container: port).HostPorts));
        Assert.False(_index.Forget("uid-p"));
    }

    private NodeInfo Single(string name) => _index.TryFind(name, out var node) ? node : throw new InvalidOperationException($"There is no {name}.");
}
