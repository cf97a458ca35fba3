using System.Net;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Recording;

namespace ActorKube.ApiServer.Allocation.Repair;

/// <summary>Compares the addresses that services use with those that are reserved (upstream: <c>RepairIPAddress</c>). Pure.</summary>
internal static class AddressAudit
{
    private const string Family = "IPv4";
    private static readonly GroupVersionKind Address = new("networking.k8s.io", "v1", "IPAddress");

    /// <summary>What does not fit.</summary>
    /// <param name="services">All services by key.</param>
    /// <param name="addresses">All reservations by name.</param>
    /// <param name="isInRange">Whether some range holds an address.</param>
    /// <param name="isYoung">Whether a reservation may belong to a write under way.</param>
    public static IEnumerable<AuditFinding> Of(
        IReadOnlyDictionary<ObjectKey, StoredObject> services, IReadOnlyDictionary<string, StoredObject> addresses, Func<string, bool> isInRange, Func<StoredObject, bool> isYoung)
    {
        var used = services.Values.Select(static s => (Service: s, Ip: ServiceSpec.Of(s).Address)).Where(static u => u.Ip is not null).ToList();
        foreach (var (service, ip) in used)
            foreach (var finding in OfService(service, ip!, services, addresses, isInRange))
                yield return finding;
        var needed = used.Select(static u => (u.Ip!, u.Service.Key)).ToHashSet();
        var taken = needed.Select(static n => n.Item1).ToHashSet();
        foreach (var (name, held) in addresses)
            if (held.Head.Labels[AddressLabels.ManagedBy] == AddressLabels.Allocator && !needed.Contains((name, Reservations.OwnerOf(held)))
                && OfAddress(name, held, services, taken.Contains(name), isYoung) is { } finding)
                yield return finding;
    }

    private static IEnumerable<AuditFinding> OfService(
        StoredObject service, string ip, IReadOnlyDictionary<ObjectKey, StoredObject> services, IReadOnlyDictionary<string, StoredObject> addresses, Func<string, bool> isInRange)
    {
        if (!IPAddress.TryParse(ip, out _))
            return [Told("ClusterIPNotValid", "Cluster IP <nil> is not a valid IP; please recreate Service", RepairAction.None)];
        if (!isInRange(ip))
            return [Told("ClusterIPOutOfRange", $"Cluster IP [{Family}]: {ip} is not within any configured Service CIDR; please recreate service", RepairAction.None)];
        var missing = Told("ClusterIPNotAllocated", $"Cluster IP [{Family}]: {ip} is not allocated; repairing", RepairAction.Take);
        if (!addresses.TryGetValue(ip, out var held))
            return [missing];
        var owner = Reservations.OwnerOf(held);
        if (!Reservations.IsOfService(held) || (owner != service.Key && !services.ContainsKey(owner)))
            return [Told("ClusterIPNotAllocated", $"the ClusterIP [{Family}]: {ip} for Service {service.Key.Namespace}/{service.Key.Name} has a wrong reference; repairing", RepairAction.Replace, held)];
        if (owner != service.Key && ServiceSpec.Of(services[owner]).Address == ip)
            return [Told("ClusterIPAlreadyAllocated", $"Cluster IP [{Family}]:{ip} was assigned to multiple services; please recreate service", RepairAction.None)];
        if (held.Head.Labels[AddressLabels.ManagedBy] != AddressLabels.Allocator || held.Head.Labels[AddressLabels.IpFamily] != Family)
            return [new(null, RepairAction.Replace, Reservations.Addresses, ip, service.Key, held)];
        return owner == service.Key ? [] : [new(WrongReference(ip, held, owner), RepairAction.Release, Reservations.Addresses, ip, owner, held), missing];

        AuditFinding Told(string reason, string message, RepairAction repair, StoredObject? present = null) =>
            new(EventSpec.Warn(ObjectReference.To(ServiceSpec.Kind, service), reason, message), repair, Reservations.Addresses, ip, service.Key, present);
    }

    private static AuditFinding? OfAddress(string name, StoredObject held, IReadOnlyDictionary<ObjectKey, StoredObject> services, bool isUsed, Func<StoredObject, bool> isYoung)
    {
        // What a service uses is put right from the service's side.
        if (isUsed || isYoung(held))
            return null;
        var owner = Reservations.OwnerOf(held);
        var about = ObjectReference.To(Address, held);
        var told = !Reservations.IsOfService(held)
                ? EventSpec.Warn(about, "IPAddressNotAllocated", $"IPAddress {name} appears to have been modified, not referencing a Service {Reference(held)}: cleaning up")
            : services.ContainsKey(owner) ? WrongReference(name, held, owner)
            : EventSpec.Warn(about, "IPAddressNotAllocated", $"IPAddress: {name} for Service {owner.Namespace}/{owner.Name} appears to have leaked: cleaning up");
        return new(told, RepairAction.Release, Reservations.Addresses, name, owner, held);
    }

    private static EventSpec WrongReference(string name, StoredObject held, ObjectKey owner) =>
        EventSpec.Warn(ObjectReference.To(Address, held), "IPAddressWrongReference", $"IPAddress: {name} for Service {owner.Namespace}/{owner.Name} has a wrong reference; cleaning up");

    private static string Reference(StoredObject held) =>
        $"&ParentReference{{Group:{held.Field("spec.parentRef.group")},Resource:{held.Field("spec.parentRef.resource")},Namespace:{held.Field("spec.parentRef.namespace")},Name:{held.Field("spec.parentRef.name")},}}";
}
