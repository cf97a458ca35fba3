using System.Collections.Immutable;
using ActorKube.Api.Names;
using ActorKube.Controllers.Services.Slices.Topology;
using ActorKube.Controllers.Workloads;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Reconciling;
using ActorKube.Machinery.Recording;

namespace ActorKube.Controllers.Services.Slices;

/// <summary>
/// Keeps in EndpointSlices which pods are behind each service with a selector. Upstream: <c>pkg/controller/endpointslice</c> and <c>k8s.io/endpointslice</c>.
/// </summary>
/// <param name="max">Most endpoints in a slice.</param>
internal sealed class EndpointSliceReconciler(int max = EndpointSliceReconciler.DefaultMax) : IReconciler
{
    public const int DefaultMax = 100;

    /// <summary>Marks this controller's slices.</summary>
    public const string Manager = "endpointslice-controller.k8s.io";

    private static readonly GroupVersionResource Services = WellKnownResources.Services;
    private static readonly GroupVersionResource Pods = WellKnownResources.Pods;
    private static readonly GroupVersionResource Nodes = WellKnownResources.Nodes;
    private static readonly GroupVersionResource Slices = WellKnownResources.EndpointSlices;
    private static readonly ManagedSlices Mine = new(Manager);

    private const string Auto = "Auto";
    private static readonly CacheIndex ByTopologyMode = new("service-topology-mode", static o => ServiceView.Project(o).WantsTopologyHints ? Auto : null);

    // Remembered of a service whose endpoints have been shared out among zones: that it ends is worth an event.
    private const string SharedOut = "zones";

    public string Name => "endpointslice-controller";

    public bool DecidesByCachesAlone => true;

    public IReadOnlyList<WatchSpec> WatchesOf(IReadOnlyList<ServedResource> served) =>
    [
        WatchSpec.Itself(Services, ServiceKeys.BySelector, ByTopologyMode),
        new WatchSpec(Pods, ServiceKeys.OfPod, CacheIndex.Namespace, CacheIndex.Labels, CacheIndex.Node),
        new WatchSpec(Nodes, OfNode),
        Mine.Watch,
    ];

    public Plan Reconcile(ReconcileContext context)
    {
        if (context.Find(Services)?.As<ServiceView>() is not { FollowsPods: true } service)
            return context.Memory.Length > 0 ? new Plan { Memory = "" } : Plan.Nothing;
        var cache = context.View.Of(Slices);
        var byType = Mine.Of(cache, context.Key).ToLookup(s => s.AddressType);
        var pods = ServiceKeys.PodsOf(context.View, service).Where(p => p.Counts(terminatingToo: true)).ToList();
        var types = TypesOf(service);
        var plan = new PlanBuilder();
        List<string> faults = context.LastFailure is { IsConflict: false } failure
            ? [$"failed to {failure.Verb} {(failure.Verb == "create" ? "" : failure.Address.Name + " ")}EndpointSlice for Service {context.Key}: {failure.Status.Message}"]
            : [];
        var labels = LabelsOf(service);
        var zones = service.WantsTopologyHints ? ZoneAllocations.Ratios(context.View.Of(Nodes).All.Select(static n => n.As<NodeCapacity>())) : null;
        var isSharedOut = context.Memory == SharedOut;
        foreach (var type in types)
        {
            var slices = new ServiceSlices(service, type, max, labels);
            slices.Decide([.. byType[type]], pods, context.View.Of(Nodes), zones);
            faults.AddRange(slices.Lost.Select(l => $"skipping Pod {l.Pod} for Service {context.Key}: Node {l.Node} Not Found"));
            isSharedOut = Tell(plan, service, type, slices.Refusal, isSharedOut);
            if (slices.Drafts.Any(d => d.Changed) || slices.Delete.Count > 0)
                plan.Because($"{type}: {slices.Drafts.Sum(d => d.Endpoints.Count)} endpoints in {slices.Drafts.Count} slices");
            var trigger = TriggerTime.Of(service, [.. byType[type]], slices.Drafts, pods);
            var writing = new SliceWriting(Kinds.Service, service.Object, labels, known => TriggerTime.Annotations(known, trigger));
            writing.Write(plan, slices.Drafts, slices.Delete, cache);
        }
        if (faults.Distinct().ToArray() is { Length: > 0 } told)
            plan.Record(EventSpec.Warn(ObjectReference.To(Kinds.Service, service.Object), "FailedToUpdateEndpointSlices",
                $"Error updating Endpoint Slices for Service {context.Key}: {(told.Length == 1 ? told[0] : $"[{string.Join(", ", told)}]")}"));
        if (isSharedOut != (context.Memory == SharedOut))
            plan.Remember(isSharedOut ? SharedOut : "");
        foreach (var type in byType.Where(t => !types.Contains(t.Key)))
            plan.Because($"the service has no addresses of type {type.Key}").Do(StageMode.Parallel, type.Select(SliceWriting.Delete));
        return plan.Settle().Build();
    }

    // Whether endpoints are shared out among zones now, and what there is to tell about it.
    private static bool Tell(PlanBuilder plan, ServiceView service, string type, string? refusal, bool before)
    {
        var about = ObjectReference.To(Kinds.Service, service.Object);
        var now = service.WantsTopologyHints && refusal is null;
        if (now && !before)
            plan.Record(EventSpec.Normal(about, "TopologyAwareHintsEnabled", $"Topology Aware Hints has been enabled, addressType: {type}"));
        else if (!now && (refusal is not null || before))
            plan.Record(EventSpec.Warn(about, "TopologyAwareHintsDisabled", $"{refusal ?? "Topology Aware Hints has been disabled"}, addressType: {type}"));
        return now;
    }

    private static ImmutableArray<string> TypesOf(ServiceView service)
    {
        if (!service.IpFamilies.IsEmpty)
            return service.IpFamilies;
        if (service.HasClusterIp)
            return [service.ClusterIp.Contains(':', StringComparison.Ordinal) ? SliceEndpoint.IPv6 : SliceEndpoint.IPv4];
        return [SliceEndpoint.IPv4, SliceEndpoint.IPv6];
    }

    private static ImmutableSortedDictionary<string, string> LabelsOf(ServiceView service)
    {
        var labels = service.Object.Head.Labels.Where(l => !ServiceLabels.IsReserved(l.Key)).ToImmutableSortedDictionary(StringComparer.Ordinal)
            .SetItem(ServiceLabels.ServiceName, service.Object.Key.Name)
            .SetItem(ServiceLabels.ManagedBy, Manager);
        return service.HasClusterIp ? labels : labels.SetItem(ServiceLabels.Headless, "");
    }

    // Endpoints name their zone, pods of nodes that are not known are left out, and zones get endpoints for what their nodes can do.
    private static IEnumerable<ObjectKey> OfNode(ObjectChanged change, IClusterView view)
    {
        var services = view.Of(Services);
        var shared = services.CountBy(ByTopologyMode, Auto) > 0 && change.Old?.As<NodeCapacity>() != change.New?.As<NodeCapacity>() ? services.By(ByTopologyMode, Auto).Select(static s => s.Key) : [];
        return change is { Old: { } old, New: { } now } && Zone(old) == Zone(now)
            ? shared
            : view.Of(Pods).By(CacheIndex.Node, change.Latest.Key.Name).SelectMany(p => ServiceKeys.OfPod(new ObjectChanged(Pods, 0, null, p), view)).Union(shared);
    }

    private static string? Zone(CachedObject node) => node.Head.Labels[NodeCapacity.ZoneLabel];
}
