using System.Collections.Immutable;
using ActorKube.NodeAgent.Pods.Status;

namespace ActorKube.NodeAgent.Node;

/// <summary>What is known of the node and may change while the agent runs. Written by one actor, read by all pods.</summary>
internal sealed class NodeState(ImmutableArray<string> hostIps)
{
    private NodeFacts _facts = new("unknown", hostIps);
    private int _daemonPort;
    private bool _strictGroups;

    /// <summary>The node as statuses of pods show it.</summary>
    public NodeFacts Status => Volatile.Read(ref _facts);

    /// <summary>Port of the agent's HTTPS server; 0 while it does not serve.</summary>
    public int DaemonPort
    {
        get => Volatile.Read(ref _daemonPort);
        set => Volatile.Write(ref _daemonPort, value);
    }

    /// <summary>Whether the runtime can leave out the groups of images; known before the first pod is taken.</summary>
    public bool StrictGroups
    {
        get => Volatile.Read(ref _strictGroups);
        set => Volatile.Write(ref _strictGroups, value);
    }

    /// <summary>The name of the runtime, once it has answered.</summary>
    public void SetRuntime(string name)
    {
        if (Status.RuntimeName != name)
            Volatile.Write(ref _facts, Status with { RuntimeName = name });
    }
}
