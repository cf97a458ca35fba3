using System.Collections.Immutable;

namespace ActorKube.NodeAgent.Runtimes;

/// <summary>Linux resources of a container; 0 and empty mean unset.</summary>
internal sealed record ContainerResources
{
    /// <summary>Nothing set.</summary>
    public static readonly ContainerResources Unset = new();

    /// <summary>CFS period in microseconds.</summary>
    public long CpuPeriod { get; init; }

    /// <summary>CFS quota per period in microseconds; below 0 removes the limit.</summary>
    public long CpuQuota { get; init; }

    /// <summary>Relative weight, 1024 for one CPU.</summary>
    public long CpuShares { get; init; }

    /// <summary>Memory limit in bytes.</summary>
    public long MemoryLimitBytes { get; init; }

    /// <summary>Memory and swap limit in bytes.</summary>
    public long MemorySwapLimitBytes { get; init; }

    /// <summary>Preference of the kernel's out-of-memory killer, -1000 to 1000.</summary>
    public long OomScoreAdj { get; init; }

    /// <summary>CPUs it may run on (<c>0-2,7</c>).</summary>
    public string CpusetCpus { get; init; } = "";

    /// <summary>Memory nodes it may use.</summary>
    public string CpusetMems { get; init; } = "";

    /// <summary>Limits of huge pages.</summary>
    public ImmutableArray<HugepageLimit> HugepageLimits { get; init; } = [];

    /// <summary>Further cgroup v2 files and their values.</summary>
    public ImmutableDictionary<string, string> Unified { get; init; } = ImmutableDictionary<string, string>.Empty;
}

/// <summary>Limit of one huge page size.</summary>
/// <param name="PageSize">Size as the cgroup file names it: <c>2MB</c>.</param>
/// <param name="Bytes">Limit in bytes.</param>
internal sealed record HugepageLimit(string PageSize, ulong Bytes);

/// <summary>How mounts made later on one side show on the other.</summary>
internal enum MountPropagation
{
    /// <summary>Neither side sees them.</summary>
    Private,

    /// <summary>The container sees the node's.</summary>
    HostToContainer,

    /// <summary>Both see both.</summary>
    Bidirectional,
}

/// <summary>A directory or file of the node, seen in the container.</summary>
/// <param name="ContainerPath">Where it appears.</param>
/// <param name="HostPath">What appears there.</param>
internal sealed record ContainerMount(string ContainerPath, string HostPath)
{
    /// <summary>Whether it is read-only.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Whether its submounts are read-only too; needs a handler with that feature.</summary>
    public bool RecursiveReadOnly { get; init; }

    /// <summary>Whether the files get the container's SELinux label.</summary>
    public bool SelinuxRelabel { get; init; }

    /// <summary>Propagation of later mounts.</summary>
    public MountPropagation Propagation { get; init; }
}

/// <summary>A device node of the host, usable in the container.</summary>
/// <param name="ContainerPath">Where it appears.</param>
/// <param name="HostPath">The host's device.</param>
/// <param name="Permissions">Some of <c>r</c>, <c>w</c>, <c>m</c>.</param>
internal sealed record ContainerDevice(string ContainerPath, string HostPath, string Permissions);
