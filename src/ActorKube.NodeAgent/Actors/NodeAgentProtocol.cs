using System.Collections.Immutable;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Client;
using ActorKube.NodeAgent.Execution;
using ActorKube.NodeAgent.Runtimes;

namespace ActorKube.NodeAgent.Actors;

/// <summary>What the <see cref="NodeAgentActor"/> is told.</summary>
internal static class NodeAgentProtocol
{
    /// <summary>What the runtime held when the agent started.</summary>
    public sealed record Found(ImmutableDictionary<string, FoundPod> Pods);

    /// <summary>What the runtime holds of a pod whose actor has ended although the pod has not.</summary>
    public sealed record FoundAgain(string Uid, FoundPod? Pod);

    /// <summary>All pods of the node: what is not among them does not exist.</summary>
    public sealed record PodsListed(IReadOnlyList<StoredObject> Items);

    /// <summary>A pod of the node came, changed or went.</summary>
    public sealed record PodChanged(WatchEventType Type, StoredObject Object);

    /// <summary>The control plane could not be reached; the agent goes on trying.</summary>
    public sealed record ControlPlaneLost(string Error);

    /// <summary>Something changed in the runtime.</summary>
    public sealed record RuntimeChanged(RuntimeEvent Event);
}
