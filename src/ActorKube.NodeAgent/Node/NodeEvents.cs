using System.Collections.Immutable;
using ActorKube.NodeAgent.Pods;

namespace ActorKube.NodeAgent.Node;

/// <summary>Events about the node itself, with upstream's reasons and messages: one for each condition whose status has changed, or is known for the first time.</summary>
internal static class NodeEvents
{
    /// <summary>The agent has begun.</summary>
    public static readonly PodEvent Starting = PodEvent.Normal("Starting", "Starting kubelet.");

    /// <summary>The events for what changed.</summary>
    /// <param name="name">Name of the node.</param>
    /// <param name="before">Statuses by type; without an entry where nothing was known.</param>
    /// <param name="now">The conditions now.</param>
    public static IEnumerable<PodEvent> Of(string name, IReadOnlyDictionary<string, bool> before, ImmutableArray<NodeConditionView> now)
    {
        foreach (var condition in now)
        {
            var known = before.TryGetValue(condition.Type, out var status);
            if (known && status == condition.Status)
                continue;
            // A node that has only just come is not ready yet as a matter of course.
            if (!known && condition is { Type: NodeConditions.Ready, Status: false })
                continue;
            var reason = Reason(condition);
            yield return PodEvent.Normal(reason, $"Node {name} status is now: {reason}");
        }
    }

    private static string Reason(NodeConditionView condition) => (condition.Type, condition.Status) switch
    {
        ("MemoryPressure", true) => "NodeHasInsufficientMemory",
        ("MemoryPressure", false) => "NodeHasSufficientMemory",
        ("DiskPressure", true) => "NodeHasDiskPressure",
        ("DiskPressure", false) => "NodeHasNoDiskPressure",
        ("PIDPressure", true) => "NodeHasInsufficientPID",
        ("PIDPressure", false) => "NodeHasSufficientPID",
        (NodeConditions.Ready, true) => "NodeReady",
        (NodeConditions.Ready, false) => "NodeNotReady",
        var (type, _) => throw new InvalidOperationException($"Unknown node condition {type}."),
    };
}
