using ActorKube.Machinery.Client;
using ActorKube.Machinery.Volumes;
using ActorKube.NodeAgent.Client;
using ActorKube.NodeAgent.Execution;
using ActorKube.NodeAgent.Network;
using ActorKube.NodeAgent.Node;
using ActorKube.NodeAgent.Runtimes;
using ActorKube.NodeAgent.Runtimes.Simulated;
using ActorKube.NodeAgent.Setup;
using ActorKube.NodeAgent.Volumes;
using Microsoft.Extensions.Logging;

namespace ActorKube.NodeAgent.Hosting;

/// <summary>Puts the parts of an agent together.</summary>
internal static class NodeAgentAssembly
{
    private const string CgroupMount = "/sys/fs/cgroup";

    /// <summary>The parts.</summary>
    public static NodeAgentParts Build(
        NodeAgentSettings settings, IResourceClient client, IContainerRuntime runtime, TimeProvider time, ILogger log, IEventSink events, NodeAgentShared shared)
    {
        var simulated = runtime is SimulatedRuntime;
        // The node tells the size of the disk this directory is on, so it has to be there first.
        if (!simulated)
            Directory.CreateDirectory(settings.RootDirectory);
        var network = new NodeNetwork(runtime, simulated ? settings with { CniEnabled = false } : settings, log);
        var probe = new MachineProbe(simulated ? "/" : settings.RootDirectory);
        var localPath = new LocalPathRoot(settings.LocalPathDirectory, OnDisk: !simulated);
        var setup = Setup(settings, localPath, probe, simulated, log);
        var state = new NodeState(settings.NodeIps);
        var readiness = new NetworkReadiness(runtime.GetStatusAsync, time);
        var references = new PodReferences(client, shared.Services, time);
        var volumes = Volumes(settings, localPath, setup, client, references, time, simulated);
        var images = new ImagePuller(runtime, references, time, settings.ParallelPulls);
        var starter = new ContainerStarter(runtime, volumes, setup, images, new EnvironmentBuilder(references), new TerminationMessages(volumes, runtime.LogFiles, time));
        var sandboxes = new SandboxStarter(runtime, references, setup, new PodCgroups(CgroupMount, simulated ? null : setup.CgroupRoot), readiness);
        var board = new PodBoard();
        (runtime as SimulatedRuntime)?.Follow(pod => board.Find(pod)?.Script);
        return new NodeAgentParts
        {
            Settings = settings,
            Client = client,
            Runtime = runtime,
            Time = time,
            Clock = shared.Clock,
            Log = log,
            Events = events,
            Executor = new PodExecutor(runtime, volumes, new LocalStorage(runtime, volumes, setup.Paths), setup, sandboxes, starter, () => state.Status.HostIps),
            Inventory = new RuntimeInventory(runtime, starter, settings.NodeName),
            Volumes = volumes,
            LocalPath = localPath,
            Cleaner = simulated ? null : new LocalPathCleaner(client, settings.NodeName, localPath.Directory, volumes, events, time, log),
            Facts = state,
            Board = board,
            Allocatable = setup.Capacity,
            Probe = probe,
            IsSimulated = simulated,
            Network = network,
            NetworkReadiness = readiness,
            Router = simulated || !settings.CniEnabled || !settings.RoutesEnabled ? null : new PodRouter(client, settings, network, HostTools.RunAsync, time, log),
            ApiServer = simulated || !settings.ApiServerAddressEnabled ? null : new ApiServerAddress(client, settings, HostTools.RunAsync, time, log),
        };
    }

    private static IPodVolumes Volumes(
        NodeAgentSettings settings, LocalPathRoot localPath, NodeSetup setup, IResourceClient client, IPodReferences references, TimeProvider time, bool simulated)
    {
        var resolver = new VolumeResolver(references, settings.NodeName, localPath);
        if (simulated)
            return new SimulatedVolumes(references, resolver);
        var tokens = new PodTokens(client, time);
        return new DiskVolumes(setup.Paths, settings.ClusterDomain, resolver, new VolumeContents(references, tokens), tokens, time, settings.VolumeRefresh);
    }

    private static NodeSetup Setup(NodeAgentSettings settings, LocalPathRoot localPath, MachineProbe probe, bool simulated, ILogger log)
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
            new NodeObject(settings, localPath).Allocatable(probe.Describe()));
    }
}
