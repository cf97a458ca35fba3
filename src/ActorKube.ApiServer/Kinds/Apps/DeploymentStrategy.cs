using static ActorKube.ApiServer.Kinds.KindTable;

namespace ActorKube.ApiServer.Kinds.Apps;

/// <summary>Deployment: replica sets that follow a template.</summary>
internal sealed class DeploymentStrategy() : KindStrategy(
    Namespaced("apps/v1", "Deployment", "deployments", "deploy").WithStatus().WithScale().In(All).Counted())
{
    /// <summary>Annotations count as a change: controllers read rollout hints from them (upstream: deployment strategy, PrepareForUpdate).</summary>
    public override bool IsNewGeneration(System.Text.Json.Nodes.JsonObject obj, System.Text.Json.Nodes.JsonObject old) =>
        base.IsNewGeneration(obj, old) || !ObjectParts.SamePart(obj, old, "metadata", "annotations");
}
