using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Reconciling;
using ActorKube.Machinery.Recording;

namespace ActorKube.Controllers.Workloads.ReplicaSets;

/// <summary>Keeps the number of pods of every ReplicaSet or ReplicationController at what it asks for. Upstream: <c>pkg/controller/replicaset</c>, <c>replication</c>.</summary>
/// <param name="shape">Which of the two.</param>
/// <param name="burst">Most pods created or deleted in one decision.</param>
internal sealed class ReplicaSetReconciler(ReplicaShape shape, int burst = ReplicaSetReconciler.DefaultBurst) : IReconciler
{
    public const int DefaultBurst = 500;

    private static readonly GroupVersionResource Pods = WellKnownResources.Pods;

    public string Name => shape.Controller;

    public bool DecidesByCachesAlone => true;

    public IReadOnlyList<WatchSpec> WatchesOf(IReadOnlyList<ServedResource> served) =>
    [
        WatchSpec.Itself(shape.Resource, CacheIndex.Namespace, CacheIndex.Controller),
        new WatchSpec(
            Pods,
            (change, view) => IsSameReplica(change) ? [] : Owners.Of(change, view, shape.Resource, shape.Kind.Kind, static o => o.As<ReplicaSetView>().Selector),
            CacheIndex.Controller),
    ];

    public Plan Reconcile(ReconcileContext context)
    {
        if (context.Find(shape.Resource) is not { } cached)
            return NameSequence.Forget(context);
        var set = cached.As<ReplicaSetView>();
        // A selector of all pods, or of none: pods made for it would be anybody's, or not its own.
        if (set.Selector is not { Requirements.IsEmpty: false } selector)
            return Plan.Nothing;
        var pods = context.View.Of(Pods);
        var claims = Claims.Of(pods, set.Object, selector, p => p.As<PodView>().IsActive);
        if (claims.Steps(context, Pods, shape.Resource, shape.Kind, set.Object) is not { } claiming)
            return Plan.Ask(LiveRead.Get(shape.Resource, context.Key));

        var active = claims.Owned.Concat(claims.Adopt).Select(p => p.As<PodView>()).ToList();
        var plan = new PlanBuilder();
        plan.Do(StageMode.Parallel, claiming);
        claims.Explain(plan, "pods");

        var failure = context.LastFailure is { IsConflict: false } last && last.Address.Resource == Pods && last.Status.Reason != StatusReason.AlreadyExists ? last : null;
        var contradicts = set.Replicas > active.Count && !selector.Matches(set.TemplateLabels);
        if (contradicts)
            failure = new StepFailure("create", new ObjectAddress(Pods, context.Key.Namespace, ""), ApiErrors.BadRequest(Contradiction.Message).Status);
        var status = ReplicaSetCounting.Count(set, active, shape.TellsTerminating ? Terminating(pods, set) : null, failure, context.Now);
        // After a failure the status goes first, or it would never be told: a failing stage ends the plan.
        if (failure is not null)
            UpdateStatus(plan, set, status);
        if (contradicts)
            plan.Record(Contradiction.Told(ObjectReference.To(shape.Kind, set.Object)));
        else if (set.Object.Head.Deleted is null)
            Scale(plan, context, set, active, pods);
        if (failure is null)
        {
            // What is left is the status alone: it counts what is there, and nothing is decided by it.
            if (!plan.Writes)
                plan.Settle();
            UpdateStatus(plan, set, status);
        }
        if (active.NextAvailable(set.MinReadySeconds, context.Now) is { } soon)
            plan.Again(soon);
        return plan.Build();
    }

    // That a pod is bound, or starts, changes neither the number of replicas nor the status; what ranks pods for deletion is read when one has to go.
    private static bool IsSameReplica(ObjectChanged change) =>
        change is { Old: { } old, New: { } now } && old.Head.Uid == now.Head.Uid && old.Head.Controller?.Uid == now.Head.Controller?.Uid
        && old.Head.Labels.SequenceEqual(now.Head.Labels) && old.As<PodView>().CountsLike(now.As<PodView>());

    private void Scale(PlanBuilder plan, ReconcileContext context, ReplicaSetView set, List<PodView> active, CacheView pods)
    {
        var missing = set.Replicas - active.Count;
        if (missing > 0)
        {
            plan.Because($"has {active.Count} of {set.Replicas} replicas");
            missing = Math.Min(missing, burst);
            plan.Do(StageMode.SlowStart, Creations(context, set, pods, missing)).Remember(NameSequence.After(context, missing));
        }
        else if (missing < 0)
        {
            plan.Because($"has {active.Count} replicas and wants {set.Replicas}");
            plan.Do(StageMode.Parallel, Surplus(context, set, active, Math.Min(-missing, burst)).Select(p => PodSteps.Delete(ObjectReference.To(shape.Kind, set.Object), p)));
        }
    }

    private IEnumerable<PlanStep> Creations(ReconcileContext context, ReplicaSetView set, CacheView pods, int count)
    {
        var about = ObjectReference.To(shape.Kind, set.Object);
        var factory = new PodFactory(set.Object.Edit().At("spec", "template"), set.Object, shape.Kind);
        var ns = set.Object.Key.Namespace;
        foreach (var name in factory.Names(NameSequence.Of(context, set.Object), n => pods.Find(new ObjectKey(ns, n)) is not null).Take(count))
            yield return PodSteps.Create(about, new ObjectKey(ns, name), factory.Pod(name));
    }

    private IEnumerable<PodView> Surplus(ReconcileContext context, ReplicaSetView set, List<PodView> active, int count)
    {
        if (count >= active.Count)
            return active;
        var onNode = RelatedSets(context, set)
            .SelectMany(s => context.View.Of(Pods).By(CacheIndex.Controller, s.Head.Uid))
            .Select(p => p.As<PodView>())
            .Where(p => p.IsActive && p.NodeName.Length > 0)
            .CountBy(p => p.NodeName)
            .ToDictionary();
        return active.Order(new PodRanking(p => onNode.GetValueOrDefault(p.NodeName), context.Now)).Take(count);
    }

    // The sets of the same Deployment: pods that double up on a node with any of them go first.
    private IEnumerable<StoredObject> RelatedSets(ReconcileContext context, ReplicaSetView set) =>
        set.Object.Head.Controller is { } deployment
            ? context.View.Of(shape.Resource).By(CacheIndex.Controller, deployment.Uid).Select(s => s.Object)
            : [set.Object];

    private static int Terminating(CacheView pods, ReplicaSetView set) =>
        pods.By(CacheIndex.Controller, set.Object.Head.Uid).Count(p => p.Head.Deleted is not null && !p.As<PodView>().IsTerminal && set.Selector.Matches(p.Head.Labels));

    private void UpdateStatus(PlanBuilder plan, ReplicaSetView set, ReplicaSetStatus status)
    {
        if (status != set.Status)
            plan.Do(new UpdateStep(ObjectAddress.Of(shape.Resource, set.Object.Key, "status"), set.Object.WithStatus(status.Write)) { Tolerates = [StatusReason.NotFound] });
    }
}
