using ActorKube.Api.Errors;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Queues;
using ActorKube.Machinery.Running;
using ActorKube.NodeAgent.Hosting;
using Microsoft.Extensions.Logging;

namespace ActorKube.NodeAgent.Network;

/// <summary>
/// Lets pods on different nodes reach each other where the network configuration is ours and the machines share a layer-2 network: watches nodes and keeps one route per pod range
/// of every other node, by <see cref="RoutePlanner"/>. Routes are looked at again at an interval, so one that somebody flushed comes back, and where the network is no longer ours they go, and the masquerading with them.
/// </summary>
internal sealed class PodRouter(IResourceClient client, NodeAgentSettings settings, NodeNetwork network, HostTool run, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);

    private readonly RouteTable _routes = new(run, settings.RoutesProtocol);
    private readonly Masquerade _masquerade = new(run);
    private readonly PeerTable _peers = new();
    private readonly WakeSignal _wake = new();
    private readonly HashSet<string> _told = [];

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        await using var nodes = new Informer(client, WellKnownResources.Nodes, new InformerOptions { OnFault = (_, fault) => Fault(fault) }, time);
        using var subscription = nodes.Subscribe(Hear);
        nodes.Start();
        // Before all nodes are known every route would look as if nobody wanted it.
        await nodes.Synced.WaitAsync(cancel);
        var work = new RepeatedWork(new BackoffPolicy(FirstRetry, settings.RoutesInterval), time, Failed);
        await work.RunAsync(StepAsync, stop => _wake.WaitAsync(settings.RoutesInterval, time, stop), cancel);
    }

    /// <summary>Looks again now, as when the node's own ranges have become known.</summary>
    public void Wake() => _wake.Set();

    private void Hear(InformerEvent change)
    {
        if (change is ObjectChanged changed && _peers.Apply(changed))
            _wake.Set();
    }

    private async Task StepAsync(CancellationToken cancel)
    {
        network.Refresh();
        if (network.IsOfAnotherAgent)
            return;
        var own = new PeerNode(settings.NodeName, [.. network.OwnPodCidrs], settings.NodeIps);
        var peers = own.PodCidrs.IsEmpty ? [] : _peers.All.ToArray();
        var plan = RoutePlanner.Plan(own, peers, await _routes.ListAsync(cancel), settings.ClusterCidrs);
        foreach (var why in plan.Refused)
            Tell(why);
        // Removals first: a range may have moved to another node.
        foreach (var route in plan.Remove)
            await TryAsync(_routes.RemoveAsync(route, cancel));
        foreach (var route in plan.Replace)
            await TryAsync(_routes.ReplaceAsync(route, cancel));
        foreach (var route in plan.Add)
            await TryAsync(_routes.AddAsync(route, cancel));
        if (plan.Add.Length + plan.Replace.Length + plan.Remove.Length > 0)
            Log.RoutesChanged(log, settings.NodeName, plan.Add.Length, plan.Replace.Length, plan.Remove.Length);
        if (own.PodCidrs.IsEmpty)
            await _masquerade.EndAsync(cancel);
        else
            await _masquerade.ApplyAsync(own.PodCidrs, (await _routes.ListAsync(cancel)).Select(r => r.Destination), cancel);
    }

    // One route that cannot be had must not keep the others away.
    private async Task TryAsync(Task change)
    {
        try
        {
            await change;
        }
        catch (IOException refused)
        {
            Tell(refused.Message);
        }
    }

    private void Failed(Exception failure, TimeSpan pause)
    {
        if (failure is IOException or UnauthorizedAccessException)
            Tell(failure.Message);
        else
            Log.RoutingFailed(log, settings.NodeName, pause, failure);
    }

    private void Fault(Exception fault)
    {
        if (fault is ApiException { Status.Reason: StatusReason.Forbidden } refused)
            Tell(refused.Message);
    }

    // The same trouble comes back at every interval; it is news once.
    private void Tell(string trouble)
    {
        lock (_told)
            if (_told.Count < RoutePlanner.Most && _told.Add(trouble))
                Log.RouteMissing(log, settings.NodeName, trouble);
    }
}
