using ActorKube.Machinery.Client;
using ActorKube.Machinery.Running;
using ActorKube.NodeAgent.Actors;
using ActorKube.NodeAgent.Node;
using ActorKube.NodeAgent.Runtimes;
using ActorKube.NodeAgent.Server;
using ActorKube.NodeAgent.Usage;
using ActorKube.Protocol.Usage;
using Akka.Actor;
using Microsoft.Extensions.Logging;

namespace ActorKube.NodeAgent.Hosting;

/// <summary>A running agent. Disposing it stops the agent and leaves the pods running: the next one adopts them.</summary>
public sealed class NodeAgentHost : IAsyncDisposable
{
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(10);
    private static int _started;

    private readonly NodeAgentParts _parts;
    private readonly IActorRef _actor;
    private readonly List<IAsyncDisposable> _owned;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _rotation;
    private readonly Task _routing;
    private readonly Task _apiServer;
    private readonly Task _cleaning;
    private readonly Task _usage;
    private readonly NodeAgentShared _shared;
    private (AgentServer Server, ServedNode Node)? _served;

    private NodeAgentHost(NodeAgentParts parts, IActorRef actor, NodeAgentShared shared, List<IAsyncDisposable> owned, Action<UsageReport>? usage)
    {
        _parts = parts;
        _shared = shared;
        _actor = actor;
        _owned = owned;
        _rotation = UntilStoppedAsync(new LogRotation(parts.Runtime, parts.Settings, parts.Time, parts.Log).RunAsync);
        _cleaning = parts.Cleaner is { } cleaner ? UntilStoppedAsync(cleaner.RunAsync) : Task.CompletedTask;
        _routing = parts.Router is { } router ? UntilStoppedAsync(router.RunAsync) : Task.CompletedTask;
        _apiServer = parts.ApiServer is { } address ? UntilStoppedAsync(address.RunAsync) : Task.CompletedTask;
        _usage = usage is null ? Task.CompletedTask : UntilStoppedAsync(new UsageLoop(parts.Runtime, parts.IsSimulated ? null : parts.Probe, parts.Settings, usage, parts.Time, parts.Clock, parts.Log).RunAsync);
    }

    /// <summary>Port of the agent's HTTPS server; 0 when it does not serve.</summary>
    public int Port => _served?.Server.Port ?? 0;

    /// <summary>Starts an agent; many may live in one actor system and process, each with a node name of its own.</summary>
    /// <param name="system">The actor system to live in. The agent uses it for its own actors only.</param>
    /// <param name="settings">Node and behaviour (see <see cref="NodeAgentConfig"/>).</param>
    /// <param name="client">The way to the API, as this node's user.</param>
    /// <param name="runtime">The node's container runtime (see <see cref="RuntimeChoice.Open"/>); it stays the caller's.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">Where to log.</param>
    /// <param name="server">What the HTTPS server needs; null serves nothing.</param>
    /// <param name="shared">What the agents of a process share; null for an agent alone.</param>
    /// <param name="usage">Tells the control plane what the node uses; must not wait. Null samples nothing.</param>
    /// <param name="cancel">Gives up starting.</param>
    /// <exception cref="IOException">The server's port is taken.</exception>
    public static async Task<NodeAgentHost> StartAsync(
        ActorSystem system,
        NodeAgentSettings settings,
        IResourceClient client,
        AgentRuntime runtime,
        TimeProvider time,
        ILoggerFactory loggers,
        NodeServerOptions? server = null,
        NodeAgentShared? shared = null,
        Action<UsageReport>? usage = null,
        CancellationToken cancel = default)
    {
        var host = Start(system, settings, client, runtime.Runtime, time, loggers, shared, usage);
        try
        {
            if (server is not null)
                await host.ServeAsync(server, loggers, cancel);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts an agent that serves nothing yet.</summary>
    internal static NodeAgentHost Start(
        ActorSystem system, NodeAgentSettings settings, IResourceClient client, IContainerRuntime runtime, TimeProvider time, ILoggerFactory loggers, NodeAgentShared? shared = null,
        Action<UsageReport>? usage = null)
    {
        var log = loggers.CreateLogger($"NodeAgent.{settings.NodeName}");
        var owned = new List<IAsyncDisposable>();
        var events = new EventSink(client, settings, time);
        owned.Add(events);
        if (shared is null)
            owned.Add(shared = new NodeAgentShared(client, time));
        var parts = NodeAgentAssembly.Build(settings, client, runtime, time, log, events, shared);
        // An actor that has stopped may hold its name a moment longer: the next agent of the node takes another.
        var actor = system.ActorOf(KeptAgent(parts), $"node-agent-{settings.NodeName}-{Interlocked.Increment(ref _started)}");
        return new NodeAgentHost(parts, actor, shared, owned, usage);
    }

    /// <summary>The actor of an agent, kept going.</summary>
    internal static Props KeptAgent(NodeAgentParts parts)
    {
        var agent = Producer<NodeAgentActor>.Props(() => new NodeAgentActor(parts));
        return Producer<Keeper>.Props(() => new Keeper(agent, "agent", parts.Time, news => Log.AgentFailed(parts.Log, parts.Settings.NodeName, news)));
    }

    /// <summary>Serves the node's HTTPS port, which all agents of the process share.</summary>
    internal async Task ServeAsync(NodeServerOptions options, ILoggerFactory loggers, CancellationToken cancel)
    {
        var gate = new Gatekeeper(new ClientCertificates(options.ClientAuthorities, _parts.Time), new Reviews(_parts.Client, _parts.Time), _parts.Settings.NodeName);
        var logs = new ContainerLogs(_parts.Board, _parts.Runtime, _parts.Time);
        var node = new ServedNode(_parts.Settings.NodeName, options.Certificate, gate, logs, _parts.Board);
        var server = await _shared.ServerAsync(_parts.Settings, loggers, cancel);
        server.Nodes.Add(node);
        _served = (server, node);
        _parts.Facts.DaemonPort = server.Port;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        if (_served is var (server, node))
            server.Nodes.Remove(node);
        await Disposal.AllAsync([
            async () => await _actor.GracefulStop(StopPatience),
            async () => await _rotation,
            async () => await _routing,
            async () => await _apiServer,
            async () => await _cleaning,
            async () => await _usage,
            () =>
            {
                _parts.Network.Dispose();
                return default;
            },
            .. _owned.Select(part => (Func<ValueTask>)part.DisposeAsync)]);
        _stop.Dispose();
    }

    private async Task UntilStoppedAsync(Func<CancellationToken, Task> loop)
    {
        try
        {
            await loop(_stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The agent is stopping.
        }
    }
}
