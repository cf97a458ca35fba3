using System.Collections.Immutable;
using ActorKube.NodeAgent.Client;
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

    /// <summary>The pods of the node, or a change of one.</summary>
    public sealed record Feed(FeedItem Item);

    /// <summary>Something changed in the runtime.</summary>
    public sealed record RuntimeChanged(RuntimeEvent Event);
}
