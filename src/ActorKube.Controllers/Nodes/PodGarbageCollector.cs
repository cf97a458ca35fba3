using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Controllers.Disruption;
using ActorKube.Controllers.Hosting;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Reconciling;

namespace ActorKube.Controllers.Nodes;

/// <summary>
/// Deletes pods that nobody will ever report on again: those of nodes that are gone, those that terminate without ever having been scheduled, those that terminate on nodes declared out of
/// service, and of finished ones, when there are too many, the evicted and then the oldest. One key stands for the whole cluster. Upstream: <c>pkg/controller/podgc</c>.
/// </summary>
internal sealed class PodGarbageCollector(PodGarbageOptions options) : IReconciler
{
    private static readonly ObjectKey Sweep = new("", "sweep");
    private static readonly GroupVersionResource Pods = WellKnownResources.Pods;
    private static readonly GroupVersionResource Nodes = WellKnownResources.Nodes;

    public string Name => "pod-garbage-collector-controller";

    public IReadOnlyList<WatchSpec> WatchesOf(IReadOnlyList<ServedResource> served) =>
    [
        // Only what cannot wait for the next regular look: nodes that come or go, and pods that are found on nodes at the start or are deleted before they were scheduled.
        new WatchSpec(Nodes, static (change, _) => change.Old is null || change.New is null ? [Sweep] : []),
        new WatchSpec(Pods, static (change, _) => IsUrgent(change) ? [Sweep] : []),
    ];

    public Plan Reconcile(ReconcileContext context)
    {
        var plan = new PlanBuilder();
        var (pods, nodes) = (context.View.Of(Pods), context.View.Of(Nodes));
        var outOfService = nodes.All.Where(n => n.As<NodeView>().Taints.Any(t => t.Key == NodeTaints.OutOfService) && !n.As<NodeView>().IsReady).Select(n => n.Key.Name).ToHashSet();
        var reads = new List<LiveRead>();
        var finished = new List<PodView>();
        var over = new List<Surplus>();
        foreach (var item in pods.All)
        {
            var pod = item.As<PodView>();
            if (pod.IsTerminal && !pod.IsTerminating)
                finished.Add(pod);
            if (pod.NodeName.Length == 0)
            {
                if (pod.IsTerminating)
                    over.Add(new(pod, "it terminates and was never scheduled"));
            }
            else if (nodes.Find(new ObjectKey("", pod.NodeName)) is null)
            {
                var read = LiveRead.Get(Nodes, new ObjectKey("", pod.NodeName));
                if (WaitedLongEnough(context, item) is { } wait)
                    plan.Poll(wait);
                else if (context.Live[read] is not { } answer)
                    reads.Add(read);
                else if (answer is { Object: null, Error: null })
                    over.Add(new(pod, $"its node {pod.NodeName} is gone", "PodGC: node no longer exists"));
            }
            else if (pod.IsTerminating && outOfService.Contains(pod.NodeName))
            {
                over.Add(new(pod, $"its node {pod.NodeName} is out of service"));
            }
        }
        if (reads.Count > 0)
            return new Plan { Reads = [.. reads.Distinct()] };
        if (options.TerminatedPodThreshold > 0 && finished.Count > options.TerminatedPodThreshold)
            // Evicted ones first: nobody counts on them as owners do on pods that ended by themselves.
            over.AddRange(finished.OrderByDescending(IsEvicted).ThenBy(p => p.Object.Head.Created).ThenBy(p => p.Object.Key).Take(finished.Count - options.TerminatedPodThreshold)
                .Select(static p => new Surplus(p, "there are too many finished pods")));
        Delete(plan, [.. over.DistinctBy(static o => o.Pod.Object.Key)], context.Now);
        return plan.Poll(options.Interval).Build();
    }

    private static bool IsUrgent(ObjectChanged change) =>
        change.New?.As<PodView>() is { } pod && (pod.NodeName.Length == 0 ? pod.IsTerminating : change.Old is null);

    private static bool IsEvicted(PodView pod) => pod.Phase == PodPhase.Failed && pod.Object.Field("status.reason") == "Evicted";

    // A node may be registered again in a moment. The pod's own state tells how long we have known it on that node.
    private TimeSpan? WaitedLongEnough(ReconcileContext context, CachedObject pod) =>
        options.MissingNodeGrace - context.Since(pod) is var left && left > TimeSpan.Zero ? left : null;

    // A pod that cannot be written or deleted holds up no other: what was marked in vain beside it is deleted first in the next look.
    private static void Delete(PlanBuilder plan, List<Surplus> over, DateTimeOffset now)
    {
        foreach (var (pod, why, _) in over)
            plan.Because($"{pod.Object.Key}: {why}");
        // Nobody is left who would say that the pod has ended.
        plan.Do(StageMode.Parallel, over.Select(o => o.Pod.IsTerminal ? (PlanStep)Delete(o.Pod) : Fail(o.Pod, o.Disruption, now)));
        plan.Do(StageMode.Parallel, over.Where(static o => !o.Pod.IsTerminal).Select(static o => Delete(o.Pod)));
    }

    private static DeleteStep Delete(PodView pod) =>
        new(ObjectAddress.Of(Pods, pod.Object.Key), new DeleteOptions { GracePeriodSeconds = 0, Uid = pod.Object.Head.Uid }) { Tolerates = [StatusReason.NotFound, StatusReason.Conflict] };

    private static PatchStep Fail(PodView pod, string? disruption, DateTimeOffset now) =>
        new(ObjectAddress.Of(Pods, pod.Object.Key) with { Subresource = "status" }, PatchType.StrategicMerge, Failed(pod, disruption, now)) { Tolerates = [StatusReason.NotFound] };

    private static ReadOnlyMemory<byte> Failed(PodView pod, string? disruption, DateTimeOffset now)
    {
        var status = new JsonObject { ["phase"] = "Failed", ["observedGeneration"] = pod.Object.Head.Generation };
        if (disruption is not null && DisruptionTarget.Announced(pod.Object, "DeletionByPodGC", disruption, now) is { } condition)
            status["conditions"] = new JsonArray(condition);
        return new JsonObject { ["metadata"] = new JsonObject { ["uid"] = pod.Object.Head.Uid }, ["status"] = status }.Encode();
    }

    /// <summary>A pod that has to go.</summary>
    /// <param name="Pod">The pod.</param>
    /// <param name="Why">For the decision log.</param>
    /// <param name="Disruption">What its condition DisruptionTarget is to say; null for nothing.</param>
    private readonly record struct Surplus(PodView Pod, string Why, string? Disruption = null);
}
