using System.Collections.Immutable;

namespace ActorKube.NodeAgent.Runtimes;

/// <summary>Whose sandbox it is.</summary>
/// <param name="Name">Pod name.</param>
/// <param name="Namespace">Pod namespace.</param>
/// <param name="Uid">Pod uid.</param>
/// <param name="Attempt">How many sandboxes this pod had before.</param>
internal sealed record SandboxMetadata(string Name, string Namespace, string Uid, uint Attempt);

/// <summary>State of a sandbox.</summary>
internal enum SandboxState
{
    /// <summary>Containers can be created in it.</summary>
    Ready,

    /// <summary>It has ended; a new one is needed.</summary>
    NotReady,
}

/// <summary>Everything the runtime must know about a pod.</summary>
internal sealed record SandboxConfig
{
    /// <summary>Whose sandbox it is.</summary>
    public required SandboxMetadata Metadata { get; init; }

    /// <summary>Host name inside the pod; empty for pods on the host's network.</summary>
    public string Hostname { get; init; } = "";

    /// <summary>Directory on the node under which containers' logs go; the caller makes it.</summary>
    public string LogDirectory { get; init; } = "";

    /// <summary>Contents of resolv.conf; null leaves it to the runtime.</summary>
    public DnsConfig? Dns { get; init; }

    /// <summary>Ports of the node that lead into the pod.</summary>
    public ImmutableArray<PortMapping> PortMappings { get; init; } = [];

    /// <summary>Labels, searchable by <see cref="SandboxFilter"/>.</summary>
    public ImmutableDictionary<string, string> Labels { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Annotations, handed back as they are.</summary>
    public ImmutableDictionary<string, string> Annotations { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Cgroup under which the pod's cgroups go; empty for the runtime's default.</summary>
    public string CgroupParent { get; init; } = "";

    /// <summary>Kernel parameters of the pod's namespaces.</summary>
    public ImmutableDictionary<string, string> Sysctls { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Security of the sandbox container, and the namespaces of the whole pod.</summary>
    public SandboxSecurity Security { get; init; } = SandboxSecurity.Default;

    /// <summary>What the pod costs beyond its containers (RuntimeClass overhead); null when nothing.</summary>
    public ContainerResources? Overhead { get; init; }

    /// <summary>Sum of the containers' resources; null when unknown.</summary>
    public ContainerResources? Resources { get; init; }
}

/// <summary>A sandbox as a list shows it.</summary>
internal record SandboxInfo
{
    /// <summary>The runtime's id.</summary>
    public required string Id { get; init; }

    /// <summary>Whose sandbox it is.</summary>
    public required SandboxMetadata Metadata { get; init; }

    /// <summary>Its state.</summary>
    public required SandboxState State { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Labels it was run with.</summary>
    public ImmutableDictionary<string, string> Labels { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Annotations it was run with.</summary>
    public ImmutableDictionary<string, string> Annotations { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Runtime handler it was run with; empty for the default.</summary>
    public string RuntimeHandler { get; init; } = "";
}

/// <summary>A sandbox with what only its status tells.</summary>
internal sealed record SandboxStatus : SandboxInfo
{
    /// <summary>Addresses, the primary first; empty on the host's network and when not ready.</summary>
    public ImmutableArray<string> Ips { get; init; } = [];

    /// <summary>Namespaces of the pod; <see cref="NamespaceMode.Node"/> for the network means host network.</summary>
    public NamespaceOptions Namespaces { get; init; } = NamespaceOptions.Default;
}

/// <summary>Which sandboxes to list; what is unset matches all.</summary>
internal sealed record SandboxFilter
{
    /// <summary>All sandboxes.</summary>
    public static readonly SandboxFilter All = new();

    /// <summary>Only this id.</summary>
    public string? Id { get; init; }

    /// <summary>Only in this state.</summary>
    public SandboxState? State { get; init; }

    /// <summary>Only with all of these labels.</summary>
    public ImmutableDictionary<string, string> Labels { get; init; } = ImmutableDictionary<string, string>.Empty;
}

/// <summary>Contents of resolv.conf.</summary>
internal sealed record DnsConfig(ImmutableArray<string> Servers, ImmutableArray<string> Searches, ImmutableArray<string> Options);

/// <summary>Transport protocol of a port.</summary>
internal enum PortProtocol
{
    /// <summary>TCP.</summary>
    Tcp,

    /// <summary>UDP.</summary>
    Udp,

    /// <summary>SCTP.</summary>
    Sctp,
}

/// <summary>A port of the node that leads to a port of the pod.</summary>
/// <param name="Protocol">Transport protocol.</param>
/// <param name="ContainerPort">Port in the pod.</param>
/// <param name="HostPort">Port on the node; 0 maps nothing.</param>
/// <param name="HostIp">Node address to bind; empty for all.</param>
internal sealed record PortMapping(PortProtocol Protocol, int ContainerPort, int HostPort, string HostIp);
