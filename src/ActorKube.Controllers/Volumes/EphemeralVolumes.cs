using System.Text.Json.Nodes;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Controllers.Workloads;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Reconciling;
using ActorKube.Machinery.Recording;
using ActorKube.Machinery.Volumes;

namespace ActorKube.Controllers.Volumes;

/// <summary>Makes the claims of generic ephemeral volumes. They are owned by their pods, and the garbage collector takes them with those. Upstream: <c>pkg/controller/volume/ephemeral</c>.</summary>
internal sealed class EphemeralVolumes : IReconciler
{
    private static readonly GroupVersionResource Pods = WellKnownResources.Pods;
    private static readonly GroupVersionResource Claims = WellKnownResources.PersistentVolumeClaims;

    public string Name => "ephemeral-volume-controller";

    public IReadOnlyList<WatchSpec> WatchesOf(IReadOnlyList<ServedResource> served) =>
    [
        // What a pod asks for never changes.
        new WatchSpec(Pods, static (change, _) => change.New is { } pod && change.Old?.Head.Uid != pod.Head.Uid && HasEphemeral(pod) ? [pod.Key] : [], PodClaims.Users),
        // A claim that goes before its pod is made again; one of somebody else that goes makes room.
        new WatchSpec(Claims, static (change, view) => change.New is null ? PodClaims.UsersOf(view.Of(Pods), change.Latest.Key).Where(HasEphemeral).Select(static p => p.Key) : []),
    ];

    public Plan Reconcile(ReconcileContext context)
    {
        if (context.Find(Pods) is not { } pod || pod.Head.Deleted is not null || !HasEphemeral(pod))
            return Plan.Nothing;
        var plan = new PlanBuilder();
        var json = pod.Object.Edit();
        foreach (var volume in json.Items("spec", "volumes"))
            if (volume.At("ephemeral", "volumeClaimTemplate") is { } template && !Make(plan, context, pod.Object, volume.Text("name"), template))
                break;
        return plan.Build();
    }

    // One after the other: the first that cannot be had holds up the rest.
    private static bool Make(PlanBuilder plan, ReconcileContext context, StoredObject pod, string volume, JsonNode template)
    {
        var key = new ObjectKey(pod.Key.Namespace, PodClaims.EphemeralName(pod.Key.Name, volume));
        var about = ObjectReference.To(Kinds.Pod, pod);
        if (context.View.Of(Claims).Find(key) is { } there)
        {
            if (PodClaims.IsMadeFor(there.Object, pod))
                return true;
            var why = $"PVC {key} was not created for pod {pod.Key} (pod is not owner)";
            plan.Record(EventSpec.Warn(about, "FailedBinding", $"ephemeral volume {volume}: {why}")).RetryBecause(why);
            return false;
        }
        plan.Because($"volume {volume} of the pod needs a claim").Do(new CreateStep(ObjectAddress.Of(Claims, key), Claim(pod, key, template))
        {
            Tolerates = ["NamespaceTerminating"],
            OnFailed = EventSpec.Warn(about, "FailedBinding", $"ephemeral volume {volume}: create PVC {key.Name}: "),
        });
        return true;
    }

    private static ReadOnlyMemory<byte> Claim(StoredObject pod, ObjectKey key, JsonNode template)
    {
        var metadata = new JsonObject { ["name"] = key.Name, ["namespace"] = key.Namespace };
        foreach (var field in (ReadOnlySpan<string>)["labels", "annotations"])
            if (template.At("metadata", field) is { } value)
                metadata[field] = value.DeepClone();
        metadata["ownerReferences"] = new JsonArray(OwnerReferences.ToJson(OwnerReferences.ToController(Kinds.Pod, pod)));
        return new JsonObject
        {
            ["apiVersion"] = ClaimView.Kind.ApiVersion,
            ["kind"] = ClaimView.Kind.Kind,
            ["metadata"] = metadata,
            ["spec"] = template.At("spec")?.DeepClone(),
        }.Encode();
    }

    private static bool HasEphemeral(CachedObject pod)
    {
        foreach (var volume in PodClaims.Of(pod))
            if (volume.Ephemeral)
                return true;
        return false;
    }
}
