using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Reconciling;

namespace ActorKube.Controllers.Services;

/// <summary>Which services a change concerns. Services have to be indexed by <see cref="BySelector"/>.</summary>
internal static class ServiceKeys
{
    /// <summary>Services by the pods they follow.</summary>
    public static readonly CacheIndex BySelector = SelectorIndex.Of<ServiceView>(static s => s.FollowsPods ? (s.Object.Key.Namespace, s.Selector) : null);

    /// <summary>The services that selected a pod before or do so now, if the change shows in their endpoints.</summary>
    public static IEnumerable<ObjectKey> OfPod(ObjectChanged change, IClusterView view)
    {
        if (change is not { Old: { } old, New: { } now })
            return Selecting(view, change.Latest.Key.Namespace, change.Latest.Head.Labels);
        if (!old.Head.Labels.SequenceEqual(now.Head.Labels))
            return Selecting(view, now.Key.Namespace, now.Head.Labels).Union(Selecting(view, now.Key.Namespace, old.Head.Labels));
        // Most pods stand behind no service; only those that do are read.
        var keys = Selecting(view, now.Key.Namespace, now.Head.Labels).ToList();
        return keys.Count == 0 || old.As<ServingPod>().SameFor(now.As<ServingPod>()) ? [] : keys;
    }

    private static IEnumerable<ObjectKey> Selecting(IClusterView view, string ns, Labels labels)
    {
        foreach (var service in view.Of(WellKnownResources.Services).Candidates(BySelector, ns, labels))
            if (service.As<ServiceView>().Selector.Matches(labels))
                yield return service.Key;
    }

    /// <summary>The pods behind a service, sorted by name. Pods have to be indexed by namespace and labels.</summary>
    public static IEnumerable<ServingPod> PodsOf(IClusterView view, ServiceView service) =>
        view.Of(WellKnownResources.Pods).Matching(service.Object.Key.Namespace, service.Selector)
            .OrderBy(p => p.Key)
            .Select(p => p.As<ServingPod>());
}
