using ActorKube.Machinery.Client;
using ActorKube.NodeAgent.Actors;
using ActorKube.NodeAgent.Client;
using ActorKube.NodeAgent.Execution;
using ActorKube.NodeAgent.Node;
using ActorKube.NodeAgent.Runtimes;
using ActorKube.NodeAgent.Setup;
using ActorKube.NodeAgent.Volumes;
using Akka.Actor;
using Microsoft.Extensions.Logging;

namespace ActorKube.NodeAgent.Hosting;

/// <summary>A running agent. Disposing it stops the agent and leaves the pods running: the next one adopts them.</summary>
public sealed class NodeAgentHost : IAsyncDisposable
{
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(10);

    private readonly IActorRef _actor;
    private readonly List<IAsyncDisposable> _owned;

    private NodeAgentHost(IActorRef actor, List<IAsyncDisposable> owned)
    {
        _actor = actor;
        _owned = owned;
    }

    /// <summary>Starts an agent on a runtime.</summary>
    /// <param name="system">The actor system to live in; several agents may share one.</param>
    /// <param name="settings">Node and behaviour.</param>
    /// <param name="client">The way to the API, as this node's user.</param>
    /// <param name="runtime">The container runtime; stays the caller's.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">Where to log.</param>
    /// <param name="services">Services known to all agents of the process; null for an own cache.</param>
    internal static NodeAgentHost Start(
        ActorSystem system, NodeAgentSettings settings, IResourceClient client, IContainerRuntime runtime, TimeProvider time, ILoggerFactory loggers, ServiceCache? services = null)
    {
        var log = loggers.CreateLogger($"NodeAgent.{settings.NodeName}");
        var owned = new List<IAsyncDisposable>();
        var events = new EventRecorder(client, settings, time, log);
        owned.Add(events);
        if (services is null)
            owned.Add(services = new ServiceCache(client, time));
        var parts = Assemble(settings, client, runtime, time, log, events, new PodReferences(client, services, time));
        var actor = system.ActorOf(Props.CreateBy(new Producer(() => new NodeAgentActor(parts))), $"node-agent-{settings.NodeName}");
        return new NodeAgentHost(actor, owned);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _actor.GracefulStop(StopPatience);
        foreach (var part in _owned)
            await part.DisposeAsync();
    }

    private static NodeAgentParts Assemble(
        NodeAgentSettings settings, IResourceClient client, IContainerRuntime runtime, TimeProvider time, ILogger log, IEventSink events, PodReferences references)
    {
        var simulated = runtime is Runtimes.Simulated.SimulatedRuntime;
        var probe = new MachineProbe(simulated ? "/" : settings.RootDirectory);
        var setup = Setup(settings, probe, simulated, log);
        var state = new NodeState(settings.NodeIps);
        var tokens = new PodTokens(client, time);
        IPodVolumes volumes = simulated
            ? new SimulatedVolumes(references)
            : new DiskVolumes(setup.Paths, settings.ClusterDomain, new VolumeContents(references, tokens), tokens, time, settings.VolumeRefresh);
        var starter = new ContainerStarter(
            runtime, volumes, setup, new ImagePuller(runtime, references, time, settings.ParallelPulls), new EnvironmentBuilder(references), new TerminationMessages(volumes, runtime.LogFiles));
        return new NodeAgentParts
        {
            Settings = settings,
            Client = client,
            Runtime = runtime,
            Time = time,
            Log = log,
            Events = events,
            Executor = new PodExecutor(runtime, volumes, setup, starter, new PodCgroups("/sys/fs/cgroup", settings.CgroupsEnabled && !simulated), () => state.Status.HostIps),
            Inventory = new RuntimeInventory(runtime, starter, settings.NodeName),
            Volumes = volumes,
            Facts = state,
            Probe = probe,
            Network = new NodeNetwork(runtime, simulated ? settings with { CniEnabled = false } : settings, log),
        };
    }

    private static NodeSetup Setup(NodeAgentSettings settings, MachineProbe probe, bool simulated, ILogger log)
    {
        var host = !simulated && File.Exists(settings.ResolvConf) ? DnsSettings.Parse(File.ReadAllText(settings.ResolvConf)) : new DnsConfig([], [], []);
        if (settings.ClusterDns.IsEmpty && !simulated)
            Log.NoClusterDns(log);
        return new NodeSetup(
            settings.NodeName,
            new PodPaths(settings.RootDirectory, settings.LogDirectory),
            settings.CgroupsEnabled ? settings.CgroupRoot : null,
            settings.SeccompDirectory,
            new DnsSettings(settings.ClusterDns, settings.ClusterDomain, host),
            new NodeObject(settings).Allocatable(probe.Describe()));
    }

    private sealed class Producer(Func<NodeAgentActor> create) : IIndirectActorProducer
    {
        public Type ActorType => typeof(NodeAgentActor);

        public ActorBase Produce() => create();

        public void Release(ActorBase actor)
        {
            // The actor's own PostStop has released what it held.
        }
    }
}
