using System.Diagnostics;
using System.Text.Json.Nodes;
using ActorKube.NodeAgent.Hosting;
using ActorKube.NodeAgent.Runtimes.Simulated;
using ActorKube.Testing.Fakes;
using Akka.Actor;
using Microsoft.Extensions.Logging.Abstractions;

namespace ActorKube.NodeAgent.Tests.Support;

/// <summary>One agent on a simulated runtime against a <see cref="FakeCluster"/>, all in virtual time.</summary>
internal sealed class AgentFixture : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ActorSystem _system;
    private NodeAgentHost? _agent;

    public AgentFixture(NodeAgentSettings? settings = null, string[]? podCidrs = null)
    {
        Settings = settings ?? TestPods.Settings();
        Time = new SettableTime(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        Cluster = new FakeCluster(Time);
        Runtime = new SimulatedRuntime(new SimulatedRuntimeOptions { Time = Time, IdSeed = 7, PodCidrs = [.. podCidrs ?? ["10.244.1.0/24"]] });
        _system = ActorSystem.Create("test", "akka { loglevel = OFF, stdout-loglevel = OFF }");
    }

    public NodeAgentSettings Settings { get; }

    public SettableTime Time { get; }

    public FakeCluster Cluster { get; }

    public SimulatedRuntime Runtime { get; }

    public void Start() => _agent = NodeAgentHost.Start(_system, Settings, Cluster, Runtime, Time, NullLoggerFactory.Instance);

    public int Port => _agent!.Port;

    /// <summary>Starts the agent's HTTPS server.</summary>
    public Task ServeAsync(NodeServerOptions options) => _agent!.ServeAsync(options, NullLoggerFactory.Instance, TestContext.Current.CancellationToken);

    /// <summary>Stops the agent; the runtime goes on.</summary>
    public async Task StopAgentAsync()
    {
        if (_agent is { } agent)
            await agent.DisposeAsync();
        _agent = null;
    }

    public JsonObject? Pod(string name) => Cluster.Find("pods", "default", name);

    /// <summary>Waits until the cluster satisfies a condition; looks after every write.</summary>
    public async Task Until(Func<bool> condition, string what)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Look(object? sender, EventArgs e)
        {
            if (condition())
                reached.TrySetResult();
        }
        Cluster.Changed += Look;
        try
        {
            Look(null, EventArgs.Empty);
            await reached.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"Waited in vain for: {what}. Writes:\n{string.Join('\n', Cluster.Writes.Select(w => $"{w.What} {w.Body?.ToJsonString()}"))}");
        }
        finally
        {
            Cluster.Changed -= Look;
        }
    }

    /// <summary>Lets a second pass again and again until the cluster satisfies a condition; between two seconds everything that is ready to run gets its turn.</summary>
    public async Task AdvanceUntil(Func<bool> condition, string what)
    {
        // Real time only bounds the patience: on a busy machine the agent may need many turns between two virtual seconds.
        var real = Stopwatch.StartNew();
        while (!condition() && real.Elapsed < Patience)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            for (var turn = 0; turn < 20 && !condition(); turn++)
                await Task.Yield();
        }
        await Until(condition, what);
    }

    public Task UntilPhase(string pod, string phase) => Until(() => (string?)Pod(pod)?["status"]?["phase"] == phase, $"{pod} is {phase}");

    public async ValueTask DisposeAsync()
    {
        await StopAgentAsync();
        await _system.Terminate();
        await Runtime.DisposeAsync();
    }
}
