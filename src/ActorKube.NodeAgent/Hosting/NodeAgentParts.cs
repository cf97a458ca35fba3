using ActorKube.Machinery.Client;
using ActorKube.Machinery.Times;
using ActorKube.Machinery.Volumes;
using ActorKube.NodeAgent.Execution;
using ActorKube.NodeAgent.Network;
using ActorKube.NodeAgent.Node;
using ActorKube.NodeAgent.Runtimes;
using ActorKube.NodeAgent.Setup;
using ActorKube.NodeAgent.Volumes;
using Microsoft.Extensions.Logging;

namespace ActorKube.NodeAgent.Hosting;

/// <summary>What an agent's actors work with; built by <see cref="NodeAgentHost"/>.</summary>
internal sealed record NodeAgentParts
{
    public required NodeAgentSettings Settings { get; init; }

    public required IResourceClient Client { get; init; }

    public required IContainerRuntime Runtime { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>The present, whatever the clock is set to.</summary>
    public required ClockHistory Clock { get; init; }

    public required ILogger Log { get; init; }

    public required IEventSink Events { get; init; }

    public required PodExecutor Executor { get; init; }

    public required RuntimeInventory Inventory { get; init; }

    public required IPodVolumes Volumes { get; init; }

    /// <summary>Where the node keeps the local-path provisioner's volumes.</summary>
    public required LocalPathRoot LocalPath { get; init; }

    /// <summary>Removes the directories of such volumes; null where there are none on disk.</summary>
    public LocalPathCleaner? Cleaner { get; init; }

    public required NodeState Facts { get; init; }

    public required PodBoard Board { get; init; }

    /// <summary>What the node can give to pods.</summary>
    public required NodeCapacity Allocatable { get; init; }

    public required INodeProbe Probe { get; init; }

    /// <summary>Whether containers are simulated; what the machine uses is not the node's then.</summary>
    public required bool IsSimulated { get; init; }

    public required NodeNetwork Network { get; init; }

    /// <summary>Whether the runtime has a network for pods.</summary>
    public required NetworkReadiness NetworkReadiness { get; init; }

    /// <summary>Keeps the routes to other nodes' pods; null where that is others' work.</summary>
    public PodRouter? Router { get; init; }

    /// <summary>Carries the address of the API server's service; null where that is others' work.</summary>
    public ApiServerAddress? ApiServer { get; init; }
}
