using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Controllers.Hosting;
using ActorKube.Controllers.Nodes;
using ActorKube.Controllers.Workloads.History;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Reconciling;
using ActorKube.Machinery.Recording;

namespace ActorKube.Controllers.Workloads.DaemonSets;

/// <summary>Keeps a pod of every DaemonSet on every node that it is meant for. Upstream: <c>pkg/controller/daemon</c>.</summary>
internal sealed class DaemonSetReconciler(DaemonSetOptions options) : IReconciler
{
    private static readonly GroupVersionResource DaemonSets = WellKnownResources.DaemonSets;
    private static readonly GroupVersionResource Pods = WellKnownResources.Pods;
    private static readonly GroupVersionResource Nodes = WellKnownResources.Nodes;
    private static readonly GroupVersionResource Revisions = WellKnownResources.ControllerRevisions;

    private readonly FailedPodBackoff _backoff = new(options.FailedPodFirst, options.FailedPodLongest);

    public string Name => "daemonset-controller";

    public bool DecidesByCachesAlone => true;

    public IReadOnlyList<WatchSpec> WatchesOf(IReadOnlyList<ServedResource> served) =>
    [
        WatchSpec.Itself(DaemonSets, CacheIndex.Namespace),
        new WatchSpec(Pods, OwnersOf, CacheIndex.Controller),
        new WatchSpec(Revisions, OwnersOf, CacheIndex.Controller),
        new WatchSpec(Nodes, static (change, view) => IsAnotherPlace(change) ? view.Of(DaemonSets).All.Select(d => d.Key) : []),
    ];

    public Plan Reconcile(ReconcileContext context)
    {
        if (context.Find(DaemonSets) is not { } cached || cached.Head.Deleted is not null)
            return NameSequence.Forget(context);
        var set = cached.As<DaemonSetView>();
        var about = ObjectReference.To(Kinds.DaemonSet, set.Object);
        if (set.Selector.IsEverything)
            return new PlanBuilder().Record(EventSpec.Warn(about, "SelectingAll", "This daemon set is selecting all pods. A non-empty selector is required.")).Build();
        var podClaims = Claims.Of(context.View.Of(Pods), set.Object, set.Selector, static _ => true);
        var revisionClaims = Claims.Of(context.View.Of(Revisions), set.Object, set.Selector, static _ => true);
        if (podClaims.Steps(context, Pods, DaemonSets, Kinds.DaemonSet, set.Object) is not { } claimingPods
            || revisionClaims.Steps(context, Revisions, DaemonSets, Kinds.DaemonSet, set.Object) is not { } claimingRevisions)
            return Plan.Ask(LiveRead.Get(DaemonSets, context.Key));

        var plan = new PlanBuilder().Do(StageMode.Parallel, [.. claimingPods, .. claimingRevisions]);
        podClaims.Explain(plan, "pods");
        revisionClaims.Explain(plan, "revisions");
        var history = RevisionHistory.Of(
            context.View.Of(Revisions), revisionClaims.Owned.Concat(revisionClaims.Adopt), set.Object, Kinds.DaemonSet, DaemonPod.HashLabel, set.Status.CollisionCount ?? 0);
        var owned = podClaims.Owned.Concat(podClaims.Adopt).ToList();
        if (history.Twins.ToList() is { Count: > 0 } twins)
            return Merge(plan, history, twins, owned);
        var pods = DaemonPod.ByNode(owned);
        var nodes = context.View.Of(Nodes).All.OrderBy(n => n.Key).Select(n => n.As<NodeView>()).ToList();
        var status = DaemonSetCounting.Count(set, nodes, pods, history, context.Now);
        // After a failure the status goes first, or it would never be told: a failing stage ends the plan.
        var statusFirst = context.LastFailure is { Address.Subresource: not "status" };
        if (statusFirst)
            UpdateStatus(plan, set, status);
        // The revision would have the labels of the template: it would be let go of, and made again, for ever.
        if (history.Step is not null && !set.IsContradictory)
            plan.Because($"{history.Name} becomes its newest revision").Do(history.Step);
        Work(plan, context, set, nodes, pods, history.Hash);
        history.Truncate(plan, set.HistoryLimit, LiveIn(owned), liveCount: true);
        if (!statusFirst)
        {
            // What is left is the status alone: it counts what is there. Waits of failed pods go by the generation in it.
            if (!plan.Writes && status.ObservedGeneration == set.Status.ObservedGeneration)
                plan.Settle();
            UpdateStatus(plan, set, status);
        }
        if (pods.Values.SelectMany(p => p).Select(p => p.Pod).NextAvailable(set.MinReadySeconds, context.Now) is { } soon)
            plan.Again(soon);
        return plan.Build();
    }

    // Their pods are of the present template whatever their label says: they get the right one, and stay.
    private static Plan Merge(PlanBuilder plan, RevisionHistory history, List<RevisionView> twins, List<CachedObject> pods)
    {
        var hashes = twins.Select(t => t.Object.Head.Labels[DaemonPod.HashLabel]).ToHashSet();
        var label = new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { [DaemonPod.HashLabel] = history.Hash } } }.Encode();
        return plan.Because($"{twins.Count} revisions say the same as {history.Name}")
            .Do(StageMode.Parallel, pods.Where(p => p.Head.Labels[DaemonPod.HashLabel] is { } hash && hash != history.Hash && hashes.Contains(hash))
                .Select(p => new PatchStep(ObjectAddress.Of(Pods, p.Key), PatchType.StrategicMerge, label) { Tolerates = [StatusReason.NotFound] }))
            .Do(StageMode.Parallel, twins.Select(RevisionHistory.Delete))
            .Build();
    }

    private void Work(PlanBuilder plan, ReconcileContext context, DaemonSetView set, List<NodeView> nodes, Dictionary<string, List<DaemonPod>> pods, string hash)
    {
        List<string> create = [];
        List<DaemonPod> delete = [];
        foreach (var node in nodes)
        {
            var needs = NodeNeeds.Of(set, node, pods.GetValueOrDefault(node.Object.Key.Name), hash, context.Now);
            if (needs.Create)
                create.Add(node.Object.Key.Name);
            delete.AddRange(needs.Surplus);
            Bury(plan, context, set, needs, delete);
        }
        // Pods that wait for a node which is gone are never scheduled, and nobody else would find them.
        var known = nodes.Select(n => n.Object.Key.Name).ToHashSet();
        delete.AddRange(pods.Where(p => !known.Contains(p.Key)).SelectMany(p => p.Value).Where(p => p.Pod.NodeName.Length == 0 && !p.Pod.IsTerminating));
        if (set.IsContradictory && create.Count > 0)
        {
            plan.Record(Contradiction.Told(ObjectReference.To(Kinds.DaemonSet, set.Object)));
            create.Clear();
        }
        // Nothing would come in the place of pods that are deleted for an update.
        if (create.Count + delete.Count == 0 && set.Rolls && !set.IsContradictory)
        {
            var wanted = nodes.Where(n => set.Placement.On(n).Run).Select(n => n.Object.Key.Name).ToList();
            (delete, create) = DaemonRollout.Of(set, wanted, known, pods, hash, context.Now);
        }
        if (create.Count + delete.Count == 0)
            return;
        plan.Because($"{create.Count} nodes lack a pod, {delete.Count} pods have to go");
        var about = ObjectReference.To(Kinds.DaemonSet, set.Object);
        var template = new DaemonPodTemplate(set, hash);
        // A failing stage ends the plan: what failed the last time comes last, so that pods which cannot be deleted keep no other node from getting one, nor the other way round.
        var creations = create.Take(options.Burst).Select(n => template.For(n, context)).ToList();
        if (creations.Count > 0)
            plan.Remember(NameSequence.After(context, creations.Count));
        if (context.LastFailure is { Verb: "delete" })
            plan.Do(StageMode.SlowStart, creations);
        plan.Do(StageMode.Parallel, delete.Take(options.Burst).Select(p => PodSteps.Delete(about, p.Pod)));
        if (context.LastFailure is not { Verb: "delete" })
            plan.Do(StageMode.SlowStart, creations);
    }

    private void Bury(PlanBuilder plan, ReconcileContext context, DaemonSetView set, NodeNeeds needs, List<DaemonPod> delete)
    {
        var about = ObjectReference.To(Kinds.DaemonSet, set.Object);
        foreach (var pod in needs.Failed)
        {
            if (_backoff.Wait(set.Object.Head.Uid, set.Status.ObservedGeneration, pod.Node, context.Now.Uptime) is { } wait)
            {
                plan.Again(wait);
                continue;
            }
            plan.Record(EventSpec.Warn(about, "FailedDaemonPod", $"Found failed daemon pod {pod.Pod.Object.Key} on node {pod.Node}, will try to kill it"));
            delete.Add(pod);
        }
        foreach (var pod in needs.Succeeded)
        {
            plan.Record(EventSpec.Normal(about, "SucceededDaemonPod", $"Found succeeded daemon pod {pod.Pod.Object.Key} on node {pod.Node}, will try to delete it"));
            delete.Add(pod);
        }
    }

    private static void UpdateStatus(PlanBuilder plan, DaemonSetView set, DaemonSetStatus status)
    {
        if (status != set.Status)
            plan.Do(new UpdateStep(ObjectAddress.Of(DaemonSets, set.Object.Key, "status"), set.Object.WithStatus(status.Write)) { Tolerates = [StatusReason.NotFound] });
    }

    // Pods that have ended and are on their way out still have their revision.
    private static Func<RevisionView, bool> LiveIn(List<CachedObject> pods)
    {
        var hashes = pods.Select(p => p.Head.Labels[DaemonPod.HashLabel]).ToHashSet();
        return revision => hashes.Contains(revision.Object.Head.Labels[DaemonPod.HashLabel]);
    }

    private static IEnumerable<ObjectKey> OwnersOf(ObjectChanged change, IClusterView view) =>
        Owners.Of(change, view, DaemonSets, Kinds.DaemonSet.Kind, static d => d.As<DaemonSetView>().Selector);

    // Heartbeats and images change no daemon's mind.
    private static bool IsAnotherPlace(ObjectChanged change) =>
        change is not { Old: { } old, New: { } now }
        || !old.Head.Labels.SequenceEqual(now.Head.Labels)
        || !old.As<NodeView>().Taints.SequenceEqual(now.As<NodeView>().Taints);
}
