using System.Collections.Immutable;
using ActorKube.NodeAgent.Runtimes;

namespace ActorKube.NodeAgent.Node;

/// <summary>A condition of the node.</summary>
internal sealed record NodeConditionView(string Type, bool Status, string Reason, string Message);

/// <summary>The node's conditions, with upstream's reasons and messages.</summary>
internal static class NodeConditions
{
    /// <summary>Type of the condition that says whether pods can be run.</summary>
    public const string Ready = "Ready";

    /// <summary>All of them.</summary>
    public static ImmutableArray<NodeConditionView> Of(NodeObservation node) =>
    [
        node.Pressure.Memory
            ? new("MemoryPressure", Status: true, "KubeletHasInsufficientMemory", "kubelet has insufficient memory available")
            : new("MemoryPressure", Status: false, "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
        node.Pressure.Disk
            ? new("DiskPressure", Status: true, "KubeletHasDiskPressure", "kubelet has disk pressure")
            : new("DiskPressure", Status: false, "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
        node.Pressure.Processes
            ? new("PIDPressure", Status: true, "KubeletHasInsufficientPID", "kubelet has insufficient PID available")
            : new("PIDPressure", Status: false, "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
        Readiness(node),
    ];

    /// <summary>Whether pods can be run.</summary>
    public static bool IsReady(NodeObservation node) => Readiness(node).Status;

    /// <summary>What is wrong with the network, in upstream's words.</summary>
    public static string NetworkTrouble(RuntimeCondition network) => Trouble("container runtime network not ready", network);

    private static NodeConditionView Readiness(NodeObservation node)
    {
        var troubles = new List<string>();
        if (node.RuntimeStatus is not { } status)
        {
            troubles.Add($"container runtime is down: {node.RuntimeError}");
        }
        else
        {
            if (status.Condition(RuntimeStatus.RuntimeReady) is { Status: false } runtime)
                troubles.Add(Trouble("container runtime not ready", runtime));
            if (status.Condition(RuntimeStatus.NetworkReady) is { Status: false } network)
                troubles.Add(NetworkTrouble(network));
        }
        return troubles.Count == 0
            ? new(Ready, Status: true, "KubeletReady", "kubelet is posting ready status")
            : new(Ready, Status: false, "KubeletNotReady", troubles.Count == 1 ? troubles[0] : $"[{string.Join(", ", troubles)}]");
    }

    private static string Trouble(string what, RuntimeCondition condition) => $"{what}: {condition.Type}=false reason:{condition.Reason} message:{condition.Message}";
}
