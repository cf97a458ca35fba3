using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Controllers.Services.Slices;
using ActorKube.Controllers.Workloads;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Reconciling;
using ActorKube.Machinery.Recording;

namespace ActorKube.Controllers.Services.Mirroring;

/// <summary>
/// Repeats in EndpointSlices what somebody wrote into the Endpoints of a service without a selector. Upstream: <c>pkg/controller/endpointslicemirroring</c>.
/// </summary>
/// <param name="max">Most addresses taken from a subset.</param>
internal sealed class EndpointSliceMirroring(int max = EndpointSliceMirroring.DefaultMax) : IReconciler
{
    public const int DefaultMax = 1000;

    /// <summary>Marks this controller's slices.</summary>
    public const string Manager = "endpointslicemirroring-controller.k8s.io";

    private const string LastApplied = "kubectl.kubernetes.io/last-applied-configuration";
    private const string LeaderElection = "control-plane.alpha.kubernetes.io/leader";

    private static readonly GroupVersionResource Services = WellKnownResources.Services;
    private static readonly GroupVersionResource Endpoints = WellKnownResources.Endpoints;
    private static readonly GroupVersionResource Slices = WellKnownResources.EndpointSlices;
    private static readonly ManagedSlices Mine = new(Manager);

    public string Name => "endpointslice-mirroring-controller";

    public IReadOnlyList<WatchSpec> WatchesOf(IReadOnlyList<ServedResource> served) =>
    [
        // Endpoints of a service with a selector are the endpoints controller's; should the service lose its selector, it is looked at for that.
        new WatchSpec(Endpoints, static (change, view) => HasSelector(view.Of(Services).Find(change.Latest.Key)) != true && (IsMirrored(change.Old) || IsMirrored(change.New)) ? [change.Latest.Key] : []),
        new WatchSpec(Services, static (change, _) => HasSelector(change.Old) == HasSelector(change.New) ? [] : [change.Latest.Key]),
        Mine.Watch,
    ];

    public Plan Reconcile(ReconcileContext context)
    {
        var cache = context.View.Of(Slices);
        var existing = Mine.Of(cache, context.Key).ToList();
        var plan = new PlanBuilder();
        if (context.Find(Endpoints) is { Object: var endpoints } cached && HasSelector(context.Find(Services)) == false && IsMirrored(cached) && endpoints.Edit() is var json)
            Mirror(plan, endpoints, json, existing, cache);
        else if (existing.Count > 0)
            plan.Because("there is nothing to mirror any more").Do(StageMode.Parallel, existing.Select(SliceWriting.Delete));
        return plan.Build();
    }

    // Null where there is no service.
    private static bool? HasSelector(CachedObject? service) => service?.As<ServiceView>().HasSelector;

    private static bool IsMirrored(CachedObject? endpoints) =>
        endpoints is not null && endpoints.Head.Labels[ServiceLabels.SkipMirror] != "true" && endpoints.Object.Edit().At("metadata", "annotations", LeaderElection) is null;

    private void Mirror(PlanBuilder plan, StoredObject endpoints, JsonObject json, List<SliceView> existing, CacheView cache)
    {
        var mirrored = MirroredEndpoints.Of(json, max);
        var labels = endpoints.Head.Labels.ToImmutableSortedDictionary(StringComparer.Ordinal)
            .SetItem(ServiceLabels.ServiceName, endpoints.Key.Name).SetItem(ServiceLabels.ManagedBy, Manager);
        var annotations = json.Strings("metadata", "annotations").Where(a => a.Key is not (ServiceLabels.TriggerTime or LastApplied)).ToImmutableDictionary();
        var byKey = existing.ToLookup(s => (s.AddressType, SlicePort.KeyOf(s.Ports)));
        var drafts = new List<SliceDraft>();
        var delete = existing.Where(s => !mirrored.Wanted.ContainsKey((s.AddressType, SlicePort.KeyOf(s.Ports)))).ToList();
        foreach (var (key, wanted) in mirrored.Wanted)
        {
            var slices = byKey[key].ToList();
            delete.AddRange(slices.Skip(1));
            var draft = slices.Count > 0 ? SliceDraft.Of(slices[0]) : new SliceDraft(null, key.Type, wanted.Ports);
            draft.Changed |= draft.Known is { } known && !IsSame(known, wanted.Endpoints, labels, annotations);
            draft.Endpoints.Clear();
            draft.Endpoints.AddRange(wanted.Endpoints.Values.Take(max));
            drafts.Add(draft);
        }
        new SliceWriting(Kinds.Endpoints, endpoints, labels, _ => annotations).Write(plan, drafts, delete, cache);
        if (plan.Writes)
            Tell(plan, endpoints, mirrored);
    }

    private static bool IsSame(SliceView slice, SortedDictionary<string, SliceEndpoint> wanted, ImmutableSortedDictionary<string, string> labels, ImmutableDictionary<string, string> annotations) =>
        slice.Endpoints.Length == wanted.Count
        && slice.Endpoints.All(e => wanted.TryGetValue(e.Identity, out var other) && e.SameState(other))
        && slice.Object.Head.Labels.OrderBy(l => l.Key, StringComparer.Ordinal).SequenceEqual(labels)
        && slice.Annotations.Count == annotations.Count && slice.Annotations.All(a => annotations.GetValueOrDefault(a.Key) == a.Value);

    private void Tell(PlanBuilder plan, StoredObject endpoints, MirroredEndpoints mirrored)
    {
        var about = ObjectReference.To(Kinds.Endpoints, endpoints);
        if (mirrored.Invalid > 0)
            plan.Record(EventSpec.Warn(about, "InvalidIPAddress", $"Skipped {mirrored.Invalid} invalid IP addresses when mirroring to EndpointSlices"));
        if (mirrored.Skipped > mirrored.Invalid)
            plan.Record(EventSpec.Warn(about, "TooManyAddressesToMirror",
                $"A max of {max} addresses can be mirrored to EndpointSlices per Endpoints subset. {mirrored.Skipped} addresses were skipped"));
    }
}
