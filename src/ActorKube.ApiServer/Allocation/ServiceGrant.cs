using ActorKube.Api.Names;

namespace ActorKube.ApiServer.Allocation;

/// <summary>What one write of one service has taken so far.</summary>
internal sealed class ServiceGrant(Reservations reservations, string workspace, ObjectKey key, ServiceSpec? before, ServiceSpec spec) : IServiceAllocation
{
    private readonly List<(GroupResource Resource, string Name)> _taken = [];

    /// <summary>Which Kubernetes API it belongs to.</summary>
    public string Workspace => workspace;

    /// <summary>The service.</summary>
    public ObjectKey Key => key;

    /// <summary>What it had; null when it is created.</summary>
    public ServiceSpec? Before => before;

    /// <summary>What it will have.</summary>
    public ServiceSpec Spec => spec;

    /// <summary>Whether nothing is really taken.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>Takes a name.</summary>
    /// <returns>False when somebody else has it.</returns>
    public async ValueTask<bool> TryTakeAsync(GroupResource resource, string name, CancellationToken cancel)
    {
        if (_taken.Contains((resource, name)))
            return false;
        var free = IsDryRun
            ? (await reservations.TakenAsync(workspace, resource, cancel)).Find(new ObjectKey("", name)) is null
            : await reservations.TryTakeAsync(workspace, resource, name, key, cancel);
        if (free)
            _taken.Add((resource, name));
        return free;
    }

    /// <inheritdoc/>
    public async ValueTask CommitAsync(CancellationToken cancel)
    {
        if (before is null || IsDryRun)
            return;
        if (before.Address is { } address && address != spec.Address)
            await reservations.ReleaseAsync(workspace, Reservations.Addresses, address, key, cancel);
        foreach (var port in before.NodePorts.Except(spec.NodePorts))
            await reservations.ReleaseAsync(workspace, Reservations.Ports, port.ToString(), key, cancel);
    }

    /// <inheritdoc/>
    public async ValueTask RollbackAsync(CancellationToken cancel)
    {
        if (!IsDryRun)
            foreach (var (resource, name) in _taken)
                await reservations.ReleaseAsync(workspace, resource, name, key, cancel);
        _taken.Clear();
    }
}
