using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Controllers.Workloads;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Reconciling;

namespace ActorKube.Controllers.Services.Slices;

/// <summary>Turns drafts into writes: what would be deleted is overwritten with what would be created.</summary>
/// <param name="ownerType">Type of the object the slices belong to.</param>
/// <param name="owner">The object.</param>
/// <param name="labels">Labels of the slices.</param>
/// <param name="annotations">Annotations of the slices that are written; those of a slice are replaced.</param>
internal sealed class SliceWriting(
    GroupVersionKind ownerType, StoredObject owner, ImmutableSortedDictionary<string, string> labels, Func<SliceView?, IReadOnlyDictionary<string, string>> annotations)
{
    private static readonly GroupVersionResource Resource = WellKnownResources.EndpointSlices;

    /// <summary>The writes, in order.</summary>
    /// <param name="plan">Receives them.</param>
    /// <param name="drafts">Slices that are to be.</param>
    /// <param name="delete">Slices that are not to be; only those of the owner are overwritten.</param>
    /// <param name="view">Where names that are taken are found.</param>
    public void Write(PlanBuilder plan, IReadOnlyList<SliceDraft> drafts, List<SliceView> delete, CacheView view)
    {
        foreach (var draft in drafts.Where(d => d.Known is null))
            if (delete.FirstOrDefault(s => s.AddressType == draft.AddressType && IsOwnedBy(s, owner)) is { } spare)
            {
                draft.Replace(spare);
                delete.Remove(spare);
            }
        // What is created for an owner on its way out would only have to be collected again.
        if (owner.Head.Deleted is null)
            plan.Do(StageMode.Parallel, Creations([.. drafts.Where(d => d.Known is null)], view));
        plan.Do(StageMode.Parallel, drafts.Where(d => d is { Changed: true, Known: not null }).Select(Update));
        plan.Do(StageMode.Parallel, delete.Select(Delete));
    }

    /// <summary>Whether the slice belongs to this incarnation of the object.</summary>
    public static bool IsOwnedBy(SliceView slice, StoredObject owner) => slice.Object.Head.Owners.Any(o => o.Uid == owner.Head.Uid);

    /// <summary>Deletes a slice.</summary>
    public static PlanStep Delete(SliceView slice) =>
        new DeleteStep(ObjectAddress.Of(Resource, slice.Object.Key), new DeleteOptions { Uid = slice.Object.Head.Uid }) { Tolerates = [StatusReason.NotFound, StatusReason.Conflict] };

    private IEnumerable<PlanStep> Creations(List<SliceDraft> drafts, CacheView view)
    {
        if (drafts.Count == 0)
            yield break;
        var prefix = owner.Key.Name + "-";
        var ns = owner.Key.Namespace;
        // Whoever comes after a controller that died before it saw its slices comes to the same names.
        var seed = SafeNames.Fnv64($"{owner.Head.Uid}/{drafts[0].AddressType}");
        foreach (var (draft, name) in drafts.Zip(GeneratedNames.Of(prefix, seed, n => view.Find(new ObjectKey(ns, n)) is not null)))
        {
            var json = new JsonObject
            {
                ["apiVersion"] = "discovery.k8s.io/v1",
                ["kind"] = "EndpointSlice",
                ["metadata"] = new JsonObject
                {
                    ["name"] = name,
                    ["generateName"] = prefix,
                    ["namespace"] = ns,
                    ["ownerReferences"] = new JsonArray(OwnerReferences.ToJson(OwnerReferences.ToController(ownerType, owner))),
                },
                ["addressType"] = draft.AddressType,
            };
            yield return new CreateStep(new ObjectAddress(Resource, ns, name), Filled(json, draft).Encode()) { Tolerates = ["NamespaceTerminating"] };
        }
    }

    private PlanStep Update(SliceDraft draft) => new UpdateStep(ObjectAddress.Of(Resource, draft.Known!.Object.Key), Filled(draft.Known.Object.Edit(), draft).Encode());

    private JsonObject Filled(JsonObject json, SliceDraft draft)
    {
        var metadata = json.Child("metadata");
        metadata["labels"] = new JsonObject(labels.Select(l => KeyValuePair.Create(l.Key, (JsonNode?)l.Value)));
        metadata.Remove("annotations");
        foreach (var (key, value) in annotations(draft.Known))
            metadata.Child("annotations")[key] = value;
        json["endpoints"] = new JsonArray([.. draft.Endpoints.Select(e => (JsonNode)e.Write())]);
        json["ports"] = new JsonArray([.. draft.Ports.Select(p => (JsonNode)p.Write())]);
        return json;
    }
}
