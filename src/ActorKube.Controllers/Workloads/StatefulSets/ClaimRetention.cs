using System.Text.Json.Nodes;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Objects;

namespace ActorKube.Controllers.Workloads.StatefulSets;

/// <summary>
/// What becomes of a pod's claims. A claim that is to go with something gets an owner reference to it, and the garbage collector does the rest: to the set, or to a pod that is on its way out by scaling.
/// </summary>
/// <param name="DeleteWithSet"><c>whenDeleted: Delete</c>.</param>
/// <param name="DeleteWhenScaled"><c>whenScaled: Delete</c>.</param>
internal sealed record ClaimRetention(bool DeleteWithSet, bool DeleteWhenScaled)
{
    /// <summary>The claim as it has to be; null when it is.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="set">The set.</param>
    /// <param name="pod">The claim's pod.</param>
    /// <param name="condemned">Whether the pod has no place in the set any more.</param>
    public ReadOnlyMemory<byte>? Mended(StoredObject claim, StoredObject set, StoredObject pod, bool condemned)
    {
        // What belonged to an earlier set or pod of the name goes with that one.
        if (IsOfAnother(claim, Kinds.StatefulSet, set) || IsOfAnother(claim, Kinds.Pod, pod))
            return null;
        var isOthers = HasOtherController(claim, set, pod);
        var goesWithPod = !isOthers && DeleteWhenScaled && condemned;
        var goesWithSet = !isOthers && DeleteWithSet && !goesWithPod;
        if (Owns(claim, set) == goesWithSet && Owns(claim, pod) == goesWithPod && !claim.Head.Owners.Any(o => !o.Controller && (o.Uid == set.Head.Uid || o.Uid == pod.Head.Uid)))
            return null;
        var json = claim.Edit();
        var kept = json.Items("metadata", "ownerReferences").Where(o => o.Text("uid") != set.Head.Uid && o.Text("uid") != pod.Head.Uid).Select(o => o.DeepClone());
        IEnumerable<JsonNode> added = goesWithSet ? [OwnerReferences.ToJson(OwnerReferences.ToController(Kinds.StatefulSet, set))]
            : goesWithPod ? [OwnerReferences.ToJson(OwnerReferences.ToController(Kinds.Pod, pod))]
            : [];
        json.Child("metadata")["ownerReferences"] = new JsonArray([.. kept, .. added]);
        return json.Encode();
    }

    /// <summary>Whether a claim still belongs to a former pod of a name, with which it is about to go: the next pod of that name has to wait for a new claim.</summary>
    public bool IsStale(StoredObject claim, string pod) => DeleteWhenScaled && claim.Head.Owners.Any(o => o.Kind == Kinds.Pod.Kind && o.Name == pod);

    /// <summary>Whether somebody else manages the claim, so that the policy has no say in what becomes of it.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="set">The set.</param>
    /// <param name="pod">The claim's pod; null while there is none.</param>
    public static bool HasOtherController(StoredObject claim, StoredObject set, StoredObject? pod) =>
        claim.Head.Owners.Any(o => o.Controller && o.Uid != set.Head.Uid && o.Uid != pod?.Head.Uid);

    private static bool IsOfAnother(StoredObject claim, GroupVersionKind kind, StoredObject owner) =>
        claim.Head.Owners.Any(o => o.Kind == kind.Kind && o.ApiVersion == kind.ApiVersion && o.Name == owner.Key.Name && o.Uid != owner.Head.Uid);

    private static bool Owns(StoredObject claim, StoredObject owner) => claim.Head.Owners.Any(o => o.Uid == owner.Head.Uid);
}
