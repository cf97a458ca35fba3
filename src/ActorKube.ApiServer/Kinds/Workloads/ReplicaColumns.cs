using System.Text.Json.Nodes;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Tables;

namespace ActorKube.ApiServer.Kinds.Workloads;

/// <summary>What replica sets and their ancestor, the replication controller, share.</summary>
internal static class ReplicaColumns
{
    /// <summary>The columns up to the age.</summary>
    public static readonly TableColumn[] Counts =
    [
        TableColumn.ObjectName,
        TableColumn.Number("Desired", "How many pods there should be.", static o => o.At("spec", "replicas").AsNumber()),
        TableColumn.Number("Current", "How many pods there are.", static o => o.At("status", "replicas").AsNumber()),
        TableColumn.Number("Ready", "How many of them are ready.", static o => o.At("status", "readyReplicas").AsNumber()),
        TableColumn.Age,
    ];

    /// <summary>Checks the counts of a status (upstream: <c>ValidateReplicaSetStatus</c>).</summary>
    public static void CheckStatus(JsonObject obj, FieldErrors errors)
    {
        WorkloadRules.CheckStatus(obj, errors, "replicas", "fullyLabeledReplicas", "readyReplicas", "availableReplicas", "observedGeneration");
        foreach (var part in (ReadOnlySpan<string>)["fullyLabeledReplicas", "readyReplicas", "availableReplicas"])
            WorkloadRules.NotAbove(obj, part, "replicas", errors);
        WorkloadRules.NotAbove(obj, "availableReplicas", "readyReplicas", errors);
    }
}
