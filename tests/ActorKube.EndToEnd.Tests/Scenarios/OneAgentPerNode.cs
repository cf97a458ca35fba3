using ActorKube.EndToEnd.Tests.Processes;

namespace ActorKube.EndToEnd.Tests.Scenarios;

/// <summary>Two agents with one node's name would fight over its pods: the second is refused, and the first may be killed and started as often as it likes.</summary>
public sealed class OneAgentPerNode : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly List<ActorKubeProcess> _processes = [];
    private string _port = "";
    private string _token = "";

    [Theory]
    [InlineData("member", "is a member of the cluster")]
    [InlineData("attached", "is attached to the cluster")]
    public async Task A_second_agent_of_a_name_is_refused_and_the_first_may_be_killed_and_started_again(string membership, string told)
    {
        await StartServerAsync();
        var first = Agent("a", "worker", membership);
        await first.LineAsync(told);

        var second = Agent("b", "worker", membership);
        Assert.Equal(1, await second.ExitAsync());
        Assert.Contains("actorkube: Node \"worker\" is run by another agent", Assert.Single(second.Errors));
        Assert.Contains("stop that one, or give this one a name of its own with --node-name", second.Output);
        Assert.False(Directory.Exists(Data("b")), "Nothing may be kept of an agent that was refused.");

        await first.KillAsync();
        var again = Agent("a", "worker", membership);
        await again.LineAsync(told);
        await new Kubectl(Path.Combine(Data("server"), "kubeconfig")).RunAsync("wait", "node/worker", "--for=condition=Ready", "--timeout=60s");
        var third = Agent("c", "worker", membership);
        Assert.Equal(1, await third.ExitAsync());
        Assert.Equal(0, await again.InterruptAsync());
    }

    [Fact]
    public async Task Of_two_agents_of_a_name_that_start_at_once_one_runs_and_one_ends()
    {
        await StartServerAsync();
        var (one, other) = (Agent("a", "worker"), Agent("b", "worker"));
        var ended = await Task.WhenAny(one.ExitAsync(), other.ExitAsync());
        Assert.Equal(1, await ended);
        var (loser, winner) = one.HasExited ? (one, other) : (other, one);
        Assert.Contains("Node \"worker\" is run by another agent", Assert.Single(loser.Errors));
        await winner.LineAsync("is a member of the cluster");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
            await process.DisposeAsync();
        _directory.Dispose();
    }

    private async Task StartServerAsync()
    {
        var server = Start("server", "--data", Data("server"), "--address", "127.0.0.1", "--bind-address", "127.0.0.1", "--port", "0", "--cluster-port", "0");
        _port = (await server.LineAsync("Kubernetes API: ")).Split(':')[^1];
        await server.LineAsync("To let nodes join");
        _token = await ServerWithAgents.TokenAsync(Data("server"));
    }

    private ActorKubeProcess Agent(string data, string name, string membership = "member") => Start(
        "agent", "--join", $"127.0.0.1:{_port}", "--token", _token, "--data", Data(data), "--node-name", name, "--node-ip", "127.0.0.1", "--runtime", "simulated", "--set", "actorkube.node-agent.server.port=0",
        "--set", $"actorkube.node-agent.membership={membership}");

    private ActorKubeProcess Start(params string[] arguments)
    {
        var started = ActorKubeProcess.Start(arguments);
        _processes.Add(started);
        return started;
    }

    private string Data(string name) => Path.Combine(_directory.Path, name);
}
