using System.Globalization;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Recording;

namespace ActorKube.ApiServer.Allocation.Repair;

/// <summary>Compares the node ports that services use with those that are reserved (upstream: <c>portallocator/controller</c>). Pure.</summary>
internal static class PortAudit
{
    /// <summary>What does not fit.</summary>
    /// <param name="services">All services by key.</param>
    /// <param name="ports">All reservations by name.</param>
    /// <param name="range">Which ports there are to give.</param>
    /// <param name="isYoung">Whether a reservation may belong to a write under way.</param>
    public static IEnumerable<AuditFinding> Of(
        IReadOnlyDictionary<ObjectKey, StoredObject> services, IReadOnlyDictionary<string, StoredObject> ports, PortRange range, Func<StoredObject, bool> isYoung)
    {
        var users = new Dictionary<string, ObjectKey>();
        var needed = services.Values.SelectMany(static s => ServiceSpec.Of(s).NodePorts.Select(p => (Service: s, Port: p))).ToList();
        // Of several users the one that holds the reservation has the port; else the first.
        foreach (var (service, port) in needed.OrderByDescending(n => ports.TryGetValue(Name(n.Port), out var held) && Reservations.OwnerOf(held) == n.Service.Key))
        {
            var about = ObjectReference.To(ServiceSpec.Kind, service);
            var name = Name(port);
            if (!range.Contains(port))
                yield return Told(EventSpec.Warn(about, "PortOutOfRange", $"Port {port} is not within the port range {range}; please recreate service"), RepairAction.None);
            else if (!users.TryAdd(name, service.Key))
                yield return Told(EventSpec.Warn(about, "PortAlreadyAllocated", $"Port {port} was assigned to multiple services; please recreate service"), RepairAction.None);
            else if (!ports.TryGetValue(name, out var held))
                yield return Told(EventSpec.Warn(about, "PortNotAllocated", $"Port {port} is not allocated; repairing"), RepairAction.Take);
            else if (Reservations.OwnerOf(held) != service.Key)
                yield return Told(EventSpec.Warn(about, "PortNotAllocated", $"Port {port} is not allocated; repairing"), RepairAction.Replace, held);

            AuditFinding Told(EventSpec told, RepairAction repair, StoredObject? held = null) => new(told, repair, Reservations.Ports, name, service.Key, held);
        }
        foreach (var (name, held) in ports)
            if (!users.ContainsKey(name) && !isYoung(held))
                yield return new(null, RepairAction.Release, Reservations.Ports, name, Reservations.OwnerOf(held), held);
    }

    private static string Name(long port) => port.ToString(CultureInfo.InvariantCulture);
}
