using System.Security.Cryptography.X509Certificates;
using ActorKube.Api.Objects;
using ActorKube.NodeAgent.Node;
using ActorKube.NodeAgent.Runtimes.Simulated;
using ActorKube.NodeAgent.Server;
using ActorKube.NodeAgent.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace ActorKube.NodeAgent.Tests.Server;

public sealed class ServedNodesTests
{
    private readonly ServedNodes _nodes = new();
    private readonly ServedNode _a = Node("node-a");
    private readonly ServedNode _b = Node("node-b", "web");

    [Theory]
    [InlineData("node-a", "/pods", "node-a", true)]
    [InlineData("Node-B", "/pods", "node-b", true)]
    [InlineData("10.0.0.1", "/containerLogs/default/web/web", "node-b", true)]
    [InlineData("node-a", "/containerLogs/default/web/web", "node-a", true)]
    [InlineData("10.0.0.1", "/pods", "node-a", false)]
    [InlineData("10.0.0.1", "/containerLogs/default/none/web", "node-a", false)]
    [InlineData("node-c", "/", "node-a", false)]
    public void A_request_goes_to_the_node_it_names_or_whose_pod_it_names(string host, string path, string node, bool isMeant)
    {
        _nodes.Add(_a);
        _nodes.Add(_b);
        Assert.Equal((node, isMeant), Routed(host, path));
    }

    [Fact]
    public void A_node_alone_gets_every_request()
    {
        _nodes.Add(_a);
        Assert.Equal(("node-a", true), Routed("10.0.0.1", "/pods"));
    }

    [Fact]
    public void A_handshake_without_a_name_gets_a_certificate_all_the_same()
    {
        Assert.Null(_nodes.OfHandshake(null));
        _nodes.Add(_a);
        _nodes.Add(_b);
        Assert.Same(_b, _nodes.OfHandshake("node-b"));
        Assert.Same(_a, _nodes.OfHandshake(null));
        _nodes.Remove(_a);
        Assert.Same(_b, _nodes.OfHandshake("node-a"));
        _nodes.Remove(_b);
        Assert.Null(_nodes.OfHandshake("node-b"));
    }

    [Fact]
    public void A_name_is_taken_once()
    {
        _nodes.Add(_a);
        Assert.Throws<InvalidOperationException>(() => _nodes.Add(Node("node-a")));
    }

    [Fact]
    public async Task A_node_that_comes_while_the_only_other_one_goes_is_found()
    {
        const int rounds = 20_000;
        using var step = new Barrier(2);
        var leaving = Task.Run(() =>
        {
            for (var round = 0; round < rounds; round++)
            {
                step.SignalAndWait();
                _nodes.Remove(_a);
                step.SignalAndWait();
            }
        }, TestContext.Current.CancellationToken);
        var lost = 0;
        for (var round = 0; round < rounds; round++)
        {
            _nodes.Add(_a);
            step.SignalAndWait();
            _nodes.Add(_b);
            step.SignalAndWait();
            lost += _nodes.OfHandshake(null) is null ? 1 : 0;
            _nodes.Remove(_b);
        }
        await leaving;
        Assert.Equal(0, lost);
    }

    private (string, bool)? Routed(string host, string path)
    {
        var context = new DefaultHttpContext();
        context.Request.Host = new HostString(host, 10250);
        context.Request.Path = path;
        return _nodes.OfRequest(context.Request) is var (node, isMeant) ? (node.Name, isMeant) : null;
    }

    private static ServedNode Node(string name, params string[] pods)
    {
        var time = new FakeTimeProvider();
        var board = new PodBoard();
        foreach (var pod in pods)
            board.Show(new("default", pod), new PodOnBoard(pod, StoredObject.Parse("""{"metadata":{"name":"x"}}"""u8.ToArray()), null!));
        var cluster = new FakeCluster(time);
        return new ServedNode(
            name,
            () => throw new InvalidOperationException(),
            new Gatekeeper(new ClientCertificates(new X509Certificate2Collection(), time), new Reviews(cluster, time), name),
            new ContainerLogs(board, new SimulatedRuntime(new SimulatedRuntimeOptions { Time = time, IdSeed = 1 }), time),
            board);
    }
}
