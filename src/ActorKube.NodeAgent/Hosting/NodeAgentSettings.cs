using System.Collections.Immutable;
using ActorKube.Machinery.Objects;

namespace ActorKube.NodeAgent.Hosting;

/// <summary>What an agent is told about its node and how to behave; every default stands, commented, in <c>hocon/node-agent.conf</c>.</summary>
public sealed record NodeAgentSettings
{
    /// <summary>Name of the Node object.</summary>
    public required string NodeName { get; init; }

    /// <summary>Addresses of the node, the primary first; at most one per IP family.</summary>
    public required ImmutableArray<string> NodeIps { get; init; }

    /// <summary>What servers tell this agent from another one of the same name by; null where nobody does.</summary>
    public AgentIdentity? Identity { get; init; }

    /// <summary>Whether an agent in a process of its own is a member of the servers' cluster, or attached to it.</summary>
    public bool IsMember { get; init; } = true;

    /// <summary>Further labels of the Node object.</summary>
    public ImmutableDictionary<string, string> Labels { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Whether a cloud controller says what machine the node is.</summary>
    public bool WaitsForCloud { get; init; }

    /// <summary>The agent's directory: volumes and other files of pods.</summary>
    public required string RootDirectory { get; init; }

    /// <summary>Directory of the local-path provisioner's volumes.</summary>
    public required string LocalPathDirectory { get; init; }

    /// <summary>Directory of pod logs.</summary>
    public required string LogDirectory { get; init; }

    /// <summary>Directory of local seccomp profiles.</summary>
    public required string SeccompDirectory { get; init; }

    /// <summary>Socket of the container runtime.</summary>
    public string RuntimeEndpoint { get; init; } = "";

    /// <summary>How often states are listed where the runtime sends no events.</summary>
    public TimeSpan RuntimeRelist { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Whether pods get cgroups of their own.</summary>
    public required bool CgroupsEnabled { get; init; }

    /// <summary>Cgroup below which <c>kubepods</c> goes; empty for the top.</summary>
    public required string CgroupRoot { get; init; }

    /// <summary>Most pods the node takes.</summary>
    public required int MaxPods { get; init; }

    /// <summary>CPUs to claim; null for what the machine has.</summary>
    public decimal? Cpu { get; init; }

    /// <summary>Bytes of memory to claim; null for what the machine has.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>Bytes of local disk to claim; null for what the machine has.</summary>
    public long? EphemeralStorageBytes { get; init; }

    /// <summary>Addresses of the cluster's DNS; empty while there is none.</summary>
    public ImmutableArray<string> ClusterDns { get; init; } = [];

    /// <summary>The cluster's domain.</summary>
    public required string ClusterDomain { get; init; }

    /// <summary>The node's resolv.conf that pods are given names from.</summary>
    public required string ResolvConf { get; init; }

    /// <summary>Image pulls under way at once.</summary>
    public required int ParallelPulls { get; init; }

    /// <summary>How long a pod's status waits for further changes before it is written.</summary>
    public required TimeSpan StatusDelay { get; init; }

    /// <summary>Status writes under way at once.</summary>
    public required int StatusParallel { get; init; }

    /// <summary>How often volumes that follow API objects are brought up to date.</summary>
    public required TimeSpan VolumeRefresh { get; init; }

    /// <summary>How often the node's status is looked at.</summary>
    public required TimeSpan NodeStatusInterval { get; init; }

    /// <summary>How often it is written although nothing changed.</summary>
    public required TimeSpan NodeHeartbeat { get; init; }

    /// <summary>How long the node's lease is valid.</summary>
    public required TimeSpan LeaseDuration { get; init; }

    /// <summary>How often it is renewed.</summary>
    public required TimeSpan LeaseInterval { get; init; }

    /// <summary>How often use is sampled and told to the control plane.</summary>
    public TimeSpan UsageInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Most containers told of at once.</summary>
    public int UsageMaxContainers { get; init; } = 5000;

    /// <summary>Which events are recorded.</summary>
    public required EventLevel Events { get; init; }

    /// <summary>Events per second, after a burst of twice as many.</summary>
    public required int EventsPerSecond { get; init; }

    /// <summary>Size in bytes at which a container's log is rotated.</summary>
    public required long LogMaxBytes { get; init; }

    /// <summary>Files kept per container, the current one among them.</summary>
    public required int LogMaxFiles { get; init; }

    /// <summary>How often logs are looked at.</summary>
    public required TimeSpan LogRotationInterval { get; init; }

    /// <summary>Whether a network configuration is written when there is none.</summary>
    public required bool CniEnabled { get; init; }

    /// <summary>Directory of network configurations.</summary>
    public required string CniDirectory { get; init; }

    /// <summary>Whether routes to the pods of other nodes are kept while the network configuration is the agent's own.</summary>
    public bool RoutesEnabled { get; init; }

    /// <summary>The cluster's pod networks, in CIDR notation; routes lead to ranges in them only.</summary>
    public ImmutableArray<string> ClusterCidrs { get; init; } = [];

    /// <summary>Protocol number of the kernel's routing table that marks those routes.</summary>
    public int RoutesProtocol { get; init; } = 107;

    /// <summary>How often they are compared with the kernel's.</summary>
    public TimeSpan RoutesInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether the machine carries the address of the API server's service.</summary>
    public bool ApiServerAddressEnabled { get; init; }

    /// <summary>How often that is compared with the servers that there are.</summary>
    public TimeSpan ApiServerAddressInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Kernel parameters that pods may set beside the safe ones; a star at the end stands for any ending.</summary>
    public ImmutableArray<string> AllowedUnsafeSysctls { get; init; } = [];

    /// <summary>Port of the agent's HTTPS server; 0 chooses one, null serves nothing.</summary>
    public int? Port { get; init; }

    /// <summary>Address the server listens on.</summary>
    public required string BindAddress { get; init; }
}

/// <summary>Which events an agent records.</summary>
public enum EventLevel
{
    /// <summary>All of them.</summary>
    All,

    /// <summary>Warnings only: for simulated nodes by the thousand.</summary>
    Warnings,

    /// <summary>None.</summary>
    None,
}
