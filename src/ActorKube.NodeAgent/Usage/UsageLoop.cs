using System.Collections.Immutable;
using ActorKube.Machinery.Queues;
using ActorKube.Machinery.Running;
using ActorKube.Machinery.Times;
using ActorKube.NodeAgent.Hosting;
using ActorKube.NodeAgent.Node;
using ActorKube.NodeAgent.Runtimes;
using ActorKube.NodeAgent.Setup;
using ActorKube.Protocol.Usage;
using Microsoft.Extensions.Logging;

namespace ActorKube.NodeAgent.Usage;

/// <summary>Samples what the node's containers use and tells the control plane. A runtime that does not answer costs a sample, nothing more.</summary>
/// <param name="runtime">Whose containers.</param>
/// <param name="machine">Reads what the machine has used; null where containers are simulated.</param>
/// <param name="settings">The node and how often.</param>
/// <param name="report">Tells the control plane.</param>
/// <param name="time">Timers.</param>
/// <param name="clock">The present.</param>
/// <param name="log">Told when a sample could not be taken for another reason.</param>
internal sealed class UsageLoop(IContainerRuntime runtime, INodeProbe? machine, NodeAgentSettings settings, Action<UsageReport> report, TimeProvider time, ClockHistory clock, ILogger log)
{
    private readonly UsageSampler _sampler = new(settings.UsageMaxContainers);
    private readonly ContainerFilter _own = new()
    {
        Labels = ImmutableDictionary<string, string>.Empty.Add(RuntimeLabels.Node, settings.NodeName),
        State = ContainerState.Running,
    };

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(settings.UsageInterval, time);
        var work = new RepeatedWork(new BackoffPolicy(settings.UsageInterval, settings.UsageInterval), time, (failure, pause) => Log.UsageUnknown(log, settings.NodeName, pause, failure));
        await work.RunAsync(SampleAsync, stop => timer.WaitForNextTickAsync(stop).AsTask(), cancel);
    }

    private async Task SampleAsync(CancellationToken cancel)
    {
        try
        {
            if (_sampler.Take(await runtime.ListContainerStatsAsync(_own, cancel), machine?.Usage(), clock.Now) is { } taken)
                report(taken);
        }
        catch (RuntimeException)
        {
            // The node's status says so already, and the figures of the server become too old by themselves.
        }
    }
}
