using ActorKube.Api.Names;

namespace ActorKube.Machinery.Client;

/// <summary>
/// A client of one incarnation of a role that only one may have at a time, such as a controller. What it writes to a resource is bound to its tenure there: once another incarnation has begun, whatever this
/// one has still on its way is refused, with the cause <see cref="Api.Errors.CauseType.StaleEpoch"/>, and its holder has to stop.
/// </summary>
public interface ITenuredClient : IResourceClient
{
    /// <summary>Begins its tenure in a resource: what earlier incarnations have on their way there is refused from now on. Asked again, it only renews it, and is refused when it has been superseded.</summary>
    /// <returns>The revision that shows all that earlier incarnations have written.</returns>
    /// <exception cref="Api.Errors.ApiException">The resource holds no objects (404, 405), or does not answer.</exception>
    ValueTask<long> BeginAsync(GroupVersionResource resource, CancellationToken cancel = default);
}
