using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ActorKube.Controllers.Nodes;
using ActorKube.Machinery.Objects;

namespace ActorKube.Controllers.Workloads.DaemonSets;

/// <summary>Which nodes a template's pods run on. Upstream: <c>NodeShouldRunDaemonPod</c>.</summary>
/// <param name="NodeName"><c>spec.nodeName</c>; empty for all nodes.</param>
/// <param name="Choice">Node selector and affinity.</param>
/// <param name="Tolerations">The template's tolerations and those that every daemon pod gets.</param>
internal sealed record DaemonPlacement(string NodeName, NodeChoice Choice, ImmutableArray<Toleration> Tolerations)
{
    public static DaemonPlacement Read(JsonNode? podSpec) =>
        new(podSpec.Text("nodeName"), NodeChoice.Read(podSpec), [.. DaemonTolerations.Of(podSpec).Select(t => Toleration.Read(t!))]);

    /// <summary>Whether a new pod belongs on a node, and whether one that is there may stay: it stays on a node whose taints only keep new pods away.</summary>
    public (bool Run, bool Continue) On(NodeView node)
    {
        if ((NodeName.Length > 0 && NodeName != node.Object.Key.Name) || !Choice.Allows(node.Object))
            return (false, false);
        return !Repelled(node, Taint.NoSchedule) && !Repelled(node, Taint.NoExecute)
            ? (true, true)
            : (false, !Repelled(node, Taint.NoExecute));
    }

    private bool Repelled(NodeView node, string effect) => node.Taints.Any(t => t.Effect == effect && !Tolerations.Any(o => o.Tolerates(t)));
}
