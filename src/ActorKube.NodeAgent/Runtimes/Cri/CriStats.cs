using System.Collections.Immutable;
using V1 = ActorKube.Cri.V1;

namespace ActorKube.NodeAgent.Runtimes.Cri;

/// <summary>Statistics of CRI as the seam's records.</summary>
internal static class CriStats
{
    public static ContainerStats FromWire(this V1.ContainerStats wire) => new()
    {
        Id = wire.Attributes.Id,
        Metadata = wire.Attributes.Metadata.FromWire(),
        Labels = wire.Attributes.Labels.ToImmutableDictionary(),
        Cpu = wire.Cpu?.FromWire(),
        Memory = wire.Memory?.FromWire(),
        WritableLayer = wire.WritableLayer?.FromWire(),
    };

    public static SandboxStats FromWire(this V1.PodSandboxStats wire) => new()
    {
        Id = wire.Attributes.Id,
        Metadata = wire.Attributes.Metadata.FromWire(),
        Cpu = wire.Linux?.Cpu?.FromWire(),
        Memory = wire.Linux?.Memory?.FromWire(),
        Interfaces = wire.Linux?.Network is { } network ? [.. Interfaces(network)] : [],
        ProcessCount = wire.Linux?.Process?.ProcessCount?.Value,
        Containers = wire.Linux is { } linux ? [.. linux.Containers.Select(FromWire)] : [],
    };

    public static FileSystemUsage FromWire(this V1.FilesystemUsage wire) => new(
        CriResponses.ToTime(wire.Timestamp), wire.FsId?.Mountpoint ?? "", wire.UsedBytes?.Value ?? 0, wire.InodesUsed?.Value ?? 0);

    private static CpuUsage FromWire(this V1.CpuUsage wire) =>
        new(CriResponses.ToTime(wire.Timestamp), wire.UsageCoreNanoSeconds?.Value ?? 0, wire.UsageNanoCores?.Value);

    private static MemoryUsage FromWire(this V1.MemoryUsage wire) => new(
        CriResponses.ToTime(wire.Timestamp),
        wire.WorkingSetBytes?.Value ?? 0,
        wire.UsageBytes?.Value ?? 0,
        wire.RssBytes?.Value ?? 0,
        wire.AvailableBytes?.Value,
        wire.PageFaults?.Value ?? 0,
        wire.MajorPageFaults?.Value ?? 0);

    private static IEnumerable<InterfaceUsage> Interfaces(V1.NetworkUsage network) =>
        (network.DefaultInterface is { } first ? network.Interfaces.Prepend(first) : network.Interfaces).Select(i => new InterfaceUsage(
            i.Name, i.RxBytes?.Value ?? 0, i.RxErrors?.Value ?? 0, i.TxBytes?.Value ?? 0, i.TxErrors?.Value ?? 0));
}
