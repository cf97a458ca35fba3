using System.Net;
using ActorKube.Machinery.Client.Http;

namespace ActorKube.EndToEnd.Tests.Processes;

/// <summary>One <c>actorkube server</c> of several on this machine, each at a loopback address of its own. It is always started with the same command.</summary>
internal sealed class ServerNode(IPAddress address, int port, int clusterPort, string data, string journal, string? token, IPAddress first) : IAsyncDisposable
{
    private ActorKubeProcess? _process;

    public IPAddress Address => address;

    public int Port => port;

    public string Kubeconfig => Path.Combine(data, "kubeconfig");

    public Kubectl Kubectl => new(Kubeconfig);

    public bool IsRunning { get; private set; }

    /// <summary>Everything printed since it was last started.</summary>
    public string Output => _process?.Output ?? "";

    public void Start()
    {
        string[] join = token is null ? [] : ["--join", $"{first}:{port}", "--token", token];
        _process = ActorKubeProcess.Start(
        [
            "server", "--data", data, "--address", $"{address}", "--bind-address", $"{address}", "--port", $"{port}", "--cluster-port", $"{clusterPort}", "--journal", journal, .. join,
        ]);
        IsRunning = true;
    }

    /// <summary>Completes when it serves.</summary>
    public Task ReadyAsync() => _process!.LineAsync("To let nodes join");

    /// <summary>Completes when it has said so, now or before.</summary>
    public Task SaysAsync(string text) => _process!.LineAsync(text);

    /// <summary>As <c>kill -9</c> does it.</summary>
    public Task KillAsync()
    {
        IsRunning = false;
        return _process!.KillAsync();
    }

    /// <summary>Holds the process: it hears and says nothing, as if its network were gone, and knows nothing of it afterwards.</summary>
    public Task HoldAsync()
    {
        IsRunning = false;
        return _process!.SignalAsync("STOP");
    }

    /// <summary>Lets a held process go on.</summary>
    public Task LetGoAsync()
    {
        IsRunning = true;
        return _process!.SignalAsync("CONT");
    }

    /// <summary>As Ctrl-C does it.</summary>
    public async Task<int> InterruptAsync()
    {
        IsRunning = false;
        return await _process!.InterruptAsync();
    }

    /// <summary>A client of the administrator that speaks to this server and no other.</summary>
    public HttpResourceClient Client() => new(KubeconfigConnection.Read(Kubeconfig));

    /// <summary>What <c>/metrics</c> says that this server hosts: resources and components.</summary>
    public async Task<IReadOnlySet<string>> HostedAsync() =>
        (await Kubectl.RunAsync("get", "--raw", "/metrics")).Split('\n')
            .Where(l => l.StartsWith("actorkube_resource_owner{", StringComparison.Ordinal) || l.StartsWith("leader_election_master_status{", StringComparison.Ordinal))
            .Select(l => l.Split('"')[^2])
            .ToHashSet();

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
    }
}
