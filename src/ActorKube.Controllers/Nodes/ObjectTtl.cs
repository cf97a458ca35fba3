using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Reconciling;

namespace ActorKube.Controllers.Nodes;

/// <summary>
/// Tells nodes for how long they may go on with secrets and configmaps that they have read: the longer, the more nodes there are. Upstream: <c>pkg/controller/ttl</c>. One key stands for all
/// nodes. Steps overlap; which one a cluster between two is at is read off the nodes.
/// </summary>
internal sealed class ObjectTtl : IReconciler
{
    public const string Annotation = "node.alpha.kubernetes.io/ttl";

    private static readonly ObjectKey AllNodes = new("", "ttl");
    private static readonly GroupVersionResource Nodes = WellKnownResources.Nodes;
    private static readonly ImmutableArray<(int From, int To, int Seconds)> Steps = [(0, 100, 0), (90, 500, 15), (450, 1000, 30), (900, 2000, 60), (1800, int.MaxValue, 300)];

    public string Name => "ttl-controller";

    public IReadOnlyList<WatchSpec> WatchesOf(IReadOnlyList<ServedResource> served) =>
        [new WatchSpec(Nodes, static (change, _) => change.Old?.As<TtlView>().Seconds != change.New?.As<TtlView>().Seconds || change.Old is null || change.New is null ? [AllNodes] : [])];

    public Plan Reconcile(ReconcileContext context)
    {
        var nodes = context.View.Of(Nodes);
        var fitting = Steps.Where(s => s.From <= nodes.Count && nodes.Count <= s.To).Select(s => s.Seconds).ToArray();
        var present = nodes.All.Select(n => n.As<TtlView>().Seconds).OfType<int>().ToHashSet();
        var wanted = fitting.LastOrDefault(present.Contains, fitting[0]);
        var behind = nodes.All.Where(n => n.Head.Deleted is null && n.As<TtlView>().Seconds != wanted).OrderBy(n => n.Key).ToArray();
        return behind.Length == 0
            ? Plan.Nothing
            : new PlanBuilder().Because($"{nodes.Count} nodes may keep what they read for {wanted} s").Do(StageMode.Parallel, behind.Select(n => Annotate(n, wanted))).Build();
    }

    private static PatchStep Annotate(CachedObject node, int seconds) =>
        new(ObjectAddress.Of(Nodes, node.Key), PatchType.StrategicMerge, new JsonObject
        {
            ["metadata"] = new JsonObject { ["uid"] = node.Head.Uid, ["annotations"] = new JsonObject { [Annotation] = seconds.ToString(CultureInfo.InvariantCulture) } },
        }.Encode()) { Tolerates = [StatusReason.NotFound] };

    private sealed record TtlView(int? Seconds) : IObjectView<TtlView>
    {
        public static TtlView Project(StoredObject item) =>
            new(int.TryParse(item.Edit().Text("metadata", "annotations", Annotation), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds) ? seconds : null);
    }
}
