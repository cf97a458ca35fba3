using ActorKube.Api.Errors;
using ActorKube.Machinery.Client;
using ActorKube.Protocol.Store;

namespace ActorKube.ApiServer.Components;

/// <summary>
/// The journal, under the name that upstream's first storage server has. It is well while a consistent read is answered and the writes that this server makes every few seconds anyway, the
/// renewals of its lease, succeed: nothing is written to find out.
/// </summary>
internal static class StoreProbe
{
    private const string Name = "etcd-0";

    /// <summary>The probe.</summary>
    /// <param name="store">The store.</param>
    /// <param name="failedWrite">Why the last renewal failed; null when it did not.</param>
    public static ComponentProbe Of(IResourceStore store, Func<string?> failedWrite) => new(Name, async cancel =>
    {
        try
        {
            await store.ReadAsync(ResourceId.Root(WellKnownResources.Leases.Resource), ReadAt.Latest, cancel);
        }
        catch (ApiException failure)
        {
            return ComponentHealth.Failed(failure.Message);
        }
        return failedWrite() is { } reason ? ComponentHealth.Failed(reason) : ComponentHealth.Ok;
    });
}
