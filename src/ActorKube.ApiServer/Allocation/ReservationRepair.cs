using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Protocol.Store;

namespace ActorKube.ApiServer.Allocation;

/// <summary>
/// Brings reservations and services back in step after a process died between the two writes: takes what services use and nobody holds, gives back what is held for
/// services that do not use it. Reservations that are young may belong to a write under way.
/// </summary>
internal sealed class ReservationRepair(IResourceStore store, Reservations reservations, TimeProvider time)
{
    private static readonly TimeSpan Young = TimeSpan.FromMinutes(1);
    private static readonly GroupResource Services = new("", "services");

    /// <summary>Repairs one workspace.</summary>
    public async ValueTask RunAsync(string workspace, CancellationToken cancel)
    {
        var services = await store.ReadAsync(new ResourceId(workspace, Services), ReadAt.Latest, cancel);
        var used = new Dictionary<(GroupResource, string), ObjectKey>();
        foreach (var service in services.Range(null, null))
        {
            var spec = ServiceSpec.Of(service);
            if (spec.Address is { } address)
                used.TryAdd((Reservations.Addresses, address), service.Key);
            foreach (var port in spec.NodePorts)
                used.TryAdd((Reservations.Ports, port.ToString()), service.Key);
        }
        foreach (var resource in (GroupResource[])[Reservations.Addresses, Reservations.Ports])
        {
            var held = await store.ReadAsync(new ResourceId(workspace, resource), ReadAt.Latest, cancel);
            foreach (var reservation in held.Range(null, null))
                if (IsOrphan(resource, reservation, used))
                    await reservations.ReleaseAsync(workspace, resource, reservation.Key.Name, Owner(reservation), cancel);
            foreach (var ((kind, name), service) in used)
                if (kind == resource && held.Find(new ObjectKey("", name)) is null)
                    await reservations.TryTakeAsync(workspace, resource, name, service, cancel);
        }
    }

    private bool IsOrphan(GroupResource resource, StoredObject reservation, Dictionary<(GroupResource, string), ObjectKey> used) =>
        reservation.Field("spec.parentRef.resource") == "services"
        && time.GetUtcNow() - reservation.Head.Created > Young
        && !(used.TryGetValue((resource, reservation.Key.Name), out var service) && service == Owner(reservation));

    private static ObjectKey Owner(StoredObject reservation) => new(reservation.Field("spec.parentRef.namespace"), reservation.Field("spec.parentRef.name"));
}
