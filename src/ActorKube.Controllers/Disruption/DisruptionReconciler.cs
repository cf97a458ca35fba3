using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Controllers.Hosting;
using ActorKube.Controllers.Workloads;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Reconciling;
using ActorKube.Machinery.Recording;
using ActorKube.Machinery.Times;

namespace ActorKube.Controllers.Disruption;

/// <summary>
/// Counts for every PodDisruptionBudget how many of its pods may be evicted, which the API server goes by, and takes back announcements of disruptions that did not happen. A key stands for the
/// budget and for the pod of that name. Upstream: <c>pkg/controller/disruption</c>.
/// </summary>
internal sealed class DisruptionReconciler(DisruptionOptions options) : IReconciler
{
    private static readonly GroupVersionResource Budgets = WellKnownResources.PodDisruptionBudgets;
    private static readonly GroupVersionResource Pods = WellKnownResources.Pods;

    private static readonly CacheIndex BySelector = SelectorIndex.Of<BudgetView>(static b => (b.Object.Key.Namespace, b.Selector));

    public string Name => "disruption-controller";

    public bool DecidesByCachesAlone => true;

    public IReadOnlyList<WatchSpec> WatchesOf(IReadOnlyList<ServedResource> served) =>
    [
        WatchSpec.Itself(Budgets, BySelector),
        new WatchSpec(Pods, static (change, view) => OfPod(change, view), CacheIndex.Namespace, CacheIndex.Labels, CacheIndex.Controller),
        new WatchSpec(WellKnownResources.ReplicaSets, static (change, view) => OfOwner(change, view), CacheIndex.Controller),
        new WatchSpec(WellKnownResources.StatefulSets, static (change, view) => OfOwner(change, view)),
        new WatchSpec(WellKnownResources.ReplicationControllers, static (change, view) => OfOwner(change, view)),
        new WatchSpec(WellKnownResources.Deployments, static (change, view) => OfDeployment(change, view)),
    ];

    public Plan Reconcile(ReconcileContext context)
    {
        var plan = new PlanBuilder();
        if (context.Find(Pods)?.As<BudgetedPod>() is { } pod)
        {
            if (pod.TargetSince is { } since)
                Recall(plan, pod, since, context.Now);
            Warn(plan, context, pod);
        }
        if (context.Find(Budgets)?.As<BudgetView>() is { } budget && Count(plan, context, budget) is { } reading)
            return reading;
        return plan.Build();
    }

    private Plan? Count(PlanBuilder plan, ReconcileContext context, BudgetView budget)
    {
        var pods = context.View.Of(Pods).Matching(context.Key.Namespace, budget.Selector)
            .OrderBy(p => p.Key)
            .Select(p => p.As<BudgetedPod>())
            .ToList();
        var scale = NeedsScale(budget) ? ExpectedScale.Of(context, pods) : null;
        if (scale is { Reads.Count: > 0, Fault: null })
            return new Plan { Reads = [.. scale.Reads] };
        if (scale?.Fault is { } fault)
        {
            Write(plan, budget, BudgetStatus.Failed(budget, fault, context.Now),
                [EventSpec.Warn(About(budget), "CalculateExpectedPodCountFailed", $"Failed to calculate the number of expected pods: {fault}")]);
            plan.RetryBecause(fault);
        }
        else
            Judge(plan, context, budget, pods, scale);
        return null;
    }

    private void Judge(PlanBuilder plan, ReconcileContext context, BudgetView budget, List<BudgetedPod> pods, ExpectedScale? scale)
    {
        var expected = scale?.Total ?? (budget.MinAvailable is null ? 0 : pods.Count);
        var desired = budget switch
        {
            { MaxUnavailable: { } most } => Math.Max(0, expected - most.Of(expected, roundUp: true)),
            { MinAvailable: { } least } => least.Of(expected, roundUp: true),
            _ => 0,
        };
        var disrupted = Disrupted(plan, budget, pods, context.Now);
        var healthy = pods.Count(p => p is { Ready: true, Terminating: false } && !disrupted.ContainsKey(p.Object.Key.Name));
        var status = BudgetStatus.Of(budget, expected, desired, healthy, disrupted, context.Now);
        plan.Settle();
        Write(plan, budget, status, pods.Count == 0
            ? [EventSpec.Normal(About(budget), "NoPods", "No matching pods found")]
            : scale is { HasUnmanaged: true }
                ? [EventSpec.Warn(About(budget), "UnmanagedPods", $"Pods selected by this PodDisruptionBudget (selector: {SelectorText.Of(budget.Object.Edit().At("spec", "selector"))}) were found to be unmanaged. As a result, the status of the PDB cannot be "
                    + "calculated correctly, which may result in undefined behavior. To account for these pods please set \".spec.minAvailable\" field of the PDB to an integer value.")]
                : []);
    }

    // Pods that were evicted count as gone until they are, but not for ever: the eviction may have failed after it was granted.
    private Dictionary<string, string> Disrupted(PlanBuilder plan, BudgetView budget, List<BudgetedPod> pods, Present now)
    {
        var kept = new Dictionary<string, string>();
        foreach (var pod in pods.Where(p => !p.Terminating))
        {
            var name = pod.Object.Key.Name;
            if (!budget.Disrupted.TryGetValue(name, out var disruption))
                continue;
            var left = options.DeletionTimeout - now.Since(disruption.When);
            if (left <= TimeSpan.Zero)
            {
                plan.Record(EventSpec.Warn(ObjectReference.To(Kinds.Pod, pod.Object), "NotDeleted", $"Pod was expected by PDB {budget.Object.Key} to be deleted but it wasn't"));
                continue;
            }
            kept.Add(name, disruption.Text);
            plan.Again(left);
        }
        return kept;
    }

    private static void Write(PlanBuilder plan, BudgetView budget, JsonObject status, IEnumerable<EventSpec> told)
    {
        if (JsonNode.DeepEquals(budget.Object.Edit()["status"], JsonNode.Parse(status.ToJsonString())))
            return;
        foreach (var item in told)
            plan.Record(item, once: true);
        plan.Because($"{status.Number("currentHealthy")} pods are healthy, {status.Number("desiredHealthy")} have to be, of {status.Number("expectedPods")}");
        plan.Do(new UpdateStep(ObjectAddress.Of(Budgets, budget.Object.Key, "status"), budget.Object.WithStatus(json => status.WriteTo(json))) { Tolerates = [StatusReason.NotFound] });
    }

    private void Recall(PlanBuilder plan, BudgetedPod pod, DateTimeOffset since, Present now)
    {
        if (options.StaleTargetTimeout - now.Since(since) is { Ticks: > 0 } left)
        {
            plan.Again(left);
            return;
        }
        var patch = new JsonObject
        {
            ["metadata"] = new JsonObject { ["uid"] = pod.Object.Head.Uid },
            ["status"] = new JsonObject
            {
                ["conditions"] = new JsonArray(DisruptionTarget.Recalled(pod.Object, now)),
            },
        };
        plan.Because("the disruption that was announced did not happen");
        plan.Do(new PatchStep(ObjectAddress.Of(Pods, pod.Object.Key, "status"), PatchType.StrategicMerge, patch.Encode()) { Tolerates = [StatusReason.NotFound] });
    }

    // Such a pod cannot be evicted: the API server does not ask several.
    private static void Warn(PlanBuilder plan, ReconcileContext context, BudgetedPod pod)
    {
        var key = pod.Object.Key;
        var budgets = Selecting(context.View, key.Namespace, pod.Object.Head.Labels).Select(b => b.Key).ToList();
        if (budgets.Count > 1)
            plan.Record(EventSpec.Warn(ObjectReference.To(Kinds.Pod, pod.Object), "MultiplePodDisruptionBudgets",
                $"Pod \"{key.Namespace}\"/\"{key.Name}\" matches multiple PodDisruptionBudgets.  Chose \"{budgets.Min().Name}\" arbitrarily."));
    }

    private static ObjectReference About(BudgetView budget) => ObjectReference.To(Kinds.PodDisruptionBudget, budget.Object);

    private static bool NeedsScale(BudgetView budget) => budget.MaxUnavailable is not null || budget.MinAvailable is { IsPercent: true };

    private static IEnumerable<ObjectKey> OfPod(ObjectChanged change, IClusterView view)
    {
        if (change.New is { } pod && BudgetedPod.MayBeTarget(pod.Object) && pod.As<BudgetedPod>().TargetSince is not null)
            yield return pod.Key;
        var selecting = Selecting(view, change.Old).Concat(Selecting(view, change.New)).Select(static b => b.Key).Distinct().ToList();
        if (selecting.Count == 0 || (change is { Old: { } old, New: { } now } && old.As<BudgetedPod>().SameFor(now.As<BudgetedPod>())))
            yield break;
        foreach (var key in selecting)
            yield return key;
        if (selecting.Count > 1 && change.New is { } crowded)
            yield return crowded.Key;
    }

    private static IEnumerable<CachedObject> Selecting(IClusterView view, CachedObject? pod) => pod is null ? [] : Selecting(view, pod.Key.Namespace, pod.Head.Labels);

    private static IEnumerable<CachedObject> Selecting(IClusterView view, string ns, Labels labels) =>
        view.Of(Budgets).Candidates(BySelector, ns, labels).Where(b => b.As<BudgetView>().Selector.Matches(labels));

    // Another number of replicas is another number of expected pods; status changes are of no interest.
    private static IEnumerable<ObjectKey> OfOwner(ObjectChanged change, IClusterView view) =>
        change.Old?.Head.Generation == change.New?.Head.Generation
            ? []
            : view.Of(Pods).By(CacheIndex.Controller, change.Latest.Head.Uid).SelectMany(p => OfPod(new ObjectChanged(Pods, 0, null, p), view)).Distinct();

    private static IEnumerable<ObjectKey> OfDeployment(ObjectChanged change, IClusterView view) =>
        change.Old?.Head.Generation == change.New?.Head.Generation
            ? []
            : view.Of(WellKnownResources.ReplicaSets).By(CacheIndex.Controller, change.Latest.Head.Uid).SelectMany(s => OfOwner(new ObjectChanged(WellKnownResources.ReplicaSets, 0, null, s), view)).Distinct();
}
