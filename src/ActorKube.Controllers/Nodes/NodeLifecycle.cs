using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Controllers.Hosting;
using ActorKube.Controllers.Workloads;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Reconciling;
using ActorKube.Machinery.Recording;

namespace ActorKube.Controllers.Nodes;

/// <summary>
/// Notices that a node has fallen silent and says so in its conditions, its taints and the readiness of its pods. Upstream: <c>pkg/controller/nodelifecycle</c>. Silence is measured by
/// time that passes here, from when the node's lease last arrived, so that clocks of nodes may differ and ours may be set; whoever begins gives every node a fresh grace period.
/// </summary>
internal sealed class NodeLifecycle(NodeLifecycleOptions options) : IReconciler
{
    private const string LeaseNamespace = "kube-node-lease";
    private static readonly GroupVersionResource Nodes = WellKnownResources.Nodes;
    private static readonly GroupVersionResource Pods = WellKnownResources.Pods;
    private static readonly GroupVersionResource Leases = WellKnownResources.Leases;
    private static readonly string[] Reported = ["Ready", "MemoryPressure", "DiskPressure", "PIDPressure"];

    // Zones of the newest cut: many nodes are judged by the same one.
    private (CacheView? Cut, Zones? Zones) _zones;

    public string Name => "node-lifecycle-controller";

    public IReadOnlyList<WatchSpec> WatchesOf(IReadOnlyList<ServedResource> served) =>
    [
        // That a node says again what it said before is of no interest beside its lease; without a lease a requeue is pending that sees when it was said.
        new WatchSpec(Nodes, static (change, _) => change is { Old: { } old, New: { } now } && old.As<NodeView>().IsJudgedLike(now.As<NodeView>()) ? [] : [change.Latest.Key]),
        // A renewed lease changes nothing unless the node was taken for lost; when it next could be, a requeue is pending.
        new WatchSpec(Leases, static (change, view) => IsBack(change, view) ? [new ObjectKey("", change.Latest.Key.Name)] : []),
        WatchSpec.ReadOnly(Pods, CacheIndex.Node),
    ];

    public Plan Reconcile(ReconcileContext context)
    {
        if (context.Find(Nodes) is not { } cached)
            return context.Memory.Length > 0 ? Meet(context.Key, context.Memory, "RemovingNode", $"Removing Node {context.Key.Name} from Controller").Remember("").Build() : Plan.Nothing;
        // Told apart from all else, so that it is told once whatever becomes of the rest.
        if (context.Memory != cached.Head.Uid)
            return Meet(context.Key, cached.Head.Uid, "RegisteredNode", $"Registered Node {context.Key.Name} in Controller").Remember(cached.Head.Uid).Poll(TimeSpan.Zero).Build();
        var node = cached.As<NodeView>();
        var plan = new PlanBuilder();
        var ready = node.StatusOf("Ready");
        var silence = Silence(context, cached, node);
        if (silence >= Grace(node))
        {
            if (ready != "Unknown")
            {
                plan.Because($"the node has been silent for {silence.TotalSeconds:0} s");
                plan.Do(MarkUnknown(node, context.Now));
                plan.Record(NotReadyEvent(node));
            }
            ready = "Unknown";
        }
        else
        {
            plan.Poll(Grace(node) - silence);
        }

        // Together: pods are told from their node's silence also where it cannot be tainted, and it is tainted where one of them cannot be written.
        List<PlanStep> steps = Taint(plan, context, node, ready) is { } taint ? [taint] : [];
        if (ready != "True" && ready.Length > 0)
            Unready(plan, steps, [.. ReadyPods(context, node)], context.Now);
        return plan.Do(StageMode.Parallel, steps).Build();
    }

    private static void Unready(PlanBuilder plan, List<PlanStep> steps, List<PodView> pods, DateTimeOffset now)
    {
        if (pods.Count == 0)
            return;
        plan.Because($"{pods.Count} pods of the node are not ready any longer");
        steps.AddRange(pods.Select(p => MarkNotReady(p, now)));
    }

    private PatchStep? Taint(PlanBuilder plan, ReconcileContext context, NodeView node, string ready)
    {
        var evict = ready switch { "False" => NodeTaints.NotReady, "Unknown" => NodeTaints.Unreachable, _ => null };
        if (evict is not null && ZonesOf(context) is var zones)
        {
            if (zones.AllDisrupted)
                evict = null;
            else if (!node.Taints.Any(NodeTaints.Evicts) && zones.Turn(node, context.Now) is var turn && turn != TimeSpan.Zero)
            {
                plan.Poll(turn is { } left && left < options.MonitorPeriod ? left : options.MonitorPeriod);
                evict = null;
            }
        }
        if (ready != "True" && ready.Length > 0)
            plan.Poll(options.MonitorPeriod);
        var wanted = NodeTaints.Wanted(node, ready, evict, context.Now);
        if (wanted.Length == node.Taints.Length && wanted.All(w => node.Taints.Any(t => t.Is(w))))
            return null;
        plan.Because($"condition Ready is {(ready.Length > 0 ? ready : "not reported")}: {(wanted.IsEmpty ? "no taints" : $"taints {string.Join(", ", wanted.Select(t => $"{t.Key}:{t.Effect}"))}")}");
        // Taints and conditions are written apart; the second write of a plan cannot name the revision that the first one gave.
        return plan.Writes ? Unconditional(NodeTaints.Replace(node, wanted), node) : NodeTaints.Replace(node, wanted);
    }

    private Zones ZonesOf(ReconcileContext context)
    {
        var cut = context.View.Of(Nodes);
        if (!ReferenceEquals(_zones.Cut, cut))
            _zones = (cut, new Zones(cut, options));
        return _zones.Zones!;
    }

    private TimeSpan Grace(NodeView node) => node.StatusOf("Ready").Length == 0 ? options.StartupGracePeriod : options.GracePeriod;

    private static TimeSpan Silence(ReconcileContext context, CachedObject cached, NodeView node)
    {
        if (context.View.Of(Leases).Find(new ObjectKey(LeaseNamespace, cached.Key.Name)) is { } lease)
            return context.Since(lease);
        // Without a lease the node's own reports have to do, by when they came. Of a node that never reported others' writes say nothing: like upstream we go by its creation.
        return node.StatusOf("Ready").Length > 0 || cached.Head.Created is not { } created ? context.Since(cached) : context.Now.Since(created);
    }

    private static bool IsBack(ObjectChanged change, IClusterView view) =>
        change.New is not null && change.Latest.Key.Namespace == LeaseNamespace
        && view.Of(Nodes).Find(new ObjectKey("", change.Latest.Key.Name))?.As<NodeView>().StatusOf("Ready") == "Unknown";

    private static PatchStep MarkUnknown(NodeView node, DateTimeOffset now)
    {
        var conditions = Reported.Where(type => node.StatusOf(type) != "Unknown").Select(type => (JsonNode)Unknown(node, type, now));
        return new PatchStep(ObjectAddress.Of(Nodes, node.Object.Key, "status"), PatchType.StrategicMerge, new JsonObject
        {
            ["metadata"] = new JsonObject { ["resourceVersion"] = node.Object.Revision.ToString() },
            ["status"] = new JsonObject { ["conditions"] = new JsonArray([.. conditions]) },
        }.Encode());
    }

    // Of what the agent never said, it was heard last when the node came to be.
    private static JsonObject Unknown(NodeView node, string type, DateTimeOffset now)
    {
        var wasSaid = node.Conditions.ContainsKey(type);
        var condition = new JsonObject
        {
            ["type"] = type,
            ["status"] = "Unknown",
            ["reason"] = wasSaid ? "NodeStatusUnknown" : "NodeStatusNeverUpdated",
            ["message"] = wasSaid ? "Kubelet stopped posting node status." : "Kubelet never posted node status.",
            ["lastTransitionTime"] = JsonWriting.Time(now),
        };
        if (!wasSaid && node.Object.Head.Created is { } created)
            condition["lastHeartbeatTime"] = JsonWriting.Time(created);
        return condition;
    }

    private static PatchStep Unconditional(PatchStep step, NodeView node)
    {
        var patch = JsonNode.Parse(step.Patch.Span)!.AsObject();
        patch["metadata"] = new JsonObject { ["uid"] = node.Object.Head.Uid };
        return step with { Patch = patch.Encode() };
    }

    private static PlanBuilder Meet(ObjectKey node, string uid, string reason, string what) =>
        new PlanBuilder().Record(EventSpec.Normal(new ObjectReference(Kinds.Node, node, uid), reason, $"Node {node.Name} event: {what}"));

    private static EventSpec NotReadyEvent(NodeView node) =>
        EventSpec.Normal(new ObjectReference(Kinds.Node, node.Object.Key, node.Object.Head.Uid), "NodeNotReady", $"Node {node.Object.Key.Name} status is now: NodeNotReady");

    private static IEnumerable<PodView> ReadyPods(ReconcileContext context, NodeView node) =>
        context.View.Of(Pods).By(CacheIndex.Node, node.Object.Key.Name).Select(p => p.As<PodView>()).Where(p => p is { Ready: true, IsTerminal: false });

    private static PatchStep MarkNotReady(PodView pod, DateTimeOffset now) =>
        new(ObjectAddress.Of(Pods, pod.Object.Key, "status"), PatchType.StrategicMerge, new JsonObject
        {
            ["metadata"] = new JsonObject { ["uid"] = pod.Object.Head.Uid },
            ["status"] = new JsonObject
            {
                ["conditions"] = new JsonArray(new JsonObject { ["type"] = "Ready", ["status"] = "False", ["lastTransitionTime"] = JsonWriting.Time(now) }),
            },
        }.Encode())
        {
            Tolerates = [StatusReason.NotFound, StatusReason.Conflict],
            OnDone = EventSpec.Warn(ObjectReference.To(Kinds.Pod, pod.Object), "NodeNotReady", "Node is not ready"),
        };
}
