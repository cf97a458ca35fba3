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
        new WatchSpec(Pods, static (change, _) => change.New is { } pod && HasEphemeral(pod) ? [pod.Key] : []),
        // A claim that goes before its pod is made again.
        new WatchSpec(Claims, static (change, _) => change.New is null && change.Old!.Head.Controller is { Kind: "Pod" } owner ? [new ObjectKey(change.Old.Key.Namespace, owner.Name)] : []),
    ];

    public Plan Reconcile(ReconcileContext context)
    {
        if (context.Find(Pods) is not { } pod || pod.Head.Deleted is not null || !HasEphemeral(pod))
            return Plan.Nothing;
        var plan = new PlanBuilder();
        var json = pod.Object.Edit();
        foreach (var volume in json.Items("spec", "volumes"))
            if (volume.At("ephemeral", "volumeClaimTemplate") is { } template)
                Make(plan, context, pod.Object, volume.Text("name"), template);
        return plan.Build();
    }

    private static void Make(PlanBuilder plan, ReconcileContext context, StoredObject pod, string volume, JsonNode template)
    {
        var key = new ObjectKey(pod.Key.Namespace, PodClaims.EphemeralName(pod.Key.Name, volume));
        var about = ObjectReference.To(Kinds.Pod, pod);
        if (context.View.Of(Claims).Find(key) is { } there)
        {
            if (PodClaims.IsMadeFor(there.Object, pod))
                return;
            var why = $"PVC {key} was not created for pod {pod.Key} (pod is not owner)";
            plan.Record(EventSpec.Warn(about, "FailedBinding", $"ephemeral volume {volume}: {why}")).RetryBecause(why);
            return;
        }
        plan.Because($"volume {volume} of the pod needs a claim").Do(new CreateStep(ObjectAddress.Of(Claims, key), Claim(pod, key, template))
        {
            Tolerates = ["NamespaceTerminating"],
            OnFailed = EventSpec.Warn(about, "FailedBinding", $"ephemeral volume {volume}: create PVC {key.Name}: "),
        });
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
