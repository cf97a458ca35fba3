using ActorKube.Api.Names;
using ActorKube.Api.Selectors;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Reconciling;

namespace ActorKube.Controllers.Workloads;

/// <summary>Which owners a change in what they own concerns.</summary>
internal static class Owners
{
    /// <summary>
    /// The owner before and after the change; for an object without controller, all in its namespace whose selector matches it, for one of them may adopt it.
    /// </summary>
    /// <param name="change">The change.</param>
    /// <param name="view">The caches.</param>
    /// <param name="owners">Resource of the owners, indexed by <see cref="CacheIndex.Namespace"/>.</param>
    /// <param name="kind">Kind of the owners.</param>
    /// <param name="selector">Reads an owner's selector.</param>
    public static IEnumerable<ObjectKey> Of(ObjectChanged change, IClusterView view, GroupVersionResource owners, string kind, Func<CachedObject, LabelSelector> selector)
    {
        var (before, after) = (change.Old?.Head.Controller, change.New?.Head.Controller);
        var ns = change.Latest.Key.Namespace;
        if (before is not null && before.Kind == kind && before.Uid != after?.Uid)
            yield return new ObjectKey(ns, before.Name);
        if (after is not null && after.Kind == kind)
            yield return new ObjectKey(ns, after.Name);
        if (after is not null || change.New is not { } orphan || orphan.Head.Deleted is not null)
            yield break;
        foreach (var owner in view.Of(owners).By(CacheIndex.Namespace, ns))
            if (selector(owner) is { IsEverything: false } matching && matching.Matches(orphan.Head.Labels))
                yield return owner.Key;
    }
}
