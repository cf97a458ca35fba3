using System.Net;
using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Reconciling;
using ActorKube.Machinery.Recording;

namespace ActorKube.Controllers.Services.Cidrs;

/// <summary>Keeps ranges of service addresses for as long as addresses of theirs are in use. Upstream: <c>pkg/controller/servicecidrs</c>.</summary>
internal sealed class ServiceCidrReconciler : IReconciler
{
    public const string Finalizer = "networking.k8s.io/service-cidr-finalizer";

    // Until then allocators everywhere know that the range is going.
    private static readonly TimeSpan DeletionGrace = TimeSpan.FromSeconds(10);
    private static readonly GroupVersionKind Kind = new("networking.k8s.io", "v1", "ServiceCIDR");
    private static readonly GroupVersionResource Ranges = new("networking.k8s.io", "v1", "servicecidrs");
    private static readonly GroupVersionResource Addresses = new("networking.k8s.io", "v1", "ipaddresses");

    public string Name => "service-cidr-controller";

    public IReadOnlyList<WatchSpec> WatchesOf(IReadOnlyList<ServedResource> served) =>
    [
        new WatchSpec(Ranges, static (change, view) => [change.Latest.Key, .. Leaving(view)]),
        // An address that goes may be the last that keeps a range, and one that comes may keep it.
        new WatchSpec(Addresses, static (change, view) => change.New is null || change.Old is null ? Leaving(view) : []),
    ];

    public Plan Reconcile(ReconcileContext context)
    {
        if (context.Find(Ranges) is not { } cached)
            return Plan.Nothing;
        return cached.Head.Deleted is { } since ? Leave(context, cached, since) : Enter(context, cached);
    }

    private static Plan Enter(ReconcileContext context, CachedObject range)
    {
        var plan = new PlanBuilder();
        if (!range.Head.Finalizers.Contains(Finalizer))
            plan.Because("is kept while addresses of it are in use").Do(SetFinalizers(range, [.. range.Head.Finalizers, Finalizer]));
        Tell(plan, range, ReadyCondition.Yes, context.Now);
        return plan.Build();
    }

    private static Plan Leave(ReconcileContext context, CachedObject range, DateTimeOffset since)
    {
        if (!range.Head.Finalizers.Contains(Finalizer))
            return Plan.Nothing;
        var plan = new PlanBuilder();
        if (KeptBy(context.View, range) is { } address)
        {
            Tell(plan, range, ReadyCondition.Terminating, context.Now);
            return plan.Because($"{address} is still in use").Build();
        }
        if (DeletionGrace - context.Now.Since(since) is { Ticks: > 0 } left)
            return plan.Again(left).Build();
        return plan.Because("no address needs it any longer").Do(SetFinalizers(range, [.. range.Head.Finalizers.Where(static f => f != Finalizer)])).Build();
    }

    /// <summary>An address that no other range holds; null when there is none.</summary>
    private static string? KeptBy(IClusterView view, CachedObject range)
    {
        var mine = range.As<ServiceCidrView>();
        var others = view.Of(Ranges).All.Where(r => r.Key != range.Key).Select(static r => r.As<ServiceCidrView>()).ToList();
        if (mine.Networks.All(n => others.Exists(o => o.Covers(n))))
            return null;
        return view.Of(Addresses).All.Where(static a => a.Head.Labels[AddressLabels.ManagedBy] == AddressLabels.Allocator)
            .Where(a => IPAddress.TryParse(a.Key.Name, out var ip) && mine.Contains(ip) && !others.Exists(o => o.Contains(ip)))
            .Select(static a => a.Key.Name).Order(StringComparer.Ordinal).FirstOrDefault();
    }

    private static void Tell(PlanBuilder plan, CachedObject range, ReadyCondition condition, DateTimeOffset now)
    {
        if (range.As<ServiceCidrView>().Ready == condition)
            return;
        var patch = new JsonObject
        {
            ["metadata"] = new JsonObject { ["uid"] = range.Head.Uid },
            ["status"] = new JsonObject { ["conditions"] = new JsonArray(condition.ToJson(now)) },
        };
        plan.Do(new PatchStep(ObjectAddress.Of(Ranges, range.Key, "status"), PatchType.StrategicMerge, patch.Encode())
        {
            Tolerates = [StatusReason.NotFound],
            OnFailed = condition == ReadyCondition.Yes
                ? EventSpec.Warn(ObjectReference.To(Kind, range.Object), "KubernetesServiceCIDRError", "The ServiceCIDR Status can not be set to Ready=True")
                : null,
            FailureIsExplained = false,
        });
    }

    private static PatchStep SetFinalizers(CachedObject range, string[] finalizers) =>
        new(ObjectAddress.Of(Ranges, range.Key), PatchType.Merge, new JsonObject
        {
            ["metadata"] = new JsonObject { ["resourceVersion"] = range.Object.Revision.ToString(), ["finalizers"] = new JsonArray([.. finalizers.Select(static f => (JsonNode)f)]) },
        }.Encode()) { Tolerates = [StatusReason.NotFound] };

    private static IEnumerable<ObjectKey> Leaving(IClusterView view) => view.Of(Ranges).All.Where(static r => r.Head.Deleted is not null).Select(static r => r.Key);
}
