using System.Collections.Immutable;
using ActorKube.NodeAgent.Setup;

namespace ActorKube.NodeAgent.Node;

/// <summary>What does not change while a machine runs.</summary>
/// <param name="MachineId">Id of the installation.</param>
/// <param name="SystemUuid">Id of the machine.</param>
/// <param name="BootId">Id of this boot.</param>
/// <param name="KernelVersion">Kernel release.</param>
/// <param name="OsImage">Distribution.</param>
/// <param name="Architecture">As Go names it: <c>amd64</c>, <c>arm64</c>.</param>
/// <param name="Capacity">What the machine has.</param>
internal sealed record MachineInfo(
    string MachineId, string SystemUuid, string BootId, string KernelVersion, string OsImage, string Architecture, NodeCapacity Capacity)
{
    /// <summary>Memory in large pages, by size.</summary>
    public ImmutableArray<HugePages> HugePages { get; init; } = [];
}

/// <summary>What is short on a machine.</summary>
/// <param name="Memory">Memory is.</param>
/// <param name="Disk">Disk space or inodes are.</param>
/// <param name="Processes">Process ids are.</param>
internal readonly record struct MachinePressure(bool Memory, bool Disk, bool Processes);

/// <summary>What the whole machine has used.</summary>
/// <param name="CpuNanoseconds">CPU time since the start, over all cores.</param>
/// <param name="WorkingSetBytes">Memory in use that cannot be reclaimed easily.</param>
internal readonly record struct MachineUsage(ulong CpuNanoseconds, ulong WorkingSetBytes);

/// <summary>Looks at the machine.</summary>
internal interface INodeProbe
{
    /// <summary>What it is.</summary>
    MachineInfo Describe();

    /// <summary>How it is now.</summary>
    MachinePressure Pressure();

    /// <summary>What it has used.</summary>
    MachineUsage Usage();
}
