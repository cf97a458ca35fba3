using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Api.Times;
using ActorKube.ApiServer.Pipeline;
using ActorKube.Machinery.Objects;
using ActorKube.Protocol.Store;

namespace ActorKube.ApiServer.Allocation;

/// <summary>
/// What is taken, as objects whose names are what they stand for: creating one is the compare-and-set that decides between processes. Addresses are the
/// <c>IPAddress</c> objects upstream uses; for ports upstream has no object, so theirs live in a resource that is not served.
/// </summary>
internal sealed class Reservations(IResourceStore store, IIdentitySource identities, TimeProvider time)
{
    /// <summary>Cluster addresses.</summary>
    public static readonly GroupResource Addresses = new("networking.k8s.io", "ipaddresses");

    /// <summary>Node ports.</summary>
    public static readonly GroupResource Ports = new("internal.actorkube", "nodeports");

    /// <summary>The service that has a reservation.</summary>
    public static ObjectKey OwnerOf(StoredObject reservation) => new(reservation.Field("spec.parentRef.namespace"), reservation.Field("spec.parentRef.name"));

    /// <summary>Whether a reservation says that a service has it.</summary>
    public static bool IsOfService(StoredObject reservation) => reservation.Field("spec.parentRef.resource") == "services" && reservation.Field("spec.parentRef.group").Length == 0;

    /// <summary>Takes a name for a service.</summary>
    /// <returns>False when somebody has it.</returns>
    public async ValueTask<bool> TryTakeAsync(string workspace, GroupResource resource, string name, ObjectKey service, CancellationToken cancel)
    {
        var metadata = new JsonObject
        {
            ["name"] = name,
            ["uid"] = identities.NewUid(),
            ["creationTimestamp"] = KubeTime.Format(time.GetUtcNow()),
        };
        var addresses = resource == Addresses;
        if (addresses)
            metadata["labels"] = new JsonObject
            {
                [AddressLabels.IpFamily] = "IPv4",
                [AddressLabels.ManagedBy] = AddressLabels.Allocator,
            };
        var content = ObjectEncoder.Encode(new JsonObject
        {
            ["kind"] = addresses ? "IPAddress" : "NodePort",
            ["apiVersion"] = addresses ? "networking.k8s.io/v1" : "internal.actorkube/v1",
            ["metadata"] = metadata,
            ["spec"] = new JsonObject
            {
                ["parentRef"] = new JsonObject { ["group"] = "", ["resource"] = "services", ["namespace"] = service.Namespace, ["name"] = service.Name },
            },
        });
        return (await store.WriteAsync(new ResourceId(workspace, resource), new CreateObject(new ObjectKey("", name), content), cancel)).Committed;
    }

    /// <summary>Gives a name back, if the service is who has it.</summary>
    public async ValueTask ReleaseAsync(string workspace, GroupResource resource, string name, ObjectKey service, CancellationToken cancel)
    {
        var id = new ResourceId(workspace, resource);
        var key = new ObjectKey("", name);
        var held = (await store.ReadAsync(id, ReadAt.Any, cancel)).Find(key) ?? (await store.ReadAsync(id, ReadAt.Latest, cancel)).Find(key);
        if (held is not null && OwnerOf(held) == service)
            await RemoveAsync(workspace, resource, held, cancel);
    }

    /// <summary>Takes a reservation away; false when it is another one by now.</summary>
    public async ValueTask<bool> RemoveAsync(string workspace, GroupResource resource, StoredObject held, CancellationToken cancel) =>
        (await store.WriteAsync(new ResourceId(workspace, resource), new RemoveObject(held.Key, null, held.Head.Uid), cancel)).Committed;

    /// <summary>What is taken, as this process knows.</summary>
    public ValueTask<IResourceSnapshot> TakenAsync(string workspace, GroupResource resource, CancellationToken cancel) =>
        store.ReadAsync(new ResourceId(workspace, resource), ReadAt.Any, cancel);
}
