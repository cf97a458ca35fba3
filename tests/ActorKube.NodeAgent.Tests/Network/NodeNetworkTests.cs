using ActorKube.NodeAgent.Network;
using ActorKube.NodeAgent.Runtimes.Simulated;
using ActorKube.NodeAgent.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace ActorKube.NodeAgent.Tests.Network;

public sealed class NodeNetworkTests : IAsyncDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly SimulatedRuntime _runtime = new(new SimulatedRuntimeOptions { Time = TimeProvider.System, IdSeed = 1 });

    private string Configuration => File.ReadAllText(_directory["cni/10-actorkube.conflist"]);

    public ValueTask DisposeAsync()
    {
        _directory.Dispose();
        return _runtime.DisposeAsync();
    }

    [Fact]
    public async Task Of_agents_that_share_a_runtime_one_configures_the_network_and_the_next_does_when_it_ends()
    {
        var first = Network("n1");
        using var second = Network("n2");
        await first.ApplyAsync(["10.1.1.0/24"], TestContext.Current.CancellationToken);
        await second.ApplyAsync(["10.1.2.0/24"], TestContext.Current.CancellationToken);
        first.Refresh();
        Assert.Contains("10.1.1.0/24", Configuration, StringComparison.Ordinal);
        Assert.Equal((false, true), (first.IsOfAnotherAgent, second.IsOfAnotherAgent));
        Assert.Empty(second.OwnPodCidrs);

        first.Dispose();
        second.Refresh();
        Assert.Contains("10.1.2.0/24", Configuration, StringComparison.Ordinal);
        Assert.False(second.IsOfAnotherAgent);
        Assert.Equal(["10.1.2.0/24"], second.OwnPodCidrs);
    }

    private NodeNetwork Network(string node) => new(_runtime, TestPods.Settings(_directory.Path) with { NodeName = node, CniEnabled = true }, NullLogger.Instance);
}
