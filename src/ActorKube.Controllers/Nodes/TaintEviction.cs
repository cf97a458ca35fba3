using System.Globalization;
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
/// taint was added, or the pod came to the node with it, so that a restart of the controller does not grant it anew. Of a taint that does not say when it was added, as those of <c>kubectl taint</c>,
/// it is remembered when it was seen first.
/// </summary>
internal sealed class TaintEviction : IReconciler
{
    private static readonly GroupVersionResource Pods = WellKnownResources.Pods;
    private static readonly GroupVersionResource Nodes = WellKnownResources.Nodes;

    public string Name => "taint-eviction-controller";

    public IReadOnlyList<WatchSpec> WatchesOf(IReadOnlyList<ServedResource> served) =>
    [
        // Also those that go: what is remembered of pods that tolerated them is forgotten.
        new WatchSpec(Nodes, static (change, view) => Executing(change.Old).SequenceEqual(Executing(change.New))
            ? []
            : view.Of(Pods).By(CacheIndex.Node, change.Latest.Key.Name).Select(p => p.Key)),
        new WatchSpec(Pods, static (change, view) => Executing(NodeOf(view, change.Latest)).Any() ? [change.Latest.Key] : [], CacheIndex.Node),
    ];

    public Plan Reconcile(ReconcileContext context)
    {
        if (context.Find(Pods) is not { } item || item.Head.Deleted is not null || item.As<PodView>().IsTerminal || NodeOf(context.View, item) is not { } node)
            return Forget(context);
        var taints = Executing(node).ToArray();
        if (taints.Length == 0)
            return Forget(context);
        var json = item.Object.Edit();
        var tolerations = json.Items("spec", "tolerations").Select(Toleration.Read).ToArray();
        if (taints.FirstOrDefault(t => !tolerations.Any(o => o.Tolerates(t))) is { } fatal)
            return Evict(item, $"pod {item.Key.Name} does not tolerate {fatal.Key}:NoExecute of node {node.Key.Name}", context.Now);
        var used = tolerations.Where(o => o.Seconds is not null && taints.Any(o.Tolerates)).ToArray();
        if (used.Length == 0)
            return Forget(context);
        var seconds = Math.Max(0, used.Min(o => o.Seconds!.Value));
        var plan = new PlanBuilder();
        var tolerated = Tolerated(plan, context, taints, json);
        return tolerated.TotalSeconds >= seconds
            ? Evict(item, $"pod {item.Key.Name} tolerated the NoExecute taints of node {node.Key.Name} for {seconds} s", context.Now)
            : plan.Again(KubeTime.Span(seconds) - tolerated).Build();
    }

    // For how long the pod has been on the node with the taint that was there first.
    private static TimeSpan Tolerated(PlanBuilder plan, ReconcileContext context, Taint[] taints, JsonObject pod)
    {
        var first = taints.Min(static t => t.Added);
        if (first is null && context.Memory.Length > 0)
            first = DateTimeOffset.Parse(context.Memory, CultureInfo.InvariantCulture);
        if (first is null)
            plan.Remember(context.Now.Clock.ToString("O", CultureInfo.InvariantCulture));
        var tainted = first is { } then ? context.Now.Since(then) : TimeSpan.Zero;
        return Arrival(pod) is { } arrived && context.Now.Since(arrived) is var there && there < tainted ? there : tainted;
    }

    private static DateTimeOffset? Arrival(JsonObject pod) =>
        pod.Items("status", "conditions").FirstOrDefault(static c => c.Text("type") == "PodScheduled" && c.Text("status") == "True").Time("lastTransitionTime") ?? pod.Time("metadata", "creationTimestamp");

    private static Plan Forget(ReconcileContext context) => context.Memory.Length > 0 ? new Plan { Memory = "" } : Plan.Nothing;

    private static IEnumerable<Taint> Executing(CachedObject? node) => node is null ? [] : node.As<NodeView>().Taints.Where(t => t.Effect == Taint.NoExecute);

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
