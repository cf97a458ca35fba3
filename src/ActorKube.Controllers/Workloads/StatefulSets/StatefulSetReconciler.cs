using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Controllers.Workloads.History;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Reconciling;

namespace ActorKube.Controllers.Workloads.StatefulSets;

/// <summary>Keeps the pods of every StatefulSet, each with its name, its place in the order and its claims. Upstream: <c>pkg/controller/statefulset</c>.</summary>
internal sealed class StatefulSetReconciler : IReconciler
{
    private const string HashLabel = "controller.kubernetes.io/hash";

    private static readonly GroupVersionResource StatefulSets = WellKnownResources.StatefulSets;
    private static readonly GroupVersionResource Pods = WellKnownResources.Pods;
    private static readonly GroupVersionResource Revisions = WellKnownResources.ControllerRevisions;
    private static readonly GroupVersionResource PersistentClaims = WellKnownResources.PersistentVolumeClaims;

    public string Name => "statefulset-controller";

    public bool DecidesByCachesAlone => true;

    public IReadOnlyList<WatchSpec> WatchesOf(IReadOnlyList<ServedResource> served) =>
    [
        WatchSpec.Itself(StatefulSets, CacheIndex.Namespace),
        new WatchSpec(Pods, OwnersOf, CacheIndex.Controller),
        new WatchSpec(Revisions, OwnersOf, CacheIndex.Controller),
        new WatchSpec(PersistentClaims, static (change, view) => change.New is null ? UsersOf(change.Latest.Key, view) : []),
    ];

    public Plan Reconcile(ReconcileContext context)
    {
        if (context.Find(StatefulSets) is not { } cached)
            return Plan.Nothing;
        var set = cached.As<StatefulSetView>();
        // A selector of all pods, or of none: pods made for it would be anybody's, or not its own.
        if (set.Selector.Requirements.IsEmpty)
            return Plan.Nothing;
        var podClaims = Claims.Of(context.View.Of(Pods), set.Object, set.Selector, p => StatefulPod.Of(set.Name, p.As<PodView>()) is not null);
        var revisionClaims = Claims.Of(context.View.Of(Revisions), set.Object, set.Selector, static _ => true);
        if (podClaims.Steps(context, Pods, StatefulSets, Kinds.StatefulSet, set.Object) is not { } claimingPods
            || revisionClaims.Steps(context, Revisions, StatefulSets, Kinds.StatefulSet, set.Object) is not { } claimingRevisions)
            return Plan.Ask(LiveRead.Get(StatefulSets, context.Key));

        var plan = new PlanBuilder().Do(StageMode.Parallel, [.. claimingPods, .. claimingRevisions]);
        podClaims.Explain(plan, "pods");
        revisionClaims.Explain(plan, "revisions");
        var owned = revisionClaims.Owned.Concat(revisionClaims.Adopt).ToList();
        var history = RevisionHistory.Of(context.View.Of(Revisions), owned, set.Object, Kinds.StatefulSet, HashLabel, set.Status.CollisionCount);
        var current = owned.Select(r => r.As<RevisionView>()).FirstOrDefault(r => r.Name == set.Status.CurrentRevision);
        var pods = podClaims.Owned.Concat(podClaims.Adopt).Select(p => StatefulPod.Of(set.Name, p.As<PodView>())!).ToList();
        var status = StatefulSetCounting.Count(set, pods, current?.Name ?? history.Name, history, context.Now);
        // After a failure the status goes first, or it would never be told: a failing stage ends the plan.
        var statusFirst = context.LastFailure is { Address.Subresource: not "status" };
        if (statusFirst)
            UpdateStatus(plan, set, status);
        // The revision would have the labels of the template: it would be let go of, and made again, for ever.
        if (history.Step is not null && !set.IsContradictory)
            plan.Because($"{history.Name} becomes its newest revision").Do(history.Step);
        if (set.Object.Head.Deleted is null)
            new StatefulWork(plan, context.View.Of(PersistentClaims), set, current, history.Name, context.LastFailure, context.Now).Decide(pods);
        var live = pods.Select(p => p.Revision).Append(current?.Name).ToHashSet();
        history.Truncate(plan, set.HistoryLimit, r => live.Contains(r.Name), liveCount: false);
        if (!statusFirst)
            UpdateStatus(plan, set, status);
        if (pods.Select(p => p.Pod!).NextAvailable(set.MinReadySeconds, context.Now) is { } soon)
            plan.Again(soon);
        return plan.Build();
    }

    private static void UpdateStatus(PlanBuilder plan, StatefulSetView set, StatefulSetStatus status)
    {
        if (status != set.Status)
            plan.Do(new UpdateStep(ObjectAddress.Of(StatefulSets, set.Object.Key, "status"), set.Object.WithStatus(status.Write)) { Tolerates = [StatusReason.NotFound] });
    }

    private static IEnumerable<ObjectKey> OwnersOf(ObjectChanged change, IClusterView view) =>
        Owners.Of(change, view, StatefulSets, Kinds.StatefulSet.Kind, static s => s.As<StatefulSetView>().Selector);

    // A pod may wait for the claim of its predecessor to go.
    private static IEnumerable<ObjectKey> UsersOf(ObjectKey claim, IClusterView view) =>
        view.Of(StatefulSets).By(CacheIndex.Namespace, claim.Namespace)
            .Where(s => s.As<StatefulSetView>().Claims.Any(c => claim.Name.StartsWith($"{c}-{s.Key.Name}-", StringComparison.Ordinal)))
            .Select(s => s.Key);
}
