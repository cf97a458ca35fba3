using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Recording;
using ActorKube.Machinery.Times;
using ActorKube.Protocol.Store;

namespace ActorKube.ApiServer.Allocation.Repair;

/// <summary>
/// Brings reservations and services back in step after a process died between the two writes, or somebody changed reservations by hand. Reservations that are young may belong to a write
/// under way. Any number of servers may do so at once: every step is a compare-and-set.
/// </summary>
internal sealed class ReservationRepair(IResourceStore store, Reservations reservations, ServiceRanges ranges, PortRange ports, TimeProvider time)
{
    private static readonly TimeSpan Young = TimeSpan.FromMinutes(1);
    private static readonly GroupResource Services = new("", "services");
    private readonly ClockHistory _clock = new(time);

    /// <summary>Looks through one workspace and repairs it.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="record">Takes what people are told, with the resource that it is about.</param>
    /// <param name="cancel">Ends waiting.</param>
    public async Task RunAsync(string workspace, Action<GroupResource, EventSpec> record, CancellationToken cancel)
    {
        var services = (await AllAsync(workspace, Services, cancel)).ToDictionary(static s => s.Key);
        var addresses = (await AllAsync(workspace, Reservations.Addresses, cancel)).ToDictionary(static a => a.Key.Name);
        var held = (await AllAsync(workspace, Reservations.Ports, cancel)).ToDictionary(static p => p.Key.Name);
        var known = await ranges.AllAsync(workspace, cancel);
        var findings = AddressAudit.Of(services, addresses, ip => known.Any(r => r.Contains(ip)), IsYoung).Concat(PortAudit.Of(services, held, ports, IsYoung));
        foreach (var finding in findings.ToList())
            if (await DoAsync(workspace, finding, cancel) && finding.Event is { } told)
                record(finding.Resource, told);
    }

    /// <summary>Does what is to be done; false when meanwhile all is well, or somebody else has done it.</summary>
    private async Task<bool> DoAsync(string workspace, AuditFinding finding, CancellationToken cancel)
    {
        if (finding.Repair == RepairAction.None)
            return true;
        // The service may have gone, and its reservation with it, between one read and the next.
        if (finding.Repair is RepairAction.Take or RepairAction.Replace && !await NeedsAsync(workspace, finding, cancel))
            return false;
        if (finding.Reservation is { } present && !await reservations.RemoveAsync(workspace, finding.Resource, present, cancel))
            return false;
        return finding.Repair == RepairAction.Release || await reservations.TryTakeAsync(workspace, finding.Resource, finding.Name, finding.Service, cancel);
    }

    private async Task<bool> NeedsAsync(string workspace, AuditFinding finding, CancellationToken cancel)
    {
        var service = (await store.ReadAsync(new ResourceId(workspace, Services), ReadAt.Latest, cancel)).Find(finding.Service);
        if (service is null)
            return false;
        var spec = ServiceSpec.Of(service);
        return finding.Resource == Reservations.Addresses ? spec.Address == finding.Name : spec.NodePorts.Any(p => p.ToString() == finding.Name);
    }

    private async Task<IEnumerable<StoredObject>> AllAsync(string workspace, GroupResource resource, CancellationToken cancel) =>
        (await store.ReadAsync(new ResourceId(workspace, resource), ReadAt.Latest, cancel)).Range(null, null);

    // Whoever made it may have a clock that was set before ours was seen to be.
    private bool IsYoung(StoredObject reservation) =>
        reservation.Head.Created is { } created && _clock.Now is var now && (now.Since(created) <= Young || (created <= now.Clock && now.Clock - created <= Young));
}
