using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Json;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Pipeline;

namespace ActorKube.ApiServer.Allocation;

/// <summary>
/// Allocation by reservation: each address and port is taken by creating its object before the service is written, and given back when the service does not come to be or
/// goes. A process that dies in between leaves a reservation that <see cref="Repair.ReservationRepair"/> finds.
/// </summary>
internal sealed class ServiceAllocator(Reservations reservations, ServiceRanges addresses, PortRange ports, IIdentitySource identities) : IServiceAllocator
{
    // Random picks rarely collide while there is room; after these, the range is walked.
    private const int RandomPicks = 16;

    /// <inheritdoc/>
    public async ValueTask<IServiceAllocation> AllocateAsync(string workspace, JsonObject service, JsonObject? old, bool dryRun, CancellationToken cancel)
    {
        var metadata = service.Object("metadata");
        var key = new ObjectKey(metadata.Text("namespace") ?? "", metadata.Text("name") ?? "");
        var spec = ServiceSpec.Of(service);
        var before = old is null ? null : ServiceSpec.Of((JsonObject)old.DeepClone());
        if (!spec.IsAlias)
            CheckFamilies(spec, key.Name);
        var grant = new ServiceGrant(reservations, workspace, key, before, spec) { IsDryRun = dryRun };
        try
        {
            if (!spec.IsAlias)
                spec.SetSingleFamily();
            if (spec.NeedsAddress)
                await TakeAddressAsync(grant, cancel);
            if (spec.HasNodePorts)
                await TakePortsAsync(grant, cancel);
            if (spec.NeedsHealthCheckPort)
                await TakeHealthCheckPortAsync(grant, cancel);
        }
        catch
        {
            await grant.RollbackAsync(CancellationToken.None);
            throw;
        }
        return grant;
    }

    /// <inheritdoc/>
    public async ValueTask ReleaseAsync(string workspace, StoredObject service, CancellationToken cancel)
    {
        var spec = ServiceSpec.Of(service);
        if (spec.Address is { } address)
            await reservations.ReleaseAsync(workspace, Reservations.Addresses, address, service.Key, cancel);
        foreach (var port in spec.NodePorts)
            await reservations.ReleaseAsync(workspace, Reservations.Ports, port.ToString(), service.Key, cancel);
    }

    private static void CheckFamilies(ServiceSpec spec, string name)
    {
        var errors = new FieldErrors();
        var index = 0;
        foreach (var family in spec.Families)
        {
            if (family == "IPv6")
                errors.Invalid(FieldPath.Spec.Child("ipFamilies").Index(index), family, "not configured on this cluster");
            index++;
        }
        if (spec.FamilyPolicy == "RequireDualStack")
            errors.Invalid(FieldPath.Spec.Child("ipFamilyPolicy"), spec.FamilyPolicy, "this cluster is not configured for dual-stack services");
        errors.ThrowIfAny("", "Service", name);
    }

    private async ValueTask TakeAddressAsync(ServiceGrant grant, CancellationToken cancel)
    {
        var spec = grant.Spec;
        var ranges = await addresses.UsableAsync(grant.Workspace, cancel);
        if (spec.ClusterIp is { Length: > 0 } wanted)
        {
            spec.ClusterIp = wanted;
            if (wanted == grant.Before?.Address)
                return;
            if (!ranges.Any(r => r.Contains(wanted)))
                throw Refused(grant, wanted, "the provided network does not match the current range");
            if (!await grant.TryTakeAsync(Reservations.Addresses, wanted, cancel))
                throw Refused(grant, wanted, "provided IP is already allocated");
            return;
        }
        foreach (var range in ranges)
            if (await PickAsync(grant, Reservations.Addresses, range.Count, range.StaticCount, range.At, cancel) is { } picked)
            {
                spec.ClusterIp = picked;
                return;
            }
        throw ApiErrors.Internal("failed to allocate a serviceIP: range is full");
    }

    private async ValueTask TakePortsAsync(ServiceGrant grant, CancellationToken cancel)
    {
        // The same number may stand at a TCP and a UDP port of one service.
        var held = grant.Before?.NodePorts.ToHashSet() ?? [];
        var index = 0;
        foreach (var port in grant.Spec.Ports)
        {
            if (port.Int64("nodePort") is > 0 and var wanted && held.Add(wanted))
            {
                if (await TryTakePortAsync(grant, wanted, cancel) is { } why)
                {
                    var errors = new FieldErrors();
                    errors.Invalid(FieldPath.Spec.Child("ports").Index(index).Child("nodePort"), wanted, why);
                    errors.ThrowIfAny("", "Service", grant.Key.Name);
                }
            }
            index++;
        }
        if (!grant.Spec.WantsAnyNodePorts)
            return;
        foreach (var port in grant.Spec.Ports)
            if (port.Int64("nodePort") is null or 0)
                // A new service has one node port for both protocols of a port.
                port["nodePort"] = (grant.Before is null ? grant.Spec.NodePortOf(port) : 0) is > 0 and var shared ? shared : await TakeAnyPortAsync(grant, cancel);
    }

    private async ValueTask TakeHealthCheckPortAsync(ServiceGrant grant, CancellationToken cancel)
    {
        var spec = grant.Spec;
        if (spec.HealthCheckPort == 0)
            spec.HealthCheckPort = await TakeAnyPortAsync(grant, cancel);
        else if (grant.Before is not { NeedsHealthCheckPort: true } && await TryTakePortAsync(grant, spec.HealthCheckPort, cancel) is { } why)
            throw ApiErrors.Internal($"failed to allocate requested HealthCheck NodePort {spec.HealthCheckPort}: {why}");
    }

    /// <summary>Takes a port that is named.</summary>
    /// <returns>Why that is not possible; null when it is taken.</returns>
    private async ValueTask<string?> TryTakePortAsync(ServiceGrant grant, long port, CancellationToken cancel) =>
        !ports.Contains(port) ? $"provided port is not in the valid range. The range of valid ports is {ports}"
        : await grant.TryTakeAsync(Reservations.Ports, port.ToString(), cancel) ? null
        : "provided port is already allocated";

    private async ValueTask<long> TakeAnyPortAsync(ServiceGrant grant, CancellationToken cancel) =>
        long.Parse(await PickAsync(grant, Reservations.Ports, ports.Count, ports.StaticCount, i => (ports.First + i).ToString(), cancel)
            ?? throw ApiErrors.Internal("failed to allocate a nodePort: range is full"));

    private async ValueTask<string?> PickAsync(ServiceGrant grant, GroupResource resource, int count, int reserved, Func<int, string> at, CancellationToken cancel) =>
        await PickAsync(grant, resource, count - reserved, i => at(reserved + i), cancel) ?? (reserved > 0 ? await PickAsync(grant, resource, reserved, at, cancel) : null);

    private async ValueTask<string?> PickAsync(
        ServiceGrant grant, GroupResource resource, int count, Func<int, string> at, CancellationToken cancel)
    {
        var start = (int)(identities.NextJitter() * count) % count;
        for (var i = 0; i < Math.Min(count, RandomPicks); i++)
        {
            if (await grant.TryTakeAsync(resource, at(start), cancel))
                return at(start);
            start = (int)(identities.NextJitter() * count) % count;
        }
        var taken = await reservations.TakenAsync(grant.Workspace, resource, cancel);
        for (var i = 0; i < count; i++)
        {
            var name = at((start + i) % count);
            if (taken.Find(new ObjectKey("", name)) is null && await grant.TryTakeAsync(resource, name, cancel))
                return name;
        }
        return null;
    }

    private static ApiException Refused(ServiceGrant grant, string address, string why)
    {
        var errors = new FieldErrors();
        errors.Invalid(FieldPath.Spec.Child("clusterIPs"), new JsonArray(address), $"failed to allocate IP {address}: {why}");
        return ApiErrors.Invalid("", "Service", grant.Key.Name, errors.Causes);
    }
}
