using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Akka.Configuration;

namespace ActorKube.NodeAgent.Hosting;

/// <summary>Reads <see cref="NodeAgentSettings"/> from HOCON.</summary>
public static partial class NodeAgentConfig
{
    private const string Section = "actorkube.node-agent";
    private const int LongestName = 253;

    /// <summary>The defaults with their comments: <c>hocon/node-agent.conf</c>.</summary>
    public static Config Defaults()
    {
        using var stream = typeof(NodeAgentConfig).Assembly.GetManifestResourceStream("node-agent.conf")!;
        using var reader = new StreamReader(stream);
        return ConfigurationFactory.ParseString(reader.ReadToEnd());
    }

    /// <summary>The settings of one agent.</summary>
    /// <param name="config">The process's configuration; what it leaves out comes from <see cref="Defaults"/>.</param>
    /// <param name="nodeName">Name of the Node object.</param>
    /// <param name="nodeIps">Addresses of the node, the primary first.</param>
    /// <exception cref="FormatException">A value is not acceptable; the message names the key.</exception>
    public static NodeAgentSettings Read(Config config, string nodeName, ImmutableArray<string> nodeIps)
    {
        if (nodeName.Length > LongestName || !Subdomain().IsMatch(nodeName))
            throw new FormatException($"'{nodeName}' is no name for a node: it must be a lower-case DNS name.");
        if (nodeIps.IsDefaultOrEmpty || nodeIps.Any(ip => !IPAddress.TryParse(ip, out _)))
            throw new FormatException($"'{string.Join(',', nodeIps.IsDefault ? [] : nodeIps)}' is no list of node addresses.");
        var c = new Reader(config.WithFallback(Defaults()).GetConfig(Section));
        return new NodeAgentSettings
        {
            NodeName = nodeName,
            NodeIps = nodeIps,
            Labels = c.Map("labels"),
            RootDirectory = c.Text("root-directory"),
            LogDirectory = c.Text("log-directory"),
            SeccompDirectory = c.Text("seccomp-directory"),
            RuntimeEndpoint = c.Text("runtime.endpoint"),
            RuntimeRelist = c.Time("runtime.relist-interval"),
            CgroupsEnabled = c.Flag("cgroups.enabled"),
            CgroupRoot = c.Text("cgroups.root", mayBeEmpty: true),
            MaxPods = c.Count("max-pods", least: 0),
            Cpu = c.Amount("capacity.cpu"),
            MemoryBytes = (long?)c.Size("capacity.memory"),
            EphemeralStorageBytes = (long?)c.Size("capacity.ephemeral-storage"),
            ClusterDns = c.List("dns.cluster-servers"),
            ClusterDomain = c.Text("dns.cluster-domain"),
            ResolvConf = c.Text("dns.resolv-conf"),
            ParallelPulls = c.Count("parallel-pulls", least: 1),
            StatusDelay = c.Time("status.delay", mayBeZero: true),
            StatusParallel = c.Count("status.parallel", least: 1),
            VolumeRefresh = c.Time("volume-refresh"),
            NodeStatusInterval = c.Time("node.status-interval"),
            NodeHeartbeat = c.Time("node.heartbeat"),
            LeaseDuration = c.Time("node.lease-duration"),
            LeaseInterval = c.Time("node.lease-interval"),
            Events = c.Level("events.level"),
            EventsPerSecond = c.Count("events.per-second", least: 1),
            LogMaxBytes = c.Size("logs.max-size") ?? throw Reader.Bad("logs.max-size", "is empty"),
            LogMaxFiles = c.Count("logs.max-files", least: 2),
            LogRotationInterval = c.Time("logs.interval"),
            CniEnabled = c.Flag("cni.enabled"),
            CniDirectory = c.Text("cni.directory"),
            RoutesEnabled = c.Flag("cni.routes.enabled"),
            RoutesProtocol = c.Count("cni.routes.protocol", least: 5, most: byte.MaxValue),
            RoutesInterval = c.Time("cni.routes.interval"),
            AllowedUnsafeSysctls = c.List("allowed-unsafe-sysctls"),
            Port = c.Count("server.port", least: 0),
            BindAddress = c.Text("server.bind-address"),
        };
    }

    [GeneratedRegex("^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Subdomain();

    private sealed class Reader(Config config)
    {
        public static FormatException Bad(string key, string why) => new($"{Section}.{key} {why}.");

        public string Text(string key, bool mayBeEmpty = false) => config.GetString(key) is { } text && (mayBeEmpty || text.Length > 0) ? text : throw Bad(key, "is empty");

        public bool Flag(string key) => Text(key) switch
        {
            "true" or "on" or "yes" => true,
            "false" or "off" or "no" => false,
            var other => throw Bad(key, $"is '{other}', which is neither on nor off"),
        };

        public int Count(string key, int least, int most = int.MaxValue) =>
            int.TryParse(Text(key), NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most
                ? value
                : throw Bad(key, $"is '{Text(key)}', which is no number from {least}{(most < int.MaxValue ? $" to {most}" : "")}");

        public decimal? Amount(string key)
        {
            var text = Text(key, mayBeEmpty: true);
            if (text.Length == 0)
                return null;
            return decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) ? value : throw Bad(key, $"is '{text}', which is no number");
        }

        public long? Size(string key)
        {
            if (Text(key, mayBeEmpty: true).Length == 0)
                return null;
            return config.GetByteSize(key) is { } size and >= 0 ? size : throw Bad(key, $"is '{Text(key)}', which is no size");
        }

        public TimeSpan Time(string key, bool mayBeZero = false)
        {
            var time = config.GetTimeSpan(key, allowInfinite: false);
            return time > TimeSpan.Zero || (mayBeZero && time == TimeSpan.Zero) ? time : throw Bad(key, $"is '{Text(key)}', which is no time");
        }

        // A text in its place would be read as an empty list without a word.
        public ImmutableArray<string> List(string key) => config.GetValue(key).IsArray() ? [.. config.GetStringList(key)] : throw Bad(key, $"is '{config.GetString(key)}', which is no list");

        public ImmutableDictionary<string, string> Map(string key) =>
            config.GetConfig(key) is not { IsEmpty: false } map
                ? ImmutableDictionary<string, string>.Empty
                : map.AsEnumerable().ToImmutableDictionary(e => e.Key.Trim('"'), e => e.Value.GetString());

        public EventLevel Level(string key) => Text(key) switch
        {
            "all" => EventLevel.All,
            "warnings" => EventLevel.Warnings,
            "none" => EventLevel.None,
            var other => throw Bad(key, $"is '{other}', which is none of all, warnings, none"),
        };
    }
}
