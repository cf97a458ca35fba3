using ActorKube.NodeAgent.Runtimes;

namespace ActorKube.NodeAgent.Hosting;

/// <summary>
/// The container runtime of one node, opened. It outlives the agents that use it one after the other, as when a process rejoins: simulated pods run in it and end with it, real ones are only
/// reached through it.
/// </summary>
public sealed class AgentRuntime : IAsyncDisposable
{
    internal AgentRuntime(IContainerRuntime runtime) => Runtime = runtime;

    internal IContainerRuntime Runtime { get; }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Runtime.DisposeAsync();
}
