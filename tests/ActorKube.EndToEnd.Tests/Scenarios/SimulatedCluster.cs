using ActorKube.EndToEnd.Tests.Processes;

namespace ActorKube.EndToEnd.Tests.Scenarios;

/// <summary><c>actorkube up --runtime simulated</c> with two nodes, shared by all scenarios that use one.</summary>
public sealed class SimulatedCluster : IAsyncLifetime
{
    private readonly TemporaryDirectory _data = new();
    private ActorKubeProcess? _process;

    public string Kubeconfig => Path.Combine(_data.Path, "kubeconfig");

    internal Kubectl Kubectl => new(Kubeconfig);

    public async ValueTask InitializeAsync()
    {
        _process = ActorKubeProcess.Start("up", "--runtime", "simulated", "--nodes", "2", "--port", "0", "--data", _data.Path,
            // What takes a quarter of a minute by default is not waited for.
            "--set", "actorkube.node-agent.usage.interval=1s", "--set", "actorkube.controllers.horizontal-pod-autoscaler.sync-period=1s",
            "--set", "actorkube.controllers.horizontal-pod-autoscaler.cpu-initialization-period=1s");
        await _process.LineAsync("kubeconfig");
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        _data.Dispose();
    }
}

/// <summary>The scenarios on simulated nodes: one cluster for all, one scenario at a time, each in a namespace of its own where it can.</summary>
[CollectionDefinition(Name)]
public sealed class SimulatedScenarios : ICollectionFixture<SimulatedCluster>
{
    public const string Name = "simulated nodes";
}
