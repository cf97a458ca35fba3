using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Kinds.Workloads;
using ActorKube.ApiServer.Tables;
using static ActorKube.ApiServer.Kinds.KindTable;

namespace ActorKube.ApiServer.Kinds.Apps;

/// <summary>ReplicaSet: so many pods of one template (upstream: <c>ValidateReplicaSet</c>).</summary>
internal sealed class ReplicaSetStrategy() : ReplicaStrategy(
    Namespaced("apps/v1", "ReplicaSet", "replicasets", "rs").WithStatus().WithScale().In(All).Counted(),
    static o => CellText.Selector(o.At("spec", "selector")))
{
    /// <summary>Those of a set that a deployment has made stay: it makes sets until it sees one with its own template, in which they may stand yet. They are taken from the pods.</summary>
    protected override bool DropsDisabledFields(JsonObject obj) => !obj.Object("metadata").Objects("ownerReferences").Any(static o => o.Bool("controller") == true);

    /// <inheritdoc/>
    protected override void ValidateSpec(JsonObject spec, FieldErrors errors)
    {
        // Upstream's word for a replica set here is that of the deployments which make them.
        WorkloadRules.Check(spec, "deployment", "ReplicaSet", errors);
    }
}
