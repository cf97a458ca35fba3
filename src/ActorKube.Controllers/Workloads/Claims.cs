using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Api.Selectors;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Reconciling;

namespace ActorKube.Controllers.Workloads;

/// <summary>What an owner should do about the objects it might own.</summary>
/// <param name="Owned">Objects it owns and keeps.</param>
/// <param name="Adopt">Objects without a controller that its selector matches.</param>
/// <param name="Release">Objects it owns that its selector no longer matches.</param>
internal sealed record Claims(List<CachedObject> Owned, List<CachedObject> Adopt, List<CachedObject> Release)
{
    /// <summary>
    /// Upstream's rules of claiming: owned objects are kept while the selector matches and else released; objects without controller are adopted when it matches, unless they
    /// or the owner are being deleted.
    /// </summary>
    /// <param name="cache">The resource, indexed by <see cref="CacheIndex.Controller"/>.</param>
    /// <param name="owner">The owner.</param>
    /// <param name="selector">The owner's selector.</param>
    /// <param name="relevant">Leaves objects out altogether, for example finished pods.</param>
    public static Claims Of(CacheView cache, StoredObject owner, LabelSelector selector, Func<CachedObject, bool> relevant)
    {
        var claims = new Claims([], [], []);
        var leaving = owner.Head.Deleted is not null;
        foreach (var item in cache.By(CacheIndex.Controller, owner.Head.Uid))
        {
            if (!relevant(item))
                continue;
            if (selector.Matches(item.Head.Labels))
                claims.Owned.Add(item);
            else if (!leaving)
                claims.Release.Add(item);
        }
        if (!leaving)
            foreach (var item in cache.By(CacheIndex.Controller, CacheIndex.Orphans(owner.Key.Namespace)))
                if (item.Head.Deleted is null && selector.Matches(item.Head.Labels) && relevant(item))
                    claims.Adopt.Add(item);
        return claims;
    }

    /// <summary>
    /// The writes that carry the claims out; null when the owner has to be read first. Adoption is only safe when the owner is known, past the caches, to be there still.
    /// </summary>
    /// <param name="context">What is known.</param>
    /// <param name="resource">The resource of what is owned.</param>
    /// <param name="ownerResource">The owner's resource.</param>
    /// <param name="ownerType">The owner's type.</param>
    /// <param name="owner">The owner.</param>
    /// <param name="finalizer">Comes and goes with the ownership; null for none.</param>
    public IEnumerable<PlanStep>? Steps(
        ReconcileContext context, GroupVersionResource resource, GroupVersionResource ownerResource, GroupVersionKind ownerType, StoredObject owner, string? finalizer = null)
    {
        if (Adopt.Count > 0)
        {
            if (context.Live[LiveRead.Get(ownerResource, owner.Key)] is not { } fresh)
                return null;
            if (fresh.Object is not { } now || now.Head.Uid != owner.Head.Uid || now.Head.Deleted is not null)
                Adopt.Clear();
        }
        return Changes(resource, ownerType, owner, finalizer);
    }

    /// <summary>Says in the decision log what the writes are for.</summary>
    /// <param name="plan">The plan with the writes.</param>
    /// <param name="what">What is owned, in the plural.</param>
    public void Explain(PlanBuilder plan, string what)
    {
        if (Adopt.Count > 0)
            plan.Because($"adopts {Adopt.Count} {what} that its selector matches");
        if (Release.Count > 0)
            plan.Because($"releases {Release.Count} {what} that its selector no longer matches");
    }

    private IEnumerable<PlanStep> Changes(GroupVersionResource resource, GroupVersionKind ownerType, StoredObject owner, string? finalizer)
    {
        foreach (var item in Adopt)
            yield return new PatchStep(ObjectAddress.Of(resource, item.Key), PatchType.StrategicMerge,
                OwnerReferences.AdoptPatch(OwnerReferences.ToController(ownerType, owner), item.Head.Uid, finalizer)) { Tolerates = [StatusReason.NotFound] };
        foreach (var item in Release)
            yield return new PatchStep(ObjectAddress.Of(resource, item.Key), PatchType.StrategicMerge,
                OwnerReferences.ReleasePatch(owner.Head.Uid, item.Head.Uid, finalizer)) { Tolerates = [StatusReason.NotFound, StatusReason.Invalid] };
    }
}
