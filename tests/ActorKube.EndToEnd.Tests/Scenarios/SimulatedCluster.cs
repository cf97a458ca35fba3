using ActorKube.EndToEnd.Tests.Processes;

namespace ActorKube.EndToEnd.Tests.Scenarios;

/// <summary><c>actorkube up --runtime simulated</c> with two nodes, shared by all scenarios that use one.</summary>
public class SimulatedCluster : IAsyncLifetime
{
    private readonly TemporaryDirectory _data = new();
    private ActorKubeProcess? _process;

    public string Kubeconfig => Path.Combine(_data.Path, "kubeconfig");

    internal Kubectl Kubectl => new(Kubeconfig);

    /// <summary>How many nodes there are.</summary>
    protected virtual int Nodes => 2;

    /// <summary>How often the agents measure what containers use.</summary>
    protected virtual string UsageInterval => "1s";

    public async ValueTask InitializeAsync()
    {
        _process = ActorKubeProcess.Start("up", "--runtime", "simulated", "--nodes", $"{Nodes}", "--port", "0", "--data", _data.Path,
            // What takes a quarter of a minute by default is not waited for.
            "--set", $"actorkube.node-agent.usage.interval={UsageInterval}", "--set", "actorkube.controllers.horizontal-pod-autoscaler.sync-period=1s",
            "--set", "actorkube.controllers.horizontal-pod-autoscaler.cpu-initialization-period=1s");
        await _process.LineAsync("kubeconfig");
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
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
