using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Reconciling;

namespace ActorKube.Controllers.Workloads.History;

/// <summary>Where a set's present template stands in its history.</summary>
/// <param name="Name">Name of the revision of the present template.</param>
/// <param name="Hash">Hash in that name.</param>
/// <param name="Step">The write that makes it the newest revision; null when it is already.</param>
/// <param name="Collisions">How often a name was taken by other content; for <c>status.collisionCount</c>.</param>
/// <param name="Others">All other revisions, oldest first.</param>
/// <param name="Known">The revision, when it exists.</param>
internal sealed record RevisionHistory(string Name, string Hash, PlanStep? Step, int Collisions, IReadOnlyList<RevisionView> Others, RevisionView? Known)
{
    private static readonly GroupVersionResource Resource = WellKnownResources.ControllerRevisions;

    /// <summary>
    /// Finds the revision with the set's template: the newest is simply kept, an older one (an undo) becomes the newest by a higher number, and where there is none it is made. Names follow from the
    /// template, so that making a revision twice is making it once; a name that is taken by other content counts as a collision and the next one is tried.
    /// </summary>
    /// <param name="cache">All revisions.</param>
    /// <param name="owned">Those of the set.</param>
    /// <param name="set">The set.</param>
    /// <param name="kind">Its kind.</param>
    /// <param name="hashLabel">Label of the hash on the revision.</param>
    /// <param name="collisions"><c>status.collisionCount</c>.</param>
    public static RevisionHistory Of(CacheView cache, IEnumerable<CachedObject> owned, StoredObject set, GroupVersionKind kind, string hashLabel, int collisions)
    {
        var json = set.Edit();
        var template = json.At("spec", "template");
        var fingerprint = TemplateHash.Fingerprint(template);
        var all = owned.Select(r => r.As<RevisionView>()).OrderBy(r => r.Number).ThenBy(r => r.Object.Head.Created).ThenBy(r => r.Name, StringComparer.Ordinal).ToList();
        if (all.FindLast(r => r.Fingerprint == fingerprint) is { } known)
        {
            all.Remove(known);
            var number = all.Count == 0 ? known.Number : After(all[^1].Number);
            var hash = known.Object.Head.Labels[hashLabel] ?? known.Name[(known.Name.LastIndexOf('-') + 1)..];
            return new RevisionHistory(known.Name, hash, known.Number >= number ? null : Renumber(known, number), collisions, all, known);
        }
        for (; ; collisions++)
        {
            var hash = TemplateHash.Of(template, collisions);
            var key = new ObjectKey(set.Key.Namespace, $"{set.Key.Name}-{hash}");
            if (cache.Find(key) is not null)
                continue;
            var number = all.Count == 0 ? 1 : After(all[^1].Number);
            return new RevisionHistory(key.Name, hash, Create(key, json, set, kind, hashLabel, hash, number), collisions, all, null);
        }
    }

    /// <summary>Other revisions with the content of the present one, as a restored backup may bring them.</summary>
    public IEnumerable<RevisionView> Twins => Known is null ? [] : Others.Where(r => r.Fingerprint == Known.Fingerprint);

    /// <summary>Deletes a revision.</summary>
    public static DeleteStep Delete(RevisionView revision) =>
        new(ObjectAddress.Of(Resource, revision.Object.Key), new DeleteOptions { Uid = revision.Object.Head.Uid }) { Tolerates = [StatusReason.NotFound] };

    /// <summary>Deletes what is beyond the history's limit, oldest first; revisions in use stay.</summary>
    /// <param name="plan">Gets the deletions.</param>
    /// <param name="limit">Revisions kept besides the present one.</param>
    /// <param name="live">Tells whether pods still have a revision.</param>
    /// <param name="liveCount">Whether revisions in use count toward the limit.</param>
    public void Truncate(PlanBuilder plan, int limit, Func<RevisionView, bool> live, bool liveCount)
    {
        // A stateful set whose limit lies below zero keeps all it ever was.
        if (limit < 0)
            return;
        var idle = Others.Where(r => !live(r)).ToList();
        var surplus = idle.Take(Math.Max(0, (liveCount ? Others.Count : idle.Count) - limit)).ToList();
        if (surplus.Count > 0)
            plan.Because($"{surplus.Count} revisions are older than the {limit} old ones kept").Do(StageMode.Parallel, surplus.Select(Delete));
    }

    private static long After(long number) => number < long.MaxValue ? number + 1 : number;

    private static UpdateStep Renumber(RevisionView revision, long number)
    {
        var json = revision.Object.Edit();
        json["revision"] = number;
        return new UpdateStep(ObjectAddress.Of(Resource, revision.Object.Key), json.Encode());
    }

    private static CreateStep Create(ObjectKey key, JsonObject set, StoredObject owner, GroupVersionKind kind, string hashLabel, string hash, long number)
    {
        var labels = set.At("spec", "template", "metadata", "labels").Copy();
        labels[hashLabel] = hash;
        var metadata = new JsonObject
        {
            ["name"] = key.Name,
            ["namespace"] = key.Namespace,
            ["labels"] = labels,
            ["ownerReferences"] = new JsonArray(OwnerReferences.ToJson(OwnerReferences.ToController(kind, owner))),
        };
        if (set.At("metadata", "annotations") is { } annotations)
            metadata["annotations"] = annotations.DeepClone();
        return new CreateStep(ObjectAddress.Of(Resource, key), new JsonObject
        {
            ["apiVersion"] = Kinds.ControllerRevision.ApiVersion,
            ["kind"] = Kinds.ControllerRevision.Kind,
            ["metadata"] = metadata,
            ["data"] = TemplatePatch.Of(set.At("spec", "template")),
            ["revision"] = number,
        }.Encode()) { Tolerates = ["NamespaceTerminating"] };
    }
}
