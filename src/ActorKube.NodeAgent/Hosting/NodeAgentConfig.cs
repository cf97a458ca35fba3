using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Volumes;
using ActorKube.NodeAgent.Runtimes.Cri;
using ActorKube.Protocol.Endpoint;
using ActorKube.Protocol.Hosting;
using Akka.Configuration;

namespace ActorKube.NodeAgent.Hosting;

/// <summary>Reads <see cref="NodeAgentSettings"/> from HOCON.</summary>
public static partial class NodeAgentConfig
{
    private const string Section = "actorkube.node-agent";
    private const int LongestName = 253;

    // What is left of a session's calls is for everything that is not a status.
    private const int MostStatusMessages = EndpointProtocol.MostCalls / ObjectPatch.MostTogether - 1;

    // Where there is IPv6, its "all" means those of IPv4 too.
    private static readonly string AllAddresses = (Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any).ToString();

    /// <summary>The shipped defaults; every key is explained in <c>node-agent.conf</c>.</summary>
    public static Config Reference { get; } = EmbeddedSettings.Read(typeof(NodeAgentConfig).Assembly, "node-agent.conf");

    /// <summary>The settings of one agent.</summary>
    /// <param name="config">The process's configuration; what it leaves out comes from <see cref="Reference"/>.</param>
    /// <param name="nodeName">Name of the Node object.</param>
    /// <param name="nodeIps">Addresses of the node, the primary first.</param>
    /// <exception cref="FormatException">The name or an address is not acceptable.</exception>
    /// <exception cref="ConfigurationException">A key is unknown, or a value is not acceptable; the message names the key.</exception>
    public static NodeAgentSettings Read(Config config, string nodeName, ImmutableArray<string> nodeIps)
    {
        if (nodeName.Length > LongestName || !Subdomain().IsMatch(nodeName))
            throw new FormatException($"'{nodeName}' is no name for a node: it must be a lower-case DNS name.");
        if (nodeIps.IsDefaultOrEmpty || nodeIps.Any(ip => !IPAddress.TryParse(ip, out _)))
            throw new FormatException($"'{string.Join(',', nodeIps.IsDefault ? [] : nodeIps)}' is no list of node addresses.");
        var known = new SettingsReader(Section, config, Reference);
        return new NodeAgentSettings
        {
            NodeName = nodeName,
            NodeIps = nodeIps,
            Labels = known.Map("labels").ToImmutableDictionary(),
            IsMember = known.Choice("membership", ("member", true), ("attached", false)),
            WaitsForCloud = known.Choice("cloud-provider", ("none", false), ("external", true)),
            RootDirectory = known.NonEmpty("root-directory"),
            LocalPathDirectory = LocalPathDirectory(known),
            LogDirectory = known.NonEmpty("log-directory"),
            SeccompDirectory = known.NonEmpty("seccomp-directory"),
            RuntimeEndpoint = CriChannel.IsEndpoint(known.NonEmpty("runtime.endpoint"))
                ? known.Text("runtime.endpoint")
                : throw known.Bad("runtime.endpoint", "unix:///PATH of at most 107 bytes"),
            RuntimeRelist = known.Time("runtime.relist-interval"),
            CgroupsEnabled = known.Switch("cgroups.enabled"),
            CgroupRoot = known.Text("cgroups.root"),
            MaxPods = known.Number("max-pods", 0),
            Cpu = known.OptionalAmount("capacity.cpu"),
            MemoryBytes = known.OptionalBytes("capacity.memory"),
            EphemeralStorageBytes = known.OptionalBytes("capacity.ephemeral-storage"),
            ClusterDns = [.. known.Addresses("dns.cluster-servers").Select(a => a.ToString())],
            ClusterDomain = known.Domain("dns.cluster-domain"),
            ResolvConf = known.NonEmpty("dns.resolv-conf"),
            ParallelPulls = known.Number("parallel-pulls", 1),
            StatusDelay = known.Time("status.delay", zero: true),
            StatusParallel = known.Number("status.parallel", 1, MostStatusMessages),
            VolumeRefresh = known.Time("volume-refresh"),
            NodeStatusInterval = known.Time("node.status-interval"),
            NodeHeartbeat = known.Time("node.heartbeat"),
            LeaseDuration = known.Time("node.lease-duration"),
            LeaseInterval = known.Time("node.lease-interval"),
            UsageInterval = known.Time("usage.interval"),
            UsageMaxContainers = known.Number("usage.max-containers", 1, 100_000),
            Events = known.Choice("events.level", ("all", EventLevel.All), ("warnings", EventLevel.Warnings), ("none", EventLevel.None)),
            EventsPerSecond = known.Number("events.per-second", 1),
            LogMaxBytes = known.Bytes("logs.max-size"),
            LogMaxFiles = known.Number("logs.max-files", 2),
            LogRotationInterval = known.Time("logs.interval"),
            CniEnabled = known.Switch("cni.enabled"),
            CniDirectory = known.NonEmpty("cni.directory"),
            RoutesEnabled = known.Switch("cni.routes.enabled"),
            ClusterCidrs = [.. known.Networks("cni.routes.cluster-cidrs").Select(n => n.ToString())],
            RoutesProtocol = known.Number("cni.routes.protocol", 5, byte.MaxValue),
            RoutesInterval = known.Time("cni.routes.interval"),
            ApiServerAddressEnabled = known.Switch("api-server-address.enabled"),
            ApiServerAddressInterval = known.Time("api-server-address.interval"),
            AllowedUnsafeSysctls = [.. known.Texts("allowed-unsafe-sysctls")],
            Port = known.Number("server.port", 0, 65535),
            BindAddress = known.Text("server.bind-address").Length == 0 ? AllAddresses : known.Address("server.bind-address").ToString(),
        };
    }

    private static string LocalPathDirectory(SettingsReader known)
    {
        var directory = known.Text("local-path-directory");
        if (directory.Length == 0)
            directory = Path.Combine(known.NonEmpty("root-directory"), "local-path");
        return LocalPathRoot.Parse(Path.GetFullPath(directory))?.Directory ?? throw new ConfigurationException($"{Section}.local-path-directory: the root of the file system is no place for volumes.");
    }

    [GeneratedRegex("^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Subdomain();
}
