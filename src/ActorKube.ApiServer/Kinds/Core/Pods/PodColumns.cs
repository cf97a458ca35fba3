using System.Text.Json;
using ActorKube.ApiServer.Tables;

namespace ActorKube.ApiServer.Kinds.Core.Pods;

/// <summary>The table of pods.</summary>
internal static class PodColumns
{
    private static readonly RowCompletion Succeeded = new("Succeeded", "The pod has completed successfully.");
    private static readonly RowCompletion Failed = new("Failed", "The pod failed.");

    /// <summary>All columns.</summary>
    public static IReadOnlyList<TableColumn> All { get; } =
    [
        TableColumn.ObjectName,
        TableColumn.Text("Ready", "Containers that are ready to take traffic, of all.", static o => PodSummary.Of(o).Ready),
        TableColumn.Text("Status", "What the containers of the pod are doing, taken together.", static o => PodSummary.Of(o).Status),
        new("Restarts", "string", static (o, now) => PodSummary.Of(o).Restarts(now)) { Description = "How often containers were started again, and when the last one ended." },
        TableColumn.Age,
        TableColumn.Text("IP", "Address of the pod.", static o => CellText.OrNone(Address(o)), 1),
        TableColumn.Text("Node", "Node that the pod is bound to.", static o => CellText.OrNone(o.At("spec", "nodeName").AsText()), 1),
        TableColumn.Text("Nominated Node", "Node that the pod is to have once others have made room.", static o => CellText.OrNone(o.At("status", "nominatedNodeName").AsText()), 1),
        TableColumn.Text("Readiness Gates", "Further conditions that are met, of those that the pod asks for.", Gates, 1),
    ];

    /// <summary>Whether a pod has run its course.</summary>
    public static RowCompletion? Completion(JsonElement pod) => pod.At("status", "phase").AsText() switch
    {
        "Succeeded" => Succeeded,
        "Failed" => Failed,
        _ => null,
    };

    private static string Address(JsonElement pod) =>
        pod.At("status", "podIPs").Items().FirstOrDefault().At("ip").AsText() is { Length: > 0 } ip ? ip : pod.At("status", "podIP").AsText();

    private static TableCell Gates(JsonElement pod)
    {
        var gates = pod.At("spec", "readinessGates");
        if (gates.Size() == 0)
            return CellText.None;
        var met = pod.At("status", "conditions").Items().Where(static c => c.At("status").AsText() == "True").Select(static c => c.At("type").AsText()).ToHashSet();
        return $"{gates.Items().Count(g => met.Contains(g.At("conditionType").AsText()))}/{gates.Size()}";
    }
}
