using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Reconciling;
using ActorKube.Machinery.Volumes;

namespace ActorKube.Controllers.Volumes.Protection;

/// <summary>Condition <c>Unused</c> of a claim: true while no pod refers to it that has not ended; the time of the last change then says since when.</summary>
internal static class ClaimUse
{
    private const string Unused = "Unused";

    /// <summary>Whether a change of a pod may change what it uses.</summary>
    public static bool IsTouchedBy(ObjectChanged change) => change is not { Old: { } old, New: { } now } || HasEnded(old) != HasEnded(now);

    /// <summary>The step that brings the condition up to date; nothing for a claim that is not bound, or on its way out.</summary>
    /// <param name="item">The claim.</param>
    /// <param name="pods">The pods that refer to it.</param>
    /// <param name="now">The time.</param>
    public static Plan Say(CachedObject item, IEnumerable<CachedObject> pods, DateTimeOffset now)
    {
        var claim = item.As<ClaimView>();
        // Before, the binder writes the same status.
        if (claim.Phase != "Bound" || item.Head.Deleted is not null)
            return Plan.Nothing;
        var unused = !pods.Any(p => !HasEnded(p) && Refers(p, item));
        var json = item.Object.Edit();
        var conditions = json.Child("status").List("conditions");
        var condition = conditions.OfType<JsonObject>().FirstOrDefault(static c => c.Text("type") == Unused);
        var status = unused ? "True" : "False";
        if (condition.Text("status") == status)
            return Plan.Nothing;
        if (condition is null)
            conditions.Add(condition = new JsonObject { ["type"] = Unused });
        condition["status"] = status;
        condition["lastProbeTime"] = null;
        condition["lastTransitionTime"] = JsonWriting.Time(now);
        condition["reason"] = unused ? "NoPodsUsingPVC" : "PodUsingPVC";
        condition["message"] = unused ? "No pods are currently referencing this PVC" : "A pod is currently referencing this PVC";
        return new PlanBuilder().Because(unused ? "no pod uses the claim" : "a pod uses the claim")
            .Do(new UpdateStep(ObjectAddress.Of(WellKnownResources.PersistentVolumeClaims, item.Key, "status"), json.Encode()) { Tolerates = [StatusReason.NotFound] }).Build();
    }

    private static bool HasEnded(CachedObject pod) => pod.Object.Field("status.phase") is "Succeeded" or "Failed";

    private static bool Refers(CachedObject pod, CachedObject claim)
    {
        foreach (var volume in PodClaims.Of(pod))
            if (volume.Claim == claim.Key.Name && (!volume.Ephemeral || PodClaims.IsMadeFor(claim.Object, pod.Object)))
                return true;
        return false;
    }
}
