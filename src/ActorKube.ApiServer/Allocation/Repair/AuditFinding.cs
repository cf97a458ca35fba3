using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Recording;

namespace ActorKube.ApiServer.Allocation.Repair;

/// <summary>A service and a reservation that do not fit together.</summary>
/// <param name="Event">What people are told; null for nothing.</param>
/// <param name="Repair">What is to be done.</param>
/// <param name="Resource">Addresses or ports.</param>
/// <param name="Name">The address or the port.</param>
/// <param name="Service">The service that is to have it; for a release, unused.</param>
/// <param name="Reservation">The present reservation; null when there is none.</param>
internal sealed record AuditFinding(EventSpec? Event, RepairAction Repair, GroupResource Resource, string Name, ObjectKey Service, StoredObject? Reservation = null);

/// <summary>What is done about a finding.</summary>
internal enum RepairAction
{
    /// <summary>Only people can.</summary>
    None,
    /// <summary>The reservation is made.</summary>
    Take,
    /// <summary>The reservation is given back.</summary>
    Release,
    /// <summary>The reservation is given to the service that uses it.</summary>
    Replace,
}
