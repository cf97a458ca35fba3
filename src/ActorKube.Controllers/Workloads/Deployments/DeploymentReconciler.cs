using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Reconciling;
using ActorKube.Machinery.Recording;

namespace ActorKube.Controllers.Workloads.Deployments;

/// <summary>Keeps a ReplicaSet for every revision of a Deployment's template, and moves the pods from the old ones to the newest. Upstream: <c>pkg/controller/deployment</c>.</summary>
internal sealed class DeploymentReconciler : IReconciler
{
    private static readonly GroupVersionResource Deployments = WellKnownResources.Deployments;
    private static readonly GroupVersionResource ReplicaSets = WellKnownResources.ReplicaSets;

    public string Name => "deployment-controller";

    public bool DecidesByCachesAlone => true;

    public IReadOnlyList<WatchSpec> WatchesOf(IReadOnlyList<ServedResource> served) =>
    [
        WatchSpec.Itself(Deployments, CacheIndex.Namespace),
        new WatchSpec(ReplicaSets, static (change, view) => Owners.Of(change, view, Deployments, Kinds.Deployment.Kind, static o => o.As<DeploymentView>().Selector), CacheIndex.Namespace, CacheIndex.Controller),
        new WatchSpec(WellKnownResources.Pods, static (change, view) => WaitingForThePodOf(change, view), CacheIndex.Controller),
    ];

    public Plan Reconcile(ReconcileContext context)
    {
        if (context.Find(Deployments) is not { } cached)
            return Plan.Nothing;
        var deployment = cached.As<DeploymentView>();
        if (deployment.Selector.IsEverything)
            return SelectsAll(deployment);
        var claims = Claims.Of(context.View.Of(ReplicaSets), deployment.Object, deployment.Selector, static _ => true);
        if (claims.Steps(context, ReplicaSets, Deployments, Kinds.Deployment, deployment.Object) is not { } claiming)
            return Plan.Ask(LiveRead.Get(Deployments, context.Key));
        var steps = claiming.ToArray();
        return steps.Length > 0
            ? new PlanBuilder().Because($"adopts {claims.Adopt.Count} and releases {claims.Release.Count} replica sets").Do(StageMode.Parallel, steps).Build()
            : new Rollout(context, deployment, claims.Owned).Decide();
    }

    // Nothing is done for it, but it was seen.
    private static Plan SelectsAll(DeploymentView deployment)
    {
        var plan = new PlanBuilder()
            .Record(EventSpec.Warn(ObjectReference.To(Kinds.Deployment, deployment.Object), "SelectingAll", "This deployment is selecting all pods. A non-empty selector is required."));
        var seen = deployment.Status with { ObservedGeneration = Math.Max(deployment.Status.ObservedGeneration, deployment.Object.Head.Generation) };
        if (seen != deployment.Status)
            plan.Do(new UpdateStep(ObjectAddress.Of(Deployments, deployment.Object.Key, "status"), deployment.Object.WithStatus(seen.Write)) { Tolerates = [StatusReason.NotFound] });
        return plan.Build();
    }

    // Strategy Recreate waits for the last old pod to go; nobody else does.
    private static IEnumerable<ObjectKey> WaitingForThePodOf(ObjectChanged change, IClusterView view)
    {
        var finished = change.New is null || (change.New.As<PodView>().IsTerminal && change.Old?.As<PodView>().IsTerminal != true);
        if (!finished || change.Latest.Head.Controller is not { Kind: "ReplicaSet" } owner)
            yield break;
        var ns = change.Latest.Key.Namespace;
        if (view.Of(ReplicaSets).Find(new ObjectKey(ns, owner.Name))?.Head.Controller is not { Kind: "Deployment" } controller)
            yield break;
        var key = new ObjectKey(ns, controller.Name);
        if (view.Of(Deployments).Find(key)?.As<DeploymentView>() is { Recreates: true })
            yield return key;
    }
}
