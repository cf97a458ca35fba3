using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Api.Times;
using ActorKube.Controllers.Disruption;
using ActorKube.Controllers.Workloads;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Reconciling;
using ActorKube.Machinery.Recording;

namespace ActorKube.Controllers.Nodes;

/// <summary>
/// Deletes pods from nodes with a NoExecute taint that they do not tolerate, or no longer. Upstream: <c>pkg/controller/tainteviction</c>. The time of toleration runs from when the
/// taint was added, so that a restart of the controller does not grant it anew.
/// </summary>
internal sealed class TaintEviction : IReconciler
{
    private static readonly GroupVersionResource Pods = WellKnownResources.Pods;
    private static readonly GroupVersionResource Nodes = WellKnownResources.Nodes;

    public string Name => "taint-eviction-controller";

    public IReadOnlyList<WatchSpec> WatchesOf(IReadOnlyList<ServedResource> served) =>
    [
        new WatchSpec(Nodes, static (change, view) => change.New is { } node && Executing(node).Any()
            ? view.Of(Pods).By(CacheIndex.Node, node.Key.Name).Select(p => p.Key)
            : []),
        new WatchSpec(Pods, static (change, view) => change.New is { } pod && NodeOf(view, pod) is { } node && Executing(node).Any() ? [pod.Key] : [], CacheIndex.Node),
    ];

    public Plan Reconcile(ReconcileContext context)
    {
        if (context.Find(Pods) is not { } item || item.Head.Deleted is not null || item.As<PodView>().IsTerminal || NodeOf(context.View, item) is not { } node)
            return Plan.Nothing;
        var taints = Executing(node).ToArray();
        if (taints.Length == 0)
            return Plan.Nothing;
        var tolerations = item.Object.Edit().Items("spec", "tolerations").Select(Toleration.Read).ToArray();
        if (taints.FirstOrDefault(t => !tolerations.Any(o => o.Tolerates(t))) is { } fatal)
            return Evict(item, $"pod {item.Key.Name} does not tolerate {fatal.Key}:NoExecute of node {node.Key.Name}", context.Now);
        var used = tolerations.Where(o => o.Seconds is not null && taints.Any(o.Tolerates)).ToArray();
        if (used.Length == 0)
            return Plan.Nothing;
        var seconds = Math.Max(0, used.Min(o => o.Seconds!.Value));
        var tolerated = taints.Max(t => t.Added is { } added ? context.Now.Since(added) : context.Since(node));
        return tolerated.TotalSeconds >= seconds
            ? Evict(item, $"pod {item.Key.Name} tolerated the NoExecute taints of node {node.Key.Name} for {seconds} s", context.Now)
            : new PlanBuilder().Again(KubeTime.Span(seconds) - tolerated).Build();
    }

    private static IEnumerable<Taint> Executing(CachedObject node) => node.As<NodeView>().Taints.Where(t => t.Effect == Taint.NoExecute);

    private static CachedObject? NodeOf(IClusterView view, CachedObject pod) =>
        pod.As<PodView>().NodeName is { Length: > 0 } name ? view.Of(Nodes).Find(new ObjectKey("", name)) : null;

    private static Plan Evict(CachedObject pod, string why, DateTimeOffset now)
    {
        var address = ObjectAddress.Of(Pods, pod.Key);
        var plan = new PlanBuilder()
            .Because(why)
            .Record(EventSpec.Normal(ObjectReference.To(Kinds.Pod, pod.Object), "TaintManagerEviction", $"Marking for deletion Pod {pod.Key}"));
        if (DisruptionTarget.Announced(pod.Object, "DeletionByTaintManager", "Taint manager: deleting due to NoExecute taint", now) is { } condition)
        {
            var patch = new JsonObject
            {
                ["metadata"] = new JsonObject { ["uid"] = pod.Head.Uid },
                ["status"] = new JsonObject { ["conditions"] = new JsonArray(condition) },
            };
            plan.Do(new PatchStep(address with { Subresource = "status" }, PatchType.StrategicMerge, patch.Encode()) { Tolerates = [StatusReason.NotFound] });
        }
        return plan.Do(new DeleteStep(address, new DeleteOptions { Uid = pod.Head.Uid }) { Tolerates = [StatusReason.NotFound] }).Build();
    }
}
