using System.Net;
using System.Net.Sockets;

namespace ActorKube.EndToEnd.Tests.Processes;

/// <summary>Several servers with one journal in PostgreSQL, and agents with simulated containers.</summary>
internal sealed class ServerCluster : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly List<ServerNode> _servers = [];
    private readonly List<ActorKubeProcess> _agents = [];

    public IReadOnlyList<ServerNode> Servers => _servers;

    public IEnumerable<ServerNode> Running => _servers.Where(s => s.IsRunning);

    /// <summary>Starts the first server, which makes the cluster, and lets the others join it one after the other.</summary>
    public static async Task<ServerCluster> StartAsync(string connection, int count)
    {
        var cluster = new ServerCluster();
        try
        {
            var (port, clusterPort) = (FreePort(), FreePort());
            string? token = null;
            for (var i = 1; i <= count; i++)
            {
                var server = new ServerNode(AddressOf(i), port, clusterPort, cluster.Data($"s{i}"), $"postgresql:{connection}", token, AddressOf(1));
                cluster._servers.Add(server);
                server.Start();
                await server.ReadyAsync();
                token ??= await cluster.TokenAsync("server");
            }
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>A directory of the cluster's.</summary>
    public string Data(string name) => Path.Combine(_directory.Path, name);

    /// <summary>A join token.</summary>
    public async Task<string> TokenAsync(string role)
    {
        await using var create = ActorKubeProcess.Start("token", "create", "--role", role, "--kubeconfig", Running.First().Kubeconfig);
        var token = await create.LineAsync("ak1-");
        Assert.Equal(0, await create.ExitAsync());
        return token;
    }

    /// <summary>Starts an agent and waits until it belongs to the cluster.</summary>
    public async Task<ActorKubeProcess> StartAgentAsync(string name, bool attached = false)
    {
        var server = Running.First();
        var agent = ActorKubeProcess.Start(
            "agent", "--join", $"{server.Address}:{server.Port}", "--token", await TokenAsync("agent"), "--data", Data(name), "--node-name", name, "--node-ip", "127.0.0.1",
            "--runtime", "simulated", "--set", "actorkube.node-agent.server.port=0", "--set", $"actorkube.node-agent.membership={(attached ? "attached" : "member")}",
            "--set", $"actorkube.node-agent.root-directory={Data(name)}/agent", "--set", $"actorkube.node-agent.log-directory={Data(name)}/logs");
        _agents.Add(agent);
        await agent.LineAsync(attached ? "is attached to the cluster" : "is a member of the cluster");
        return agent;
    }

    /// <summary>The running server that hosts a resource or component, as soon as one says so.</summary>
    public async Task<ServerNode> HostOfAsync(string what)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            foreach (var server in Running)
                if ((await server.HostedAsync()).Contains(what))
                    return server;
            Assert.False(limit.IsCancellationRequested, $"No server hosts {what}.");
        }
    }

    /// <summary>What the processes have printed, for whoever has to find out what went wrong.</summary>
    public string Story => string.Join("\n", _servers.Select(s => $"--- {s.Address}\n{s.Output}").Concat(_agents.Select(a => $"--- agent\n{a.Output}")));

    public async ValueTask DisposeAsync()
    {
        foreach (var agent in _agents)
            await agent.DisposeAsync();
        foreach (var server in _servers)
            await server.DisposeAsync();
        _directory.Dispose();
    }

    private static IPAddress AddressOf(int number) => new([127, 0, 0, (byte)(10 + number)]);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Any, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
