using System.Collections.Immutable;

namespace ActorKube.NodeAgent.Runtimes;

/// <summary>Whose namespace of a kind a process is in.</summary>
internal enum NamespaceMode
{
    /// <summary>One for the whole pod.</summary>
    Pod,

    /// <summary>One for each container.</summary>
    Container,

    /// <summary>The node's own.</summary>
    Node,

    /// <summary>That of another container (ephemeral containers).</summary>
    Target,
}

/// <summary>The namespaces of a pod or container.</summary>
internal sealed record NamespaceOptions
{
    /// <summary>Network and IPC of the pod, processes of the container.</summary>
    public static readonly NamespaceOptions Default = new();

    /// <summary>Network.</summary>
    public NamespaceMode Network { get; init; }

    /// <summary>Processes; upstream's default is one for each container.</summary>
    public NamespaceMode Pid { get; init; } = NamespaceMode.Container;

    /// <summary>Inter-process communication.</summary>
    public NamespaceMode Ipc { get; init; }

    /// <summary>The container meant by <see cref="NamespaceMode.Target"/>.</summary>
    public string TargetId { get; init; } = "";

    /// <summary>A user namespace for the pod; null runs in the node's.</summary>
    public UserNamespace? User { get; init; }
}

/// <summary>A pod's user namespace.</summary>
internal sealed record UserNamespace(ImmutableArray<IdMapping> Uids, ImmutableArray<IdMapping> Gids);

/// <summary>A range of ids inside that stands for one outside.</summary>
internal sealed record IdMapping(uint HostId, uint ContainerId, uint Length);

/// <summary>Where a seccomp or AppArmor profile comes from.</summary>
internal enum SecurityProfileKind
{
    /// <summary>The runtime's default.</summary>
    RuntimeDefault,

    /// <summary>None.</summary>
    Unconfined,

    /// <summary>A file of the node (seccomp) or a loaded profile (AppArmor).</summary>
    Localhost,
}

/// <summary>A seccomp or AppArmor profile.</summary>
/// <param name="Kind">Where it comes from.</param>
/// <param name="LocalhostRef">Full path or profile name for <see cref="SecurityProfileKind.Localhost"/>, else empty.</param>
internal sealed record SecurityProfile(SecurityProfileKind Kind, string LocalhostRef = "");

/// <summary>An SELinux label.</summary>
internal sealed record SelinuxOptions(string User, string Role, string Type, string Level);

/// <summary>How image groups and given groups add up.</summary>
internal enum SupplementalGroupsPolicy
{
    /// <summary>The image's groups of the user are added.</summary>
    Merge,

    /// <summary>Only what is given.</summary>
    Strict,
}

/// <summary>Security of the sandbox itself.</summary>
internal sealed record SandboxSecurity
{
    /// <summary>Nothing asked for.</summary>
    public static readonly SandboxSecurity Default = new();

    /// <summary>Namespaces of the pod.</summary>
    public NamespaceOptions Namespaces { get; init; } = NamespaceOptions.Default;

    /// <summary>User of the sandbox container; null for its image's.</summary>
    public long? RunAsUser { get; init; }

    /// <summary>Group of the sandbox container; needs a user.</summary>
    public long? RunAsGroup { get; init; }

    /// <summary>Whether its root file system is read-only.</summary>
    public bool ReadOnlyRootFileSystem { get; init; }

    /// <summary>Further groups, fsGroup among them.</summary>
    public ImmutableArray<long> SupplementalGroups { get; init; } = [];

    /// <summary>How they add up.</summary>
    public SupplementalGroupsPolicy SupplementalGroupsPolicy { get; init; }

    /// <summary>Whether any container of the pod will be privileged.</summary>
    public bool Privileged { get; init; }

    /// <summary>Seccomp profile; null for the runtime's choice.</summary>
    public SecurityProfile? Seccomp { get; init; }

    /// <summary>AppArmor profile; null for the runtime's choice.</summary>
    public SecurityProfile? AppArmor { get; init; }

    /// <summary>SELinux label; null for the runtime's choice.</summary>
    public SelinuxOptions? Selinux { get; init; }
}

/// <summary>Security of one container.</summary>
internal sealed record ContainerSecurity
{
    /// <summary>Nothing asked for.</summary>
    public static readonly ContainerSecurity Default = new();

    /// <summary>Namespaces; must agree with the sandbox's except for a targeted process namespace.</summary>
    public NamespaceOptions Namespaces { get; init; } = NamespaceOptions.Default;

    /// <summary>Numeric user; null for the image's. Excludes <see cref="RunAsUsername"/>.</summary>
    public long? RunAsUser { get; init; }

    /// <summary>User by the name in the image's /etc/passwd; empty when unset.</summary>
    public string RunAsUsername { get; init; } = "";

    /// <summary>Numeric group; needs a user.</summary>
    public long? RunAsGroup { get; init; }

    /// <summary>Further groups, fsGroup among them.</summary>
    public ImmutableArray<long> SupplementalGroups { get; init; } = [];

    /// <summary>How they add up.</summary>
    public SupplementalGroupsPolicy SupplementalGroupsPolicy { get; init; }

    /// <summary>Capabilities to add, without <c>CAP_</c>; <c>ALL</c> is all.</summary>
    public ImmutableArray<string> AddCapabilities { get; init; } = [];

    /// <summary>Capabilities to drop, without <c>CAP_</c>; <c>ALL</c> is all.</summary>
    public ImmutableArray<string> DropCapabilities { get; init; } = [];

    /// <summary>Whether it has all the node's powers.</summary>
    public bool Privileged { get; init; }

    /// <summary>Whether its root file system is read-only.</summary>
    public bool ReadOnlyRootFileSystem { get; init; }

    /// <summary>Whether setuid programs gain nothing.</summary>
    public bool NoNewPrivileges { get; init; }

    /// <summary>Paths that are hidden; null for the runtime's default list (as with <c>procMount: Default</c>).</summary>
    public ImmutableArray<string>? MaskedPaths { get; init; }

    /// <summary>Paths that are read-only; null for the runtime's default list.</summary>
    public ImmutableArray<string>? ReadOnlyPaths { get; init; }

    /// <summary>Seccomp profile; null for the runtime's choice, which is unconfined.</summary>
    public SecurityProfile? Seccomp { get; init; }

    /// <summary>AppArmor profile; null for the runtime's choice.</summary>
    public SecurityProfile? AppArmor { get; init; }

    /// <summary>SELinux label; null for the runtime's choice.</summary>
    public SelinuxOptions? Selinux { get; init; }
}
