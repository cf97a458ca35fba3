using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Controllers.Workloads;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Reconciling;
using ActorKube.Machinery.Recording;

namespace ActorKube.Controllers.Services.Subsets;

/// <summary>
/// Keeps in Endpoints which pods are behind each service with a selector, for those who still read them. Endpoints of services without one are somebody else's, the API servers' own among
/// them. Upstream: <c>pkg/controller/endpoint</c>.
/// </summary>
internal sealed class EndpointsReconciler : IReconciler
{
    private const string ManagedBy = "endpoints.kubernetes.io/managed-by";
    private const string Manager = "endpoint-controller";

    private static readonly GroupVersionResource Services = WellKnownResources.Services;
    private static readonly GroupVersionResource Resource = WellKnownResources.Endpoints;

    public string Name => "endpoints-controller";

    public bool DecidesByCachesAlone => true;

    public IReadOnlyList<WatchSpec> WatchesOf(IReadOnlyList<ServedResource> served) =>
    [
        WatchSpec.Itself(Services, ServiceKeys.BySelector),
        new WatchSpec(WellKnownResources.Pods, ServiceKeys.OfPod, CacheIndex.Namespace, CacheIndex.Labels),
        // Endpoints of others may be there before their service is, and are no business of ours.
        new WatchSpec(Resource, static (change, _) => change.New is null || IsOurs(change.New) || IsOurs(change.Old) ? [change.Latest.Key] : []),
    ];

    public Plan Reconcile(ReconcileContext context)
    {
        var known = context.Find(Resource)?.Object;
        if (context.Find(Services)?.As<ServiceView>() is not { } service)
            return known is null ? Plan.Nothing : Remove(known);
        if (!service.FollowsPods)
            return Plan.Nothing;
        var pods = ServiceKeys.PodsOf(context.View, service).Where(p => p.Counts(service.PublishesNotReady)).ToList();
        var subsets = SubsetPacking.Pack(service, pods);
        var cut = SubsetPacking.Truncate(subsets);
        var json = known?.Edit() ?? New(service);
        var before = json.DeepClone();
        Fill(json, service, subsets, cut);
        var plan = new PlanBuilder();
        if (context.LastFailure is { IsConflict: false } failure)
            plan.Record(Failed(service, failure));
        if (known is not null && JsonNode.DeepEquals(before, JsonNode.Parse(json.ToJsonString())))
            return plan.Build();
        Stamp(json, before, service, pods, known is null);
        plan.Because($"{subsets.Sum(s => s.Ready.Count)} addresses are ready, {subsets.Sum(s => s.NotReady.Count)} are not");
        var address = ObjectAddress.Of(Resource, context.Key);
        return plan.Settle().Do(known is null
            ? new CreateStep(address, json.Encode()) { Tolerates = ["NamespaceTerminating"] }
            : new UpdateStep(address, json.Encode())).Build();
    }

    private static bool IsOurs(CachedObject? endpoints) => endpoints?.Head.Labels[ManagedBy] == Manager;

    private static Plan Remove(StoredObject endpoints) =>
        endpoints.Edit().At("metadata", "annotations", "control-plane.alpha.kubernetes.io/leader") is not null
            ? Plan.Nothing
            : new PlanBuilder()
                .Because("its service is gone")
                .Do(new DeleteStep(ObjectAddress.Of(Resource, endpoints.Key), new DeleteOptions { Uid = endpoints.Head.Uid }) { Tolerates = [StatusReason.NotFound, StatusReason.Conflict] })
                .Build();

    private static JsonObject New(ServiceView service) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Endpoints",
        ["metadata"] = new JsonObject { ["name"] = service.Object.Key.Name, ["namespace"] = service.Object.Key.Namespace },
    };

    private static void Fill(JsonObject json, ServiceView service, List<Subset> subsets, bool cut)
    {
        var labels = new JsonObject(service.Object.Head.Labels.Where(l => l.Key != ServiceLabels.Headless).Select(l => KeyValuePair.Create(l.Key, (JsonNode?)l.Value))) { [ManagedBy] = Manager };
        if (!service.HasClusterIp)
            labels[ServiceLabels.Headless] = "";
        json.Child("metadata")["labels"] = labels;
        if (cut)
            json.Child("metadata").Child("annotations")[ServiceLabels.OverCapacity] = "truncated";
        else
            (json.At("metadata", "annotations") as JsonObject)?.Remove(ServiceLabels.OverCapacity);
        if (subsets.Count > 0)
            json["subsets"] = new JsonArray([.. subsets.Select(s => (JsonNode)s.Write())]);
        else
            json.Remove("subsets");
    }

    private static void Stamp(JsonObject json, JsonNode before, ServiceView service, List<ServingPod> pods, bool isNew)
    {
        var known = Addresses(before);
        var changed = Addresses(json).Except(known).Select(a => a.Uid).ToHashSet();
        var times = pods.Where(p => changed.Contains(p.Object.Head.Uid)).Select(p => p.ReadyChanged);
        var trigger = isNew ? times.Append(service.Object.Head.Created).Min() : times.Min();
        if (trigger is { } time)
            json.Child("metadata").Child("annotations")[ServiceLabels.TriggerTime] = ServiceLabels.Format(time);
        else
            (json.At("metadata", "annotations") as JsonObject)?.Remove(ServiceLabels.TriggerTime);
    }

    private static HashSet<(string Uid, bool Ready)> Addresses(JsonNode endpoints) =>
        [.. endpoints.Items("subsets").SelectMany(s => s.Items("addresses").Select(a => (a.Text("targetRef", "uid"), true)).Concat(s.Items("notReadyAddresses").Select(a => (a.Text("targetRef", "uid"), false))))];

    private static EventSpec Failed(ServiceView service, StepFailure failure)
    {
        var about = new ObjectReference(Kinds.Endpoints, service.Object.Key, "");
        return failure.Verb == "create"
            ? EventSpec.Warn(about, "FailedToCreateEndpoint", $"Failed to create endpoint for service {service.Object.Key}: {failure.Status.Message}")
            : EventSpec.Warn(about, "FailedToUpdateEndpoint", $"Failed to update endpoint {service.Object.Key}: {failure.Status.Message}");
    }
}
