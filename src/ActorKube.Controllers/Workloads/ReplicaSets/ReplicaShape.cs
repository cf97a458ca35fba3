using ActorKube.Api.Names;
using ActorKube.Machinery.Client;

namespace ActorKube.Controllers.Workloads.ReplicaSets;

/// <summary>A kind that keeps a number of pods. Replication controllers are replica sets of an older shape; one reconciler serves both.</summary>
/// <param name="Controller">Name of the controller.</param>
/// <param name="Resource">The resource.</param>
/// <param name="Kind">The kind in owner references and events.</param>
/// <param name="TellsTerminating">Whether the status has <c>terminatingReplicas</c>.</param>
internal sealed record ReplicaShape(string Controller, GroupVersionResource Resource, GroupVersionKind Kind, bool TellsTerminating)
{
    public static readonly ReplicaShape ReplicaSet = new("replicaset-controller", WellKnownResources.ReplicaSets, Kinds.ReplicaSet, TellsTerminating: true);

    public static readonly ReplicaShape ReplicationController =
        new("replicationcontroller-controller", WellKnownResources.ReplicationControllers, Kinds.ReplicationController, TellsTerminating: false);
}
