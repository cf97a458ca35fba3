using System.Collections.Immutable;
using ActorKube.Api.Names;
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

    public string Name => "endpointslice-controller";

    public IReadOnlyList<WatchSpec> WatchesOf(IReadOnlyList<ServedResource> served) =>
    [
        WatchSpec.Itself(Services, ServiceKeys.BySelector),
        new WatchSpec(Pods, ServiceKeys.OfPod, CacheIndex.Namespace, CacheIndex.Labels, CacheIndex.Node),
        new WatchSpec(Nodes, OfNode),
        Mine.Watch,
    ];

    public Plan Reconcile(ReconcileContext context)
    {
        if (context.Find(Services)?.As<ServiceView>() is not { FollowsPods: true } service)
            return Plan.Nothing;
        var cache = context.View.Of(Slices);
        var byType = Mine.Of(cache, context.Key).ToLookup(s => s.AddressType);
        var pods = ServiceKeys.PodsOf(context.View, service).Where(p => p.Counts(terminatingToo: true)).ToList();
        var types = TypesOf(service);
        var plan = new PlanBuilder();
        if (context.LastFailure is { IsConflict: false } failure)
            plan.Record(EventSpec.Warn(ObjectReference.To(Kinds.Service, service.Object), "FailedToUpdateEndpointSlices",
                $"Error updating Endpoint Slices for Service {context.Key}: failed to {failure.Verb} EndpointSlice for Service {context.Key}: {failure.Status.Message}"));
        var labels = LabelsOf(service);
        foreach (var type in types)
        {
            var slices = new ServiceSlices(service, type, max, labels);
            slices.Decide([.. byType[type]], pods, context.View.Of(Nodes));
            if (slices.Drafts.Any(d => d.Changed) || slices.Delete.Count > 0)
                plan.Because($"{type}: {slices.Drafts.Sum(d => d.Endpoints.Count)} endpoints in {slices.Drafts.Count} slices");
            var trigger = TriggerTime.Of(service, [.. byType[type]], slices.Drafts, pods);
            var writing = new SliceWriting(Kinds.Service, service.Object, labels, known => TriggerTime.Annotations(known, trigger));
            writing.Write(plan, slices.Drafts, slices.Delete, cache);
        }
        plan.Do(StageMode.Parallel, byType.Where(t => !types.Contains(t.Key)).SelectMany(t => t).Select(SliceWriting.Delete));
        return plan.Build();
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

    // Endpoints name their zone, and pods of nodes that are not known are left out.
    private static IEnumerable<ObjectKey> OfNode(ObjectChanged change, IClusterView view) =>
        change is { Old: { } old, New: { } now } && Zone(old) == Zone(now)
            ? []
            : view.Of(Pods).By(CacheIndex.Node, change.Latest.Key.Name).SelectMany(p => ServiceKeys.OfPod(new ObjectChanged(Pods, 0, null, p), view)).Distinct();

    private static string? Zone(CachedObject node) => node.Head.Labels["topology.kubernetes.io/zone"];
}
