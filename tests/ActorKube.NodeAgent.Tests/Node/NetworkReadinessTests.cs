using ActorKube.NodeAgent.Node;
using ActorKube.NodeAgent.Runtimes;
using ActorKube.NodeAgent.Setup;
using Microsoft.Extensions.Time.Testing;

namespace ActorKube.NodeAgent.Tests.Node;

public sealed class NetworkReadinessTests
{
    private static readonly RuntimeStatus Missing = new([new RuntimeCondition(RuntimeStatus.NetworkReady, Status: false, "NetworkPluginNotReady", "none yet")], []);
    private static readonly RuntimeStatus There = new([new RuntimeCondition(RuntimeStatus.NetworkReady, Status: true, "", "")], []);
    private readonly FakeTimeProvider _time = new();
    private readonly NetworkReadiness _network;
    private RuntimeStatus? _runtime = Missing;

    public NetworkReadinessTests() => _network = new NetworkReadiness(_ => _runtime is { } status ? Task.FromResult(status) : throw new RuntimeException(RuntimeErrorKind.Unavailable, "down"), _time);

    [Fact]
    public async Task Whoever_waits_goes_on_when_the_network_comes_within_moments()
    {
        var waiting = _network.WaitAsync(default);
        _time.Advance(TimeSpan.FromSeconds(9));
        Assert.False(waiting.IsCompleted);
        _network.Show(There);
        await waiting;
    }

    [Fact]
    public async Task Whoever_waits_longer_is_told_what_is_missing_and_so_is_the_next_when_it_goes_again()
    {
        await RefusedAsync();
        _network.Show(There);
        await _network.WaitAsync(default);
        _network.Show(Missing);
        await RefusedAsync();
    }

    [Fact]
    public async Task Where_nobody_has_looked_yet_the_runtime_is_asked()
    {
        _runtime = There;
        await _network.WaitAsync(default);
    }

    [Fact]
    public async Task A_network_that_came_while_the_runtime_was_asked_does_not_go_by_its_late_answer()
    {
        var answer = new TaskCompletionSource<RuntimeStatus>(TaskCreationOptions.RunContinuationsAsynchronously);
        var network = new NetworkReadiness(_ => answer.Task, _time);
        var waiting = network.WaitAsync(default);
        network.Show(There);
        answer.SetResult(Missing);
        await waiting.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_runtime_that_does_not_answer_keeps_nobody_waiting()
    {
        _runtime = null;
        await _network.WaitAsync(default);
    }

    private async Task RefusedAsync()
    {
        var waiting = _network.WaitAsync(default);
        _time.Advance(TimeSpan.FromSeconds(10));
        var refused = await Assert.ThrowsAsync<SetupException>(() => waiting);
        Assert.Equal(
            ("NetworkNotReady", "network is not ready: container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:none yet"), (refused.Reason, refused.Message));
    }
}
