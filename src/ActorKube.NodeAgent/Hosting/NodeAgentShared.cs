using System.Net;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Times;
using ActorKube.NodeAgent.Client;
using ActorKube.NodeAgent.Server;
using Microsoft.Extensions.Logging;

namespace ActorKube.NodeAgent.Hosting;

/// <summary>What all agents of a process share, so that a thousand simulated nodes do not watch the services a thousand times and need one port.</summary>
/// <param name="client">The way to the API; its user must be allowed to list and watch services.</param>
/// <param name="time">The clock.</param>
public sealed class NodeAgentShared(IResourceClient client, TimeProvider time) : IAsyncDisposable
{
    private readonly SemaphoreSlim _starting = new(1);
    private AgentServer? _server;

    /// <summary>True lets the HTTPS server take any free port when the configured one is in use.</summary>
    public bool TakesAnyPort { get; init; }

    internal ServiceCache Services { get; } = new(client, time);

    /// <summary>The present, as all agents know it: they notice at once when the clock is set.</summary>
    internal ClockHistory Clock { get; } = new(time);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        await Services.DisposeAsync();
        _starting.Dispose();
    }

    /// <summary>The HTTPS server, started by the first agent that asks.</summary>
    /// <exception cref="IOException">The port is taken.</exception>
    internal async Task<AgentServer> ServerAsync(NodeAgentSettings settings, ILoggerFactory loggers, CancellationToken cancel)
    {
        await _starting.WaitAsync(cancel);
        try
        {
            return _server ??= await StartAsync(IPAddress.Parse(settings.BindAddress), settings.Port ?? 0, loggers, cancel);
        }
        finally
        {
            _starting.Release();
        }
    }

    private async Task<AgentServer> StartAsync(IPAddress address, int port, ILoggerFactory loggers, CancellationToken cancel)
    {
        try
        {
            return await AgentServer.StartAsync(address, port, loggers, cancel);
        }
        catch (IOException) when (TakesAnyPort && port != 0)
        {
            return await AgentServer.StartAsync(address, 0, loggers, cancel);
        }
    }
}
