using ActorKube.Testing.Containers;

namespace ActorKube.NodeAgent.Tests.Containers;

/// <summary>One node with a real containerd and a registry, for all tests of a class. Where the machine has no containerd nothing is started, and tests skip.</summary>
public sealed class ContainerdFixture : IAsyncLifetime
{
    private ContainerFabric? _fabric;
    private ContainerdNode? _node;
    private OfflineRegistry? _registry;

    public ContainerdNode Node => _node ?? throw new InvalidOperationException(ContainerHost.SkipReason);

    public OfflineRegistry Registry => _registry ?? throw new InvalidOperationException(ContainerHost.SkipReason);

    public async ValueTask InitializeAsync()
    {
        if (ContainerHost.SkipReason is not null)
            return;
        _fabric = await ContainerFabric.CreateAsync();
        _registry = OfflineRegistry.Start(_fabric);
        _node = await _fabric.StartNodeAsync(1, _registry);
    }

    public async ValueTask DisposeAsync()
    {
        if (_registry is not null)
            await _registry.DisposeAsync();
        if (_fabric is not null)
            await _fabric.DisposeAsync();
    }
}
