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
    private const string Reason = "TaintManagerEviction";

    // Pods that will have to go unless something changes; only so that people are told when it does. Forgotten at a restart, as upstream.
    private readonly Dictionary<ObjectKey, ObjectReference> _scheduled = [];

    public string Name => "taint-eviction-controller";

    public IReadOnlyList<WatchSpec> WatchesOf(IReadOnlyList<ServedResource> served) =>
    [
        // Also those that go: what is remembered of pods that tolerated them is forgotten.
        new WatchSpec(Nodes, static (change, view) => Executing(change.Old).SequenceEqual(Executing(change.New))
            ? []
            : view.Of(Pods).By(CacheIndex.Node, change.Latest.Key.Name).Select(p => p.Key)),
        new WatchSpec(
            Pods,
            (change, view) => _scheduled.ContainsKey(change.Latest.Key) || Executing(NodeOf(view, change.Latest)).Any() ? [change.Latest.Key] : [],
            CacheIndex.Node),
    ];

    public Plan Reconcile(ReconcileContext context)
    {
        var plan = new PlanBuilder();
        var pod = context.Find(Pods) is { Head.Deleted: null } found && !found.As<PodView>().IsTerminal ? found : null;
        var verdict = pod is not null && NodeOf(context.View, pod) is { } node ? Judge(plan, context, pod, node) : null;
        if (verdict is { After: { } left })
        {
            _scheduled[context.Key] = Reference(pod!);
            return plan.Again(left).Build();
        }
        if (_scheduled.Remove(context.Key, out var scheduled) && verdict is not { InTime: true })
            plan.Record(EventSpec.Normal(scheduled, Reason, $"Cancelling deletion of Pod {context.Key}"));
        if (verdict is not null)
            return Evict(plan, pod!, verdict.Why, context.Now).Build();
        if (context.Memory.Length > 0)
            plan.Remember("");
        return plan.Build();
    }

    private static Verdict? Judge(PlanBuilder plan, ReconcileContext context, CachedObject pod, CachedObject node)
    {
        var taints = Executing(node).ToArray();
        if (taints.Length == 0)
            return null;
        var json = pod.Object.Edit();
        var tolerations = json.Items("spec", "tolerations").Select(Toleration.Read).ToArray();
        if (taints.FirstOrDefault(t => !tolerations.Any(o => o.Tolerates(t))) is { } fatal)
            return new Verdict($"pod {pod.Key.Name} does not tolerate {fatal.Key}:NoExecute of node {node.Key.Name}");
        var used = tolerations.Where(o => o.Seconds is not null && taints.Any(o.Tolerates)).ToArray();
        if (used.Length == 0)
            return null;
        var seconds = Math.Max(0, used.Min(o => o.Seconds!.Value));
        var tolerated = Tolerated(plan, context, taints, json);
        return new Verdict($"pod {pod.Key.Name} tolerated the NoExecute taints of node {node.Key.Name} for {seconds} s")
        {
            InTime = true,
            After = tolerated.TotalSeconds >= seconds ? null : KubeTime.Span(seconds) - tolerated,
        };
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

    private static IEnumerable<Taint> Executing(CachedObject? node) => node is null ? [] : node.As<NodeView>().Taints.Where(t => t.Effect == Taint.NoExecute);

    private static CachedObject? NodeOf(IClusterView view, CachedObject pod) =>
        pod.As<PodView>().NodeName is { Length: > 0 } name ? view.Of(Nodes).Find(new ObjectKey("", name)) : null;

    private static ObjectReference Reference(CachedObject pod) => ObjectReference.To(Kinds.Pod, pod.Object);

    private static PlanBuilder Evict(PlanBuilder plan, CachedObject pod, string why, DateTimeOffset now)
    {
        var address = ObjectAddress.Of(Pods, pod.Key);
        plan.Because(why).Record(EventSpec.Normal(Reference(pod), Reason, $"Marking for deletion Pod {pod.Key}"));
        if (DisruptionTarget.Announced(pod.Object, "DeletionByTaintManager", "Taint manager: deleting due to NoExecute taint", now) is { } condition)
        {
            var patch = new JsonObject
            {
                ["metadata"] = new JsonObject { ["uid"] = pod.Head.Uid },
                ["status"] = new JsonObject { ["conditions"] = new JsonArray(condition) },
            };
            plan.Do(new PatchStep(address with { Subresource = "status" }, PatchType.StrategicMerge, patch.Encode()) { Tolerates = [StatusReason.NotFound] });
        }
        return plan.Do(new DeleteStep(address, new DeleteOptions { Uid = pod.Head.Uid }) { Tolerates = [StatusReason.NotFound] });
    }

    /// <summary>That a pod has to go.</summary>
    /// <param name="Why">The reason.</param>
    private sealed record Verdict(string Why)
    {
        /// <summary>Whether it was, or will be, tolerated for the time that it asked for.</summary>
        public bool InTime { get; init; }

        /// <summary>How long it may stay; null when it has to go now.</summary>
        public TimeSpan? After { get; init; }
    }
}
