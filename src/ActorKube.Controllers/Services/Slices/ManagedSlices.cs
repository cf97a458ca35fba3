using ActorKube.Api.Names;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Reconciling;

namespace ActorKube.Controllers.Services.Slices;

/// <summary>The EndpointSlices of services that one controller keeps, and no other may touch.</summary>
/// <param name="Manager">The value of the managed-by label by which they are known.</param>
internal sealed record ManagedSlices(string Manager)
{
    private static readonly CacheIndex ByService = CacheIndex.Label(ServiceLabels.ServiceName);

    /// <summary>Looks at a service when one of its slices changes, comes or goes.</summary>
    public WatchSpec Watch => new(WellKnownResources.EndpointSlices, (change, _) => KeysOf(change), ByService);

    /// <summary>The slices of a service that are not on their way out, sorted by name.</summary>
    public IEnumerable<SliceView> Of(CacheView slices, ObjectKey service) =>
        slices.By(ByService, service.Name)
            .Where(s => s.Key.Namespace == service.Namespace && s.Head.Deleted is null && ServiceOf(s) is not null)
            .OrderBy(s => s.Key)
            .Select(s => s.As<SliceView>());

    private IEnumerable<ObjectKey> KeysOf(ObjectChanged change)
    {
        var (before, after) = (ServiceOf(change.Old), ServiceOf(change.New));
        if (before is not null)
            yield return new ObjectKey(change.Latest.Key.Namespace, before);
        if (after is not null && after != before)
            yield return new ObjectKey(change.Latest.Key.Namespace, after);
    }

    private string? ServiceOf(CachedObject? slice) =>
        slice is not null && slice.Head.Labels[ServiceLabels.ManagedBy] == Manager ? slice.Head.Labels[ServiceLabels.ServiceName] : null;
}
