using ActorKube.Machinery.Client;
using ActorKube.NodeAgent.Client;

namespace ActorKube.NodeAgent.Hosting;

/// <summary>What all agents of a process share, so that a thousand simulated nodes do not watch the services a thousand times.</summary>
/// <param name="client">The way to the API; its user must be allowed to list and watch services.</param>
/// <param name="time">The clock.</param>
public sealed class NodeAgentShared(IResourceClient client, TimeProvider time) : IAsyncDisposable
{
    internal ServiceCache Services { get; } = new(client, time);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Services.DisposeAsync();
}
